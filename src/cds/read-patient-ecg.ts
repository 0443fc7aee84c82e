import type { Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import { ageInYears, type KnownPatient, parsePatient } from '../fhir/known-patient.ts';
import { type EcgSource, ecgSources, readEcgSource } from '../formats/fhir/ecg-sources.ts';
import { type EcgReading, type InterpretationContext, interpretEcg, type Models } from '../interpret-ecg.ts';
import type { ReadingCache } from '../reading-cache.ts';
import type { PatientEcgReading } from './patient-ecg-reading.ts';

export interface PatientEcgDeps {
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly snomedEdition: InterpretationContext['snomedEdition'];
  /** Fetches an attachment from the patient's FHIR server; absent where only prefetch is at hand. */
  readonly fetchBinary?: ((url: string) => Promise<Uint8Array>) | undefined;
}

/** One ECG found, read, checked against the patient, and interpreted. */
export interface InterpretedSource {
  readonly reading: EcgReading;
  readonly ecgIdentity: string;
  readonly source: string;
}

/**
 * The reading of the patient's latest ECG among FHIR resources of any kind.
 * Resources of another patient, or of none, are left out and the notes say so.
 * @param resources what a search brought: Patient, Observation, DocumentReference …, in any order.
 */
export async function readPatientEcg(
  resources: readonly unknown[],
  patientId: string,
  deps: PatientEcgDeps,
): Promise<PatientEcgReading> {
  const patient = parsePatient(resources, patientId);
  const all = resources.flatMap((resource) => ecgSources(resource));
  const own = all.filter(({ subject }) => isPatient(subject, patientId));
  const notes = own.length < all.length ? ['an ECG of another or of no stated patient was left out'] : [];
  const [latest] = [...own].sort(newestFirst);
  if (latest === undefined) return { outcome: 'none', notes };
  try {
    const { reading, source } = await interpretSource(latest, patient, deps);
    return { outcome: 'read', reading, source, notes };
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return { outcome: 'unreadable', recordedAt: latest.recordedAt, code: error.code, reason: error.message, notes };
  }
}

/**
 * Reads and interprets one ECG of a known patient.
 * @throws EcgError PATIENT_MISMATCH when the file names another birth date than the FHIR patient has.
 */
export async function interpretSource(
  source: EcgSource,
  patient: KnownPatient,
  deps: PatientEcgDeps,
): Promise<InterpretedSource> {
  const ecg = await readEcgSource(source, deps.fetchBinary);
  refuseOtherBirthDate(ecg, patient);
  const identity = ecgIdentity(ecg, `Patient/${patient.id}`);
  const ageYears = ageInYears(patient.birthDate ?? ecg.patient.birthDate, ecg.recordedAt);
  const { snomedEdition, models, readings } = deps;
  const key = [identity, ageYears, snomedEdition].join();
  const reading = await readings.get(key, () => interpretEcg(ecg, models, { ageYears, snomedEdition }));
  return { reading, ecgIdentity: identity, source: source.reference };
}

function refuseOtherBirthDate(ecg: Ecg, patient: KnownPatient): void {
  const stated = ecg.patient.birthDate;
  if (stated === undefined || patient.birthDate === undefined) return;
  const length = Math.min(stated.length, patient.birthDate.length);
  if (stated.slice(0, length) !== patient.birthDate.slice(0, length)) {
    throw new EcgError('PATIENT_MISMATCH', 'the birth date in the ECG file is not that of the patient');
  }
}

/** "Patient/1", or an absolute URL that ends so; version suffixes aside. */
function isPatient(subject: string | undefined, patientId: string): boolean {
  const path = subject?.replace(/\/_history\/[^/]+$/, '');
  return path === `Patient/${patientId}` || path?.endsWith(`/Patient/${patientId}`) === true;
}

function newestFirst(a: EcgSource, b: EcgSource): number {
  return instantOf(b.recordedAt) - instantOf(a.recordedAt);
}

function instantOf(recordedAt: string | undefined): number {
  const instant = recordedAt === undefined ? Number.NaN : Date.parse(recordedAt);
  return Number.isNaN(instant) ? Number.NEGATIVE_INFINITY : instant;
}
