import { z } from 'zod';
import type { FhirJson } from '../fhir/fhir-server.ts';
import { derivedFrom, ECG_FINDING, EKG_IMPRESSION, PROCEDURE_CATEGORY } from '../fhir/finding-observation.ts';
import { identityKey, SYSTEMS, uuidUrn } from '../fhir/identity.ts';
import type { TracingFinding } from '../write-back/findings-of-tracing.ts';
import type { EcgUnderReview } from './ecg-under-review.ts';
import { asAsserted, type OverRead, type Statement } from './over-read.ts';
import type { RecordedReport } from './recorded-report.ts';
import { clinicianMeta, type Signature } from './signed-report.ts';

/** A finding of the record as the over-read leaves it. */
export interface JudgedFinding {
  readonly resource: FhirJson & { readonly id: string };
  /** Before, with its version. */
  readonly before: TracingFinding;
  readonly versionId: string;
  /** Taken out of the report. */
  readonly isWithdrawn: boolean;
  /** False for what was confirmed before and still is: it stays under the name of who did. */
  readonly isChanged: boolean;
}

/** A finding that a clinician adds, and by which identifier it is found again. */
export interface AddedFinding {
  /** Stands for it within a transaction. */
  readonly fullUrl: string;
  readonly identifier: string;
  readonly resource: FhirJson;
}

export interface Judging {
  readonly overRead: OverRead;
  readonly signature: Signature;
  readonly report: RecordedReport;
}

const judgedSchema = z.looseObject({
  code: z.looseObject({ coding: z.array(z.looseObject({ code: z.string().optional() })) }),
  valueCodeableConcept: z.looseObject({ text: z.string() }).optional().catch(undefined),
});

/**
 * The findings that the over-read decides on. Confirmed ones become `final`, with the code that wanted a human.
 * The others are `cancelled`, or `entered-in-error` where somebody had signed them before (R4 ObservationStatus: "withdrawn
 * following previous final release"); among them what an older model found, which was not on the screen.
 * What nobody decides on, a measurement say, is not among the results.
 */
export function judgedFindings(
  results: readonly TracingFinding[],
  { overRead, signature, report }: Judging,
): readonly JudgedFinding[] {
  return results.flatMap((finding) => {
    const { code, valueCodeableConcept } = judgedSchema.safeParse(finding).data ?? {};
    const versionId = finding.meta?.versionId;
    if (!code?.coding.some((coding) => coding.code === ECG_FINDING.code) || versionId === undefined) return [];
    // Findings are told by their words: a signed report does not say which output of a network they were.
    const said = asAsserted(valueCodeableConcept?.text ?? '');
    const kept = overRead.kept.find(({ text }) => text === said);
    const status = statusOf(finding, kept !== undefined);
    const { reference, name } = signature;
    const words = kept ? `Confirmed by ${name}.` : `Not confirmed by ${name} on over-read.`;
    const resource = {
      ...finding,
      meta: { ...finding.meta, ...clinicianMeta(report.resource) },
      status,
      ...(kept && { valueCodeableConcept: conceptOf(kept) }),
      performer: [{ reference, display: name }],
      note: [...finding.note, { text: words }],
    };
    return [
      { resource, before: finding, versionId, isWithdrawn: kept === undefined, isChanged: finding.status !== status },
    ];
  });
}

/** Whether a finding, as the server holds it, is what a signature made of it. */
export function isAsJudged(finding: TracingFinding, { status, note }: JudgedFinding['resource']): boolean {
  return finding.status === status && JSON.stringify(finding.note) === JSON.stringify(note);
}

const RELEASED = ['final', 'amended', 'corrected'];

function statusOf({ status }: TracingFinding, isKept: boolean): string {
  if (isKept) return 'final';
  return RELEASED.includes(status) ? 'entered-in-error' : 'cancelled';
}

/** What the report already says of whom and when the ECG is. */
const CONTEXT = ['subject', 'encounter', 'effectiveDateTime', 'effectivePeriod', '_effectiveDateTime'];

/** Observations like those of the model's findings, but performed by the clinician, and of no device. */
export function addedFindings(
  { tracing, ecgIdentity }: Pick<EcgUnderReview, 'tracing' | 'ecgIdentity'>,
  { overRead, signature, report }: Judging,
): readonly AddedFinding[] {
  const { reference, name, at } = signature;
  const context = Object.entries(report.resource).filter(([element]) => CONTEXT.includes(element));
  return overRead.added.map((statement) => {
    // Two who add the same finding at once must not take each other's for their own.
    const key = identityKey('added', report.id, report.versionId ?? '', reference, at, statement.text);
    return {
      fullUrl: uuidUrn(`Observation/${key}`),
      identifier: `${SYSTEMS.finding}|${key}`,
      resource: {
        resourceType: 'Observation',
        meta: { ...clinicianMeta(report.resource), tag: [{ system: SYSTEMS.ecg, code: ecgIdentity }] },
        identifier: [{ system: SYSTEMS.finding, value: key }],
        status: 'final',
        category: [PROCEDURE_CATEGORY],
        code: { coding: [ECG_FINDING, EKG_IMPRESSION] },
        ...Object.fromEntries(context),
        issued: at,
        performer: [{ reference, display: name }],
        valueCodeableConcept: conceptOf(statement),
        note: [{ text: `Added by ${name} on over-read.` }],
        ...derivedFrom({ sources: [tracing] }),
      },
    };
  });
}

/** One concept, as in the findings of the model; further codes are in the report. */
function conceptOf({ text, codings: [coding] }: Statement) {
  return { ...(coding && { coding: [coding] }), text };
}

/** An added finding that no report came to refer to. */
export function takenBack(finding: TracingFinding): TracingFinding {
  const text = 'Entered in error: the report it was for was not signed.';
  return { ...finding, status: 'entered-in-error', note: [...finding.note, { text }] };
}
