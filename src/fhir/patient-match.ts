import type { EcgPatient } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';
import type { KnownPatient } from './known-patient.ts';
import { matchNames, namesSomebody } from './name-match.ts';
import { patientIdOf } from './patient-reference.ts';

type Comparison = 'agrees' | 'differs' | 'silent';

/**
 * Whether an ECG file may be of the patient its FHIR resource says: the one rule, as docs/write-back.md states it.
 * The resource has the first word; the file can only contradict it.
 * @param baseUrl of the patient's FHIR server, where it is known.
 * @returns what a reader should know: that the file names nobody, or names the patient otherwise, or that this could not
 *   be checked.
 * @throws EcgError PATIENT_MISMATCH, with what differs and not how.
 */
export function checkPatient(stated: EcgPatient, patient: KnownPatient, baseUrl?: string): readonly string[] {
  if (!patient.isRead) return checkUnread(stated, patient, baseUrl);
  const identifier = compareIdentifiers(stated.ids, patient);
  const birthDate = compareDates(stated.birthDate, patient.birthDate);
  const name = compareNames(stated, patient);
  const sex = compareSex(stated.sex, patient.sex);
  const compared = { identifier, name, 'birth date': birthDate, sex };
  const differing = Object.entries(compared).flatMap(([what, result]) => (result === 'differs' ? [what] : []));
  const isConfirmed = name === 'agrees' && birthDate === 'agrees';
  const isMismatch =
    birthDate === 'differs' ||
    (!isConfirmed && differing.length >= 2) ||
    (name === 'differs' && identifier !== 'agrees' && birthDate !== 'agrees');
  if (isMismatch) {
    throw new EcgError(
      'PATIENT_MISMATCH',
      `the ${differing.join(' and the ')} in the ECG file ${differing.length > 1 ? 'are' : 'is'} not that of the patient`,
    );
  }
  if (differing.length > 0)
    return [`the ${differing.join(' and the ')} in the ECG file is not that of the patient's record`];
  const isNamed = stated.ids.some((id) => !isSystem(id)) || [birthDate, name].includes('agrees');
  return isNamed ? [] : ['the ECG file does not say whose it is; its record does'];
}

/** Without the patient's record, whoever a file names may be another one; only a reference to the patient names this one. */
function checkUnread(stated: EcgPatient, patient: KnownPatient, baseUrl: string | undefined): readonly string[] {
  const { ids, birthDate, name } = stated;
  const isReferred = ids.some((id) => patientIdOf(id, baseUrl) === patient.id);
  const isIdentified = compareIdentifiers(ids, patient) !== 'agrees' && ids.some((id) => !isSystem(id));
  if (!isReferred && (isIdentified || birthDate !== undefined || namesSomebody(name))) {
    throw new EcgError(
      'PATIENT_MISMATCH',
      "the patient's record could not be read, so it could not be checked whose the ECG is",
    );
  }
  return ["the patient's record could not be read: whose ECG it is and the patient's age were not checked"];
}

/** Any of the file's identifiers may be any of the patient's: files do not say of which system theirs are. */
function compareIdentifiers(ids: readonly string[], { id, identifiers }: KnownPatient): Comparison {
  const stated = ids.map(canonicalIdentifier).filter((value) => value !== '');
  const own = [id, `Patient/${id}`].map(canonicalIdentifier);
  const known = identifiers.map(canonicalIdentifier).filter((value) => value !== '');
  if (stated.some((value) => own.includes(value) || known.includes(value))) return 'agrees';
  return stated.length === 0 || known.length === 0 ? 'silent' : 'differs';
}

/** Without what systems add and take away: case, spaces, hyphens, leading zeros. Of a subject's URL the resource has judged. */
function canonicalIdentifier(value: string): string {
  if (isSystem(value) || value.startsWith('http')) return '';
  return value
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/^0+(?=.)/, '');
}

/** An OID names a system of identifiers, and nobody. */
function isSystem(id: string): boolean {
  return /^\d+(\.\d+){3,}$/.test(id);
}

/** As far as the less precise one goes. */
function compareDates(stated: string | undefined, known: string | undefined): Comparison {
  if (stated === undefined || known === undefined) return 'silent';
  const length = Math.min(stated.length, known.length);
  return stated.slice(0, length) === known.slice(0, length) ? 'agrees' : 'differs';
}

function compareNames({ name }: EcgPatient, { names }: KnownPatient): Comparison {
  const match = matchNames(name, names);
  if (match === 'same') return 'agrees';
  return match === 'different' ? 'differs' : 'silent';
}

/** Only the two that exclude each other do. */
function compareSex(stated: EcgPatient['sex'], known: KnownPatient['sex']): Comparison {
  const isTold = (sex: string | undefined) => sex === 'male' || sex === 'female';
  if (!isTold(stated) || !isTold(known)) return 'silent';
  return stated === known ? 'agrees' : 'differs';
}
