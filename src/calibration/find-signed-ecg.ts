import { z } from 'zod';
import { patientSources, subjectOf } from '../cds/patient-sources.ts';
import type { Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import { ageInYears, parsePatient } from '../fhir/known-patient.ts';
import { checkPatient } from '../fhir/patient-match.ts';
import { type EcgSource, readEcgSource } from '../formats/fhir/ecg-sources.ts';

/** The tracing a signed report is about. */
export interface SignedEcg {
  readonly ecg: Ecg;
  readonly identity: string;
  /** Of the patient on that server; never leaves the process. */
  readonly patientId: string;
  readonly ageYears: number | undefined;
}

/** More results than a report of one ECG has. */
const MAX_REFERENCES = 60;
const LOCAL = /^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/;
/** What says that there is no tracing there; any other failure ends the search. */
const NO_TRACING = new Set(['NO_WAVEFORM', 'FORMAT_UNSUPPORTED', 'NOT_FOUND']);

const identifiedSchema = z.looseObject({
  identifier: z
    .array(z.looseObject({ system: z.string().optional(), value: z.string().optional() }))
    .default([])
    .catch([]),
});
const derivedSchema = z.looseObject({ derivedFrom: z.array(z.looseObject({ reference: z.string() })).catch([]) });

/**
 * Finds the one ECG a report is about: attached to it, or named by its results or media, or by what a result is derived
 * from, as Cardhook writes findings and measurements. Of a report of Cardhook only the tracing it is identified by counts.
 * @throws EcgError NO_WAVEFORM for none or several, PATIENT_MISMATCH for one of somebody else, and what {@link FhirServer}
 *   and the readers throw.
 */
export async function findSignedEcg(report: FhirJson, server: FhirServer, now: Date): Promise<SignedEcg> {
  const patientId = subjectOf(report, server.baseUrl);
  if (patientId === undefined) throw new EcgError('PATIENT_MISMATCH', 'the report names no patient of this server');
  const wanted = identifiedSchema.parse(report).identifier.find(({ system }) => system === SYSTEMS.ecg)?.value;
  const found = new Map<string, Ecg>();
  for await (const source of sourcesOf(report, patientId, server)) {
    const ecg = await readIfTracing(source, server);
    if (ecg === undefined) continue;
    const identity = ecgIdentity(ecg, `Patient/${patientId}`);
    if (wanted === undefined || identity === wanted) found.set(identity, ecg);
    if (identity === wanted) break;
  }
  const [only, ...more] = found;
  if (only === undefined) throw new EcgError('NO_WAVEFORM', 'the report leads to no ECG');
  if (more.length > 0) throw new EcgError('NO_WAVEFORM', 'the report leads to several ECGs');
  const [identity, ecg] = only;
  const patient = parsePatient([await server.read('Patient', patientId)], patientId);
  checkPatient(ecg.patient, patient);
  const ageYears = ageInYears(patient.birthDate ?? ecg.patient.birthDate, ecg.recordedAt, now);
  return { ecg, identity, patientId, ageYears };
}

/** Each once, read as they are asked for. */
async function* sourcesOf(report: FhirJson, patientId: string, server: FhirServer): AsyncGenerator<EcgSource> {
  const seen = new Set<string>();
  const { own } = patientSources(report, patientId, server.baseUrl);
  for (const source of own.slice(0, MAX_REFERENCES)) {
    if (source.content.kind === 'reference') yield* referred(source.reference, true);
    else yield source;
  }
  async function* referred(reference: string, isFollowed: boolean): AsyncGenerator<EcgSource> {
    const [, type, id] = LOCAL.exec(reference) ?? [];
    if (type === undefined || id === undefined || seen.has(reference)) return;
    seen.add(reference);
    const resource = await readIfThere(type, id, server);
    if (resource === undefined) return;
    yield* patientSources(resource, patientId, server.baseUrl).own.filter(
      ({ content }) => content.kind !== 'reference',
    );
    if (!isFollowed) return;
    for (const { reference: origin } of derivedSchema.safeParse(resource).data?.derivedFrom ?? []) {
      yield* referred(origin, false);
    }
  }
}

async function readIfThere(type: string, id: string, server: FhirServer): Promise<FhirJson | undefined> {
  return await unlessNoTracing(server.read(type, id));
}

async function readIfTracing(source: EcgSource, server: FhirServer): Promise<Ecg | undefined> {
  return await unlessNoTracing(readEcgSource(source, (url) => server.readBinary(url)));
}

async function unlessNoTracing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof EcgError && NO_TRACING.has(error.code)) return undefined;
    throw error;
  }
}
