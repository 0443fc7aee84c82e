import { z } from 'zod';
import { subjectOf } from '../cds/patient-sources.ts';
import { sentenceOf } from '../fhir/diagnostic-report.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import { READING_URGENCIES, type ReadingUrgency } from '../findings/reading-urgency.ts';

/** A preliminary report of Cardhook's that no human has signed. */
export interface UnsignedReport {
  readonly id: string;
  readonly patientId: string;
  readonly urgency: ReadingUrgency;
  /** Of a model that is not meant for care. */
  readonly isTest: boolean;
  /** What the machine reads. */
  readonly sentence: string;
  /** Of the ECG; of the report where that is not known. */
  readonly at: string | undefined;
}

export interface UnsignedReports {
  /** Most urgent first, then oldest; what is no reading for care comes last. */
  readonly reports: readonly UnsignedReport[];
  /** False where there are more than were asked for; the most urgent ones are not among those left out. */
  readonly isWhole: boolean;
}

const MAX_REPORTS = 200;
const ELEMENTS = 'id,meta,identifier,status,subject,effectiveDateTime,issued,conclusion';
const QUERY = `DiagnosticReport?status=preliminary&code=http://loinc.org|11524-6&_sort=date&_count=${MAX_REPORTS}&_elements=${ELEMENTS}`;

/**
 * The worklist of a server: of one patient, or of everybody whom the caller's token lets be seen.
 * @throws EcgError FHIR_UNAVAILABLE where the server does not let reports be searched for.
 */
export async function findUnsigned(server: FhirServer, patientId: string | undefined): Promise<UnsignedReports> {
  const query = patientId === undefined ? QUERY : `${QUERY}&patient=${patientId}`;
  const limits = { maxResources: MAX_REPORTS };
  const found = await server.query(query, limits);
  const isWhole = found.length < MAX_REPORTS;
  // Many routine ones must not hide a critical one.
  const more = isWhole
    ? []
    : await Promise.all(
        (['critical', 'urgent'] as const).map((urgency) =>
          server.query(`${query}&_tag=${SYSTEMS.readingUrgency}|${urgency}`, limits),
        ),
      );
  const reports = [...found, ...more.flat()].flatMap((resource) => parseUnsigned(resource, server.baseUrl) ?? []);
  const own = reports.filter((report) => patientId === undefined || report.patientId === patientId);
  return { reports: [...new Map(own.map((report) => [report.id, report])).values()].sort(byUrgencyThenAge), isWhole };
}

const taggedSchema = z.array(z.looseObject({ system: z.string().optional(), code: z.string().optional() })).default([]);
const unsignedSchema = z.looseObject({
  resourceType: z.literal('DiagnosticReport'),
  id: z.string(),
  status: z.literal('preliminary'),
  meta: z.looseObject({ tag: taggedSchema, security: taggedSchema }),
  effectiveDateTime: z.string().optional().catch(undefined),
  issued: z.string().optional().catch(undefined),
  conclusion: z.string().default('').catch(''),
});

/** Undefined for whatever is no preliminary report of Cardhook's. */
function parseUnsigned(resource: FhirJson, baseUrl: string): UnsignedReport | undefined {
  const report = unsignedSchema.safeParse(resource).data;
  const patientId = subjectOf(resource, baseUrl);
  const isOwn = report?.meta.tag.some(({ system }) => system === SYSTEMS.modelVersion);
  if (report === undefined || patientId === undefined || !isOwn) return undefined;
  const { id, meta, conclusion, effectiveDateTime, issued } = report;
  const tagged = meta.tag.find(({ system }) => system === SYSTEMS.readingUrgency)?.code;
  return {
    ...{ id, patientId },
    // One that does not say is looked at rather early than late.
    urgency: READING_URGENCIES.find((each) => each === tagged) ?? 'urgent',
    isTest: meta.security.some(({ code }) => code === 'HTEST'),
    sentence: sentenceOf(conclusion),
    at: effectiveDateTime ?? issued,
  };
}

function byUrgencyThenAge(a: UnsignedReport, b: UnsignedReport): number {
  return (
    Number(a.isTest) - Number(b.isTest) ||
    READING_URGENCIES.indexOf(a.urgency) - READING_URGENCIES.indexOf(b.urgency) ||
    timeOf(a) - timeOf(b)
  );
}

/** One of unknown time may be old. */
function timeOf({ at }: UnsignedReport): number {
  return Date.parse(at ?? '') || 0;
}
