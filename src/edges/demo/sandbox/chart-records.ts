import { ageOf, timeOf } from '../../../cds/ecg-time.ts';
import { at, type JsonObject, listAt, textAt } from './json.ts';

export interface ChartPatient {
  readonly id: string;
  readonly name: string;
  /** "male, 78 years" */
  readonly sexAndAge: string;
  /** "born 1948-09-30" */
  readonly birth: string;
}

export interface EcgRecord {
  /** "Observation/1" */
  readonly reference: string;
  readonly time: string;
  readonly age: string;
  /** What it is stored as, by what its entry says of itself. */
  readonly form: string;
}

export interface ReportRecord {
  readonly time: string;
  readonly status: string;
  /** One statement a line. */
  readonly conclusion: readonly string[];
  readonly codes: readonly { readonly code: string; readonly display: string }[];
}

const ECG_CODES = 'http://loinc.org|11524-6,http://loinc.org|34534-8';
const FORMS: ReadonlyMap<string, string> = new Map([
  ['application/dicom', 'DICOM waveform'],
  ['application/xml', 'HL7 aECG'],
  ['text/xml', 'HL7 aECG'],
]);

/** FHIR searches for what a chart shows, newest first. */
export function chartQueries(patientId: string) {
  const newest = `patient=${patientId}&_sort=-date&_count=50`;
  return {
    ecgObservations: `Observation?${newest}&code=${ECG_CODES},urn:iso:std:iso:11073:10101|131328`,
    ecgDocuments: `DocumentReference?${newest}&type=${ECG_CODES}`,
    reports: `DiagnosticReport?${newest}`,
    conditions: `Condition?patient=${patientId}&_count=50`,
    medications: `MedicationStatement?patient=${patientId}&_count=50`,
    medicationOrders: `MedicationRequest?patient=${patientId}&status=active&_count=50`,
    serviceOrders: `ServiceRequest?patient=${patientId}&status=active&_count=50`,
  } as const;
}

/** FHIR search for reports on ECGs recorded at a time or later. */
export function reportsSince(patientId: string, recordedAt: string): string {
  return `DiagnosticReport?patient=${patientId}&date=ge${encodeURIComponent(recordedAt)}&_count=1`;
}

/** A Patient resource as a list shows it; none without an id. */
export function toPatient(resource: JsonObject, now: Date): ChartPatient[] {
  const id = textAt(resource, 'id');
  if (id === undefined) return [];
  const [name] = listAt(resource, 'name');
  const words = [...listAt(name, 'given'), textAt(name, 'family')].filter((word) => typeof word === 'string');
  const birthDate = textAt(resource, 'birthDate');
  const years = birthDate === undefined ? undefined : yearsBetween(birthDate, now);
  return [
    {
      id,
      name: words.join(' ') || 'Name not stated',
      sexAndAge: `${textAt(resource, 'gender') ?? 'sex not stated'}${years === undefined ? '' : `, ${years} years`}`,
      birth: birthDate === undefined ? 'birth date not stated' : `born ${birthDate}`,
    },
  ];
}

/** ECGs among Observations and DocumentReferences, newest first; those without a time last. */
export function toEcgRecords(resources: readonly JsonObject[], now: Date): readonly EcgRecord[] {
  return newestFirst(resources.filter(mayBeTracing), ecgTime).map((resource) => {
    const type = textAt(resource, 'resourceType');
    const contentType = textAt(resource, 'content', 0, 'attachment', 'contentType');
    const recordedAt = ecgTime(resource);
    return {
      reference: `${type}/${textAt(resource, 'id')}`,
      time: timeOf(recordedAt),
      age: ageOf(recordedAt, now),
      form: type === 'Observation' ? 'FHIR Observation' : (FORMS.get(contentType ?? '') ?? contentType ?? 'not stated'),
    };
  });
}

/** DiagnosticReports, that of the newest ECG first. */
export function toReportRecords(resources: readonly JsonObject[]): readonly ReportRecord[] {
  return newestFirst(resources, (resource) => textAt(resource, 'effectiveDateTime')).map((resource) => ({
    time: timeOf(textAt(resource, 'effectiveDateTime')),
    status: textAt(resource, 'status') ?? 'status not stated',
    conclusion: (textAt(resource, 'conclusion') ?? 'No conclusion is given.').split('\n'),
    codes: listAt(resource, 'conclusionCode').flatMap((concept) => {
      const code = textAt(concept, 'coding', 0, 'code');
      return code === undefined ? [] : [{ code, display: textAt(concept, 'coding', 0, 'display') ?? code }];
    }),
  }));
}

/** Measurements stand under the same code as a tracing. */
function mayBeTracing(resource: JsonObject): boolean {
  const parts = [resource, ...listAt(resource, 'component')];
  return (
    textAt(resource, 'resourceType') !== 'Observation' ||
    parts.some((part) => at(part, 'valueSampledData') !== undefined)
  );
}

function ecgTime(resource: JsonObject): string | undefined {
  return (
    textAt(resource, 'effectiveDateTime') ?? textAt(resource, 'effectivePeriod', 'start') ?? textAt(resource, 'date')
  );
}

function newestFirst(
  resources: readonly JsonObject[],
  time: (resource: JsonObject) => string | undefined,
): readonly JsonObject[] {
  const instant = (resource: JsonObject) => Date.parse(time(resource) ?? '') || Number.NEGATIVE_INFINITY;
  return [...resources].sort((a, b) => (instant(a) === instant(b) ? 0 : instant(b) - instant(a)));
}

function yearsBetween(birthDate: string, now: Date): number | undefined {
  const [year, month = 1, day = 1] = birthDate.split('-').map(Number);
  if (year === undefined || Number.isNaN(year)) return undefined;
  const hadBirthday = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (hadBirthday ? 0 : 1);
}
