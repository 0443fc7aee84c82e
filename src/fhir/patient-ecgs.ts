import { z } from 'zod';
import { isZoned } from '../ecg/recording-time.ts';
import type { FhirJson, FhirServer } from './fhir-server.ts';

const LOINC = 'http://loinc.org';
const MDC = 'urn:iso:std:iso:11073:10101';
/** The same code system under its OID, as HL7's own R4 example and Apple's exports write it. */
const MDC_OID = 'urn:oid:2.16.840.1.113883.6.24';

/** EKG study, 12 lead EKG panel. */
const LOINC_ECGS = [`${LOINC}|11524-6`, `${LOINC}|34534-8`];
/** ECG waveform, and the stream of lead I alone (HL7 Personal Health Device IG). */
const MDC_ECGS = [`${MDC}|131328`, `${MDC_OID}|131328`, `${MDC}|131329`];

/** ECGs asked for of each resource type: the latest counts, a few more make up for entries that hold no tracing. */
const MAX_RESOURCES = 5;
/** Of a query without `_count`. */
const DEFAULT_COUNT = 200;

const NEWEST_FIRST = '_sort=-date';

/** The types a tracing is stored as, each with the search that finds ECGs among them. */
export const ECG_SEARCHES = {
  Observation: `code=${[...LOINC_ECGS, ...MDC_ECGS].join(',')}`,
  DocumentReference: `type=${LOINC_ECGS.join(',')}`,
} as const;

/**
 * How a patient and the newest ECGs are found, as CDS Hooks prefetch templates: only reads and type searches by token
 * and reference, which every client can satisfy. An ECG under other codes is not found.
 */
export const PATIENT_ECG_QUERIES = {
  patient: 'Patient/{{context.patientId}}',
  ecgObservations: newest('Observation'),
  ecgDocuments: newest('DocumentReference'),
} as const;

/**
 * How the ECGs of a patient are found that were recorded before another: the newest of them, by the time that their
 * resources state. A document made after the other was recorded is not among them, whatever it holds.
 * @param recordedAt of the other; without a time zone its whole day counts.
 */
export function earlierEcgQueries(patientId: string, recordedAt: string): readonly string[] {
  const before = isZoned(recordedAt)
    ? `lt${new Date(recordedAt).toISOString()}`
    : `le${recordedAt.slice(0, 'YYYY-MM-DD'.length)}`;
  return (['Observation', 'DocumentReference'] as const).map(
    (type) => `${newest(type).replace('{{context.patientId}}', patientId)}&date=${before}`,
  );
}

/** Reports on ECGs, the newest first: whether a reading was confirmed. */
export const ECG_REPORTS_QUERY = newestOf('DiagnosticReport', `code=${LOINC_ECGS.join(',')}`);

function newest(type: keyof typeof ECG_SEARCHES): string {
  return newestOf(type, ECG_SEARCHES[type]);
}

function newestOf(type: string, search: string): string {
  return `${type}?patient={{context.patientId}}&${search}&${NEWEST_FIRST}&_count=${MAX_RESOURCES}`;
}

/** How many of the newest matches a query asks for. */
export function wantedCount(query: string): number {
  return Number(/[?&]_count=(\d+)/.exec(query)?.[1] ?? DEFAULT_COUNT);
}

/**
 * What a server has for the query of a prefetch template with its tokens filled in; at most as many resources as its
 * `_count` says. Whose they are is the server's word; the reader of each checks its subject.
 *
 * `_sort=-date` puts undated resources first on some servers; where they may have pushed out dated ones, the
 * dated ones are asked for again by themselves.
 * @throws EcgError what {@link FhirServer} throws.
 */
export async function findResources(server: FhirServer, query: string): Promise<readonly FhirJson[]> {
  const limits = { maxResources: wantedCount(query) };
  const found = await server.query(query, limits);
  const undated = found.filter((resource) => !isDated(resource));
  const mayHideDated = query.includes(NEWEST_FIRST) && undated.length > 0 && found.length >= limits.maxResources;
  if (!mayHideDated) return found;
  const dated = await server.query(`${query}&date:missing=false`, limits);
  return [...dated, ...undated].slice(0, limits.maxResources);
}

const datedSchema = z.union([
  z.looseObject({ effectiveDateTime: z.string() }),
  z.looseObject({ effectiveInstant: z.string() }),
  z.looseObject({ effectivePeriod: z.looseObject({}) }),
  z.looseObject({ date: z.string() }),
]);

/** Whether the search parameter `date` of its type has something to sort by. */
function isDated(resource: FhirJson): boolean {
  return datedSchema.safeParse(resource).success;
}
