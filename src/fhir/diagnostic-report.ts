import type { Attachment, CodeableConcept, DiagnosticReport, Identifier } from 'fhir/r4';
import type { EcgWarningCode } from '../ecg/ecg.ts';
import { measurementText } from '../measurement/measurement-text.ts';
import { modelNotice } from '../model/model-notice.ts';
import { thresholdSummary } from '../model/site-calibration.ts';
import { comparisonText } from '../serial/comparison-text.ts';
import { effectiveTime, timeNote } from './effective-time.ts';
import { SYSTEMS } from './identity.ts';
import { assertedMeta, isTestModel } from './report-codes.ts';
import type { ReportInput, ReportReferences } from './report-input.ts';

/** US Core binds the first (required slice); v2-0074 is what other regions search by. */
const CATEGORIES: CodeableConcept[] = [
  { coding: [{ system: 'http://loinc.org', code: 'LP29708-2', display: 'Cardiology' }] },
  {
    coding: [
      {
        system: 'http://terminology.hl7.org/CodeSystem/v2-0074',
        code: 'EC',
        // Two spaces: the display as published.
        display: 'Electrocardiac (e.g., EKG,  EEC, Holter)',
      },
    ],
  },
];

const CODE: CodeableConcept = { coding: [{ system: 'http://loinc.org', code: '11524-6', display: 'EKG study' }] };

/** Told by {@link timeNote}. */
const TIME_WARNINGS: ReadonlySet<EcgWarningCode> = new Set(['TIME_MISSING', 'TIME_ZONE_MISSING']);

/**
 * The report: preliminary, asserted by AI, unsigned (`resultsInterpreter` and `performer` are left to the over-read).
 * It meets US Core's DiagnosticReport for Report and Note Exchange but does not claim it in `meta.profile`, since a
 * server that validates claims would refuse it outside the US. `conclusionCode` holds only findings that may be coded
 * without a human; everything else, and every caveat, is in `conclusion`.
 */
export function diagnosticReport(input: ReportInput, references: ReportReferences): DiagnosticReport {
  const { encounter, interpretation } = input;
  const conclusionCode = interpretation.findings.flatMap(({ codable, coding, label }): CodeableConcept[] =>
    codable && coding ? [{ coding: [coding], text: label }] : [],
  );
  const result = [...references.findings, ...(references.measurements === undefined ? [] : [references.measurements])];
  return {
    resourceType: 'DiagnosticReport',
    meta: assertedMeta(input.manifest),
    identifier: reportIdentifiers(input, references),
    status: 'preliminary',
    category: CATEGORIES,
    code: CODE,
    subject: { reference: input.subject },
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    ...effectiveTime(input.ecg.recordedAt),
    issued: input.issued,
    ...(result.length === 0 ? {} : { result: result.map((reference) => ({ reference })) }),
    conclusion: conclusion(input),
    ...(conclusionCode.length === 0 ? {} : { conclusionCode }),
    ...(input.pdf === undefined ? {} : { presentedForm: [pdfAttachment(input.pdf, input.issued)] }),
  };
}

/** The report of this reading, and the tracing it is of, whichever model reads it. */
export function reportIdentifiers({ ecgIdentity }: ReportInput, { reportKey }: ReportReferences): Identifier[] {
  return [
    { system: SYSTEMS.report, value: reportKey },
    { system: SYSTEMS.ecg, value: ecgIdentity },
  ];
}

export const PRELIMINARY_PDF = 'ECG, preliminary machine interpretation';
export const SIGNED_PDF = 'ECG report, signed';

export function pdfAttachment(pdf: Uint8Array, issued: string, title: string = PRELIMINARY_PDF): Attachment {
  return {
    contentType: 'application/pdf',
    language: 'en',
    data: Buffer.from(pdf).toString('base64'),
    size: pdf.length,
    title,
    creation: issued,
  };
}

const PRELIMINARY =
  'Preliminary machine interpretation, not confirmed by a clinician. A finding that is not listed is not excluded.';

/** What was found, as a report's conclusion says it; its first line where others have rewritten it. */
export function sentenceOf(conclusion: string): string {
  const lines = conclusion.split('\n');
  return lines[lines.indexOf(PRELIMINARY) - 1] ?? lines[0] ?? '';
}

/** Notice, what was found, then everything a reader must know before believing it; one line each. */
export function conclusion(input: ReportInput): string {
  const { ecg, interpretation, manifest, measurements, notes, pipelineVersion } = input;
  const notice = modelNotice(manifest);
  const warnings = ecg.warnings.filter(({ code }) => !TIME_WARNINGS.has(code)).map(({ message }) => message);
  const time = timeNote(ecg.recordedAt);
  return [
    ...(notice === undefined ? [] : [isTestModel(manifest) ? `TEST, NOT FOR CARE. ${notice}` : notice]),
    interpretation.sentence,
    PRELIMINARY,
    ...comparisonLines(input),
    `Measured: ${measurementText(measurements)}`,
    ...interpretation.overReadReasons.map((reason) => `Over-read needed: ${reason}`),
    ...(time === undefined ? [] : [time]),
    ...notes.map((note) => `Note: ${note}`),
    ...warnings.map((warning) => `Tracing: ${warning}`),
    `Model: ${manifest.title} (${manifest.name} ${manifest.version}), trust: ${manifest.trust}, thresholds: ${thresholdSummary(manifest)}; pipeline ${pipelineVersion}`,
  ].join('\n');
}

function comparisonLines({ comparison }: ReportInput): readonly string[] {
  if (comparison === undefined) return [];
  return [
    comparison === 'not searchable'
      ? 'Earlier ECGs could not be searched for; this one was compared with none.'
      : comparisonText(comparison),
  ];
}
