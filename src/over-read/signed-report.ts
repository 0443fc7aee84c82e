import type { Coding } from 'fhir/r4';
import { z } from 'zod';
import { PRELIMINARY_PDF, pdfAttachment, SIGNED_PDF } from '../fhir/diagnostic-report.ts';
import type { FhirJson } from '../fhir/fhir-server.ts';
import { AI_ASSERTED, CLINICIAN_ASSERTED } from '../fhir/report-codes.ts';
import type { OverRead, Statement } from './over-read.ts';
import type { RecordedReport } from './recorded-report.ts';

/** Who signs, and when. */
export interface Signature {
  /** "Practitioner/1" */
  readonly reference: string;
  readonly name: string;
  /** A FHIR instant. */
  readonly at: string;
}

const TEST_NOTICE = 'TEST, NOT FOR CARE. The reading this began with is of a demonstration model.';
const GENERATED = /^(TEST, NOT FOR CARE\. |Read and signed by |Confirmed: |Removed: |Added: )/;

const keptSchema = z.looseObject({
  meta: z
    .looseObject({ security: z.array(z.looseObject({ code: z.string().optional() })).default([]) })
    .default({ security: [] }),
  result: z.array(z.looseObject({ reference: z.string().optional() })).default([]),
  presentedForm: z.array(z.looseObject({ title: z.string().optional() })).default([]),
});

/** What signing makes of a report beside its words. */
export interface ReportChanges {
  readonly signature: Signature;
  /** Ids of the Observations whose finding was taken away. */
  readonly withdrawn: readonly string[];
  /** References to the Observations of the findings that were added. */
  readonly added: readonly string[];
  /** The report for printing. */
  readonly pdf: Uint8Array | undefined;
}

/**
 * A report under a clinician's name: `final`, or `amended` or `corrected` where it was signed before. What the machine
 * asserted stays in the version before; this one the clinician asserts. A printed form takes the place of the one before;
 * what others have attached stays.
 */
export function signedReport(
  { resource, isSigned }: RecordedReport,
  overRead: OverRead,
  { signature, withdrawn, added, pdf }: ReportChanges,
): FhirJson & { readonly id?: string } {
  const kept = keptSchema.parse(resource);
  const { presentedForm: _printed, conclusionCode: _codes, result: _results, ...rest } = resource;
  const stated = [...overRead.kept, ...overRead.added];
  const results = [
    ...kept.result.filter(({ reference }) => !withdrawn.some((id) => reference?.endsWith(`Observation/${id}`))),
    ...added.map((reference) => ({ reference })),
  ];
  const forms = [
    ...kept.presentedForm.filter(({ title }) => title !== PRELIMINARY_PDF && title !== SIGNED_PDF),
    ...(pdf === undefined ? [] : [pdfAttachment(pdf, signature.at, SIGNED_PDF)]),
  ];
  return {
    ...rest,
    meta: { ...kept.meta, security: signedSecurity(kept.meta.security) },
    status: signedStatus(isSigned, overRead),
    issued: signature.at,
    resultsInterpreter: [{ reference: signature.reference, display: signature.name }],
    ...(results.length === 0 ? {} : { result: results }),
    ...(forms.length === 0 ? {} : { presentedForm: forms }),
    conclusion: signedConclusion(overRead, signature, isTest(resource)),
    ...(stated.length === 0
      ? {}
      : { conclusionCode: stated.map(({ text, codings: coding }) => toConcept(text, coding)) }),
  };
}

/** What the report becomes (R4 DiagnosticReportStatus). */
export function signedStatus(wasSigned: boolean, { isCorrection }: Pick<OverRead, 'isCorrection'>): string {
  if (!wasSigned) return 'final';
  return isCorrection ? 'corrected' : 'amended';
}

/** The clinician's words first; then who decided what, so that a reader sees what was the machine's. */
export function signedConclusion(
  { kept, removed, added, comment }: OverRead,
  { name, at }: Signature,
  isTestData: boolean,
): string {
  const stated = [...kept, ...added];
  return [
    ...(isTestData ? [TEST_NOTICE] : []),
    ...(stated.length === 0 ? [] : [`${textsOf(stated)}.`]),
    ...(comment === '' ? [] : [comment]),
    `Read and signed by ${name}, ${at.slice(0, 16).replace('T', ' ')} UTC.`,
    ...counted('Confirmed', kept),
    ...counted('Removed', removed),
    ...counted('Added', added),
  ].join('\n');
}

/** What a signed report says beside its findings and the lines above: the clinician's comment, and whatever others added. */
export function commentOf({ conclusion, stated }: RecordedReport): string {
  const findings = `${textsOf(stated)}.`;
  const lines = conclusion.split('\n').filter((line) => line !== findings && !GENERATED.test(line));
  return lines.join('\n').trim();
}

/** `meta` of what a clinician asserts beside a report: out of care where the report is. */
export function clinicianMeta(report: FhirJson): { readonly security: Coding[] } {
  const test = keptSchema.parse(report).meta.security.filter(({ code }) => code === 'HTEST');
  return { security: [CLINICIAN_ASSERTED, ...test] };
}

function isTest(resource: FhirJson): boolean {
  return keptSchema.parse(resource).meta.security.some(({ code }) => code === 'HTEST');
}

/** Labels of others stay. */
function signedSecurity(labels: readonly Coding[]): Coding[] {
  const others = labels.filter(({ code }) => code !== AI_ASSERTED.code && code !== CLINICIAN_ASSERTED.code);
  return [CLINICIAN_ASSERTED, ...others];
}

function toConcept(text: string, coding: readonly Coding[]) {
  return { ...(coding.length === 0 ? {} : { coding: [...coding] }), text };
}

function counted(what: string, statements: readonly Statement[]): string[] {
  return statements.length === 0 ? [] : [`${what}: ${textsOf(statements)}.`];
}

function textsOf(statements: readonly Pick<Statement, 'text'>[]): string {
  return statements.map(({ text }) => text).join('; ');
}
