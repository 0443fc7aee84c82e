import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { ECG_FINDING } from '../fhir/finding-observation.ts';
import { CLINICIAN_ASSERTED } from '../fhir/report-codes.ts';
import { findingsOf, isReferenced, type TracingFinding } from '../write-back/findings-of-tracing.ts';
import { createFormMemory } from '../write-back/form-memory.ts';
import { interpretAndWrite } from '../write-back/interpret-and-write.ts';
import { isConflict, unlessRefused } from '../write-back/refusal.ts';
import type { EcgUnderReview, ReviewRequest } from './ecg-under-review.ts';
import type { OverRead, Statement } from './over-read.ts';
import type { OverReadDeps } from './over-read-deps.ts';
import { parseRecordedReport, type RecordedReport } from './recorded-report.ts';
import { type Signature, signatureProvenance, signatureTag, signedReport } from './signed-report.ts';

export interface Signing {
  readonly request: ReviewRequest;
  readonly review: EcgUnderReview;
  readonly overRead: OverRead;
  readonly signature: Signature;
}

/** `conflict`: somebody else changed the report in between; nothing was written. */
export type SigningOutcome =
  | { readonly outcome: 'signed'; readonly report: RecordedReport; readonly remarks: readonly string[] }
  | { readonly outcome: 'conflict' };

/**
 * Signs a report: first the report itself, by the version the clinician saw, then what goes with it. Where there is no
 * report yet, the machine's preliminary one is written first, so that the history shows what was whose.
 * @throws EcgError FHIR_UNAVAILABLE where the server does not take it, WRITE_REFUSED where it can keep no such report.
 */
export async function signOverRead(signing: Signing, deps: OverReadDeps, now: Date): Promise<SigningOutcome> {
  const { request, review, overRead, signature } = signing;
  const { server } = request;
  const report = review.report ?? (await firstReport(request, deps, now));
  if (report.isWithdrawn) {
    throw new EcgError('WRITE_REFUSED', 'the report was withdrawn in the EHR, and signing does not bring it back');
  }
  if (report.versionId === undefined) {
    throw new EcgError('WRITE_REFUSED', 'the FHIR server keeps no versions, so signing could undo what others write');
  }
  const results = await resultsOf(server, review, report);
  const withdrawn = results.filter((result) => wantedStatus(result, overRead) === 'cancelled').map(({ id }) => id);
  const resource = signedReport(report, overRead, { signature, withdrawn });
  try {
    await server.update(resource, report.versionId);
  } catch (error) {
    if (isConflict(error)) return { outcome: 'conflict' };
    throw error;
  }
  const remarks = [
    ...(await vouched(server, report, signature)),
    ...(await settled(server, results, { overRead, signature })),
  ];
  const stored = parseRecordedReport(await server.read('DiagnosticReport', report.id));
  return { outcome: 'signed', report: stored ?? report, remarks };
}

async function firstReport({ tenant, server, reference }: ReviewRequest, deps: OverReadDeps, now: Date) {
  const forms = tenant.writeBack.forms.filter((form) => form === 'transaction' || form === 'creates');
  const settings = { ...tenant, writeBack: { ...tenant.writeBack, forms } };
  const { models, readings, guard, renderPdf } = deps;
  const writing = { server, models, readings, guard, renderPdf, formMemory: createFormMemory(), now };
  const result = await interpretAndWrite({ settings, reference }, writing);
  const report = 'report' in result ? parseRecordedReport(result.report) : undefined;
  if (report !== undefined) return report;
  const why = 'reason' in result ? result.reason : 'it keeps reports in another form';
  throw new EcgError('WRITE_REFUSED', `there is no report to sign, and none could be written: ${why}`);
}

/** The Observations of the model's findings that the report refers to. */
async function resultsOf(server: FhirServer, { ecgIdentity }: EcgUnderReview, { resource }: RecordedReport) {
  const findings = (await findingsOf(server, ecgIdentity)) ?? [];
  return findings.filter((finding) => isReferenced(finding, resource));
}

const codedSchema = z.looseObject({
  code: z.looseObject({ coding: z.array(z.looseObject({ code: z.string().optional() })) }),
});

function isFinding(result: TracingFinding): boolean {
  const { code } = codedSchema.safeParse(result).data ?? {};
  return code?.coding.some((coding) => coding.code === ECG_FINDING.code) === true;
}

const valueSchema = z.looseObject({ valueCodeableConcept: z.looseObject({ text: z.string() }) });

/** Findings are told by their words: a report that was signed before no longer says which output of a network they were. */
function isAmong(finding: TracingFinding, statements: readonly Statement[]): boolean {
  const said = valueSchema.safeParse(finding).data?.valueCodeableConcept.text;
  return statements.some(({ text }) => text === said);
}

/** The report is signed by then; what is missing beside it is told and does not undo that. */
async function vouched(server: FhirServer, report: RecordedReport, signature: Signature): Promise<readonly string[]> {
  const { system, code } = signatureTag(report.id, report.versionId);
  const created = await tolerated(server.create(signatureProvenance(report, signature), `_tag=${system}|${code}`));
  return created ? [] : ['the record took no Provenance of the signature'];
}

/** What nobody has decided on, a measurement say, stays as it is. */
async function settled(
  server: FhirServer,
  results: readonly TracingFinding[],
  { overRead, signature }: Pick<Signing, 'overRead' | 'signature'>,
): Promise<readonly string[]> {
  let failures = 0;
  for (const finding of results) {
    const wanted = wantedStatus(finding, overRead);
    const versionId = finding.meta?.versionId;
    if (wanted === undefined || finding.status === wanted || versionId === undefined) continue;
    if (!(await tolerated(server.update(judgedFinding(finding, wanted, signature), versionId)))) failures += 1;
  }
  return failures === 0 ? [] : [`${failures} of the single findings could not be brought up to date`];
}

/** A finding of an older model, which was not on the screen, does not stay in a report that a clinician signs. */
function wantedStatus(finding: TracingFinding, { kept }: OverRead): 'final' | 'cancelled' | undefined {
  if (!isFinding(finding)) return undefined;
  return isAmong(finding, kept) ? 'final' : 'cancelled';
}

function judgedFinding(finding: TracingFinding, status: 'final' | 'cancelled', { reference, name }: Signature) {
  const security = [CLINICIAN_ASSERTED, ...securityOf(finding).filter(({ code }) => code === 'HTEST')];
  const words = status === 'final' ? `Confirmed by ${name}.` : `Not confirmed by ${name} on over-read.`;
  return {
    ...finding,
    meta: { ...finding.meta, security },
    status,
    performer: [{ reference, display: name }],
    note: [...finding.note, { text: words }],
  };
}

const securitySchema = z.looseObject({
  meta: z.looseObject({ security: z.array(z.looseObject({ code: z.string().optional() })).default([]) }),
});

function securityOf(resource: FhirJson) {
  return securitySchema.safeParse(resource).data?.meta.security ?? [];
}

async function tolerated(write: Promise<unknown>): Promise<boolean> {
  try {
    return (await unlessRefused(write)) !== undefined;
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return false;
  }
}
