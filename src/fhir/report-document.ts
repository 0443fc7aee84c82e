import type { DocumentReference, DocumentReferenceContext } from 'fhir/r4';
import { conclusion, pdfAttachment, reportIdentifiers } from './diagnostic-report.ts';
import { effectiveTime } from './effective-time.ts';
import { EKG_IMPRESSION } from './finding-observation.ts';
import { assertedMeta } from './report-codes.ts';
import type { ReportInput, ReportReferences } from './report-input.ts';

const CLINICAL_NOTE = {
  system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
  code: 'clinical-note',
  display: 'Clinical Note',
};

/**
 * The report as a document, for servers that take no DiagnosticReport: as PDF where there is one, and as text. Its type
 * is the impression, not the study, by which tracings are searched.
 */
export function reportDocument(input: ReportInput, references: ReportReferences): DocumentReference {
  const { interpretation, issued, manifest, pdf, subject } = input;
  const text = {
    contentType: 'text/plain; charset=utf-8',
    language: 'en',
    data: Buffer.from(conclusion(input)).toString('base64'),
    title: 'ECG, preliminary machine interpretation',
    creation: issued,
  };
  return {
    resourceType: 'DocumentReference',
    meta: assertedMeta(manifest),
    identifier: reportIdentifiers(input, references),
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: [EKG_IMPRESSION] },
    category: [{ coding: [CLINICAL_NOTE] }],
    subject: { reference: subject },
    date: issued,
    author: [{ reference: references.device }],
    description: interpretation.sentence,
    content: [...(pdf === undefined ? [] : [{ attachment: pdfAttachment(pdf, issued) }]), { attachment: text }],
    ...context(input),
  };
}

function context({ ecg, encounter, sources }: ReportInput): Pick<DocumentReference, 'context'> {
  const time = effectiveTime(ecg.recordedAt);
  const context: DocumentReferenceContext = {
    ...(encounter === undefined ? {} : { encounter: [{ reference: encounter }] }),
    ...('effectiveDateTime' in time ? { period: { start: time.effectiveDateTime } } : {}),
    ...(sources.length === 0 ? {} : { related: sources.map((reference) => ({ reference })) }),
  };
  return Object.keys(context).length === 0 ? {} : { context };
}
