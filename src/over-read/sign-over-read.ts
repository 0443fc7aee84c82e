import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { modelsFor } from '../interpret-ecg.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import { findingsOf, isReferenced } from '../write-back/findings-of-tracing.ts';
import { createFormMemory } from '../write-back/form-memory.ts';
import { interpretAndWrite } from '../write-back/interpret-and-write.ts';
import { printed } from '../write-back/print-report.ts';
import type { EcgUnderReview, ReviewRequest } from './ecg-under-review.ts';
import type { OverRead } from './over-read.ts';
import type { OverReadDeps } from './over-read-deps.ts';
import { parseRecordedReport, type RecordedReport } from './recorded-report.ts';
import { authorship, verification } from './signature-provenance.ts';
import { addedFindings, judgedFindings } from './signed-findings.ts';
import { type Signature, signedReport, signedStatus } from './signed-report.ts';
import { writeSignature } from './write-signature.ts';

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
 * Signs a report, by the version the clinician saw, with its findings and who vouches for them. Where there is no
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
  const { versionId } = report;
  const judging = { overRead, signature, report };
  const judged = judgedFindings(await resultsOf(server, review, report), judging);
  const withdrawn = judged.filter(({ isWithdrawn }) => isWithdrawn).map(({ resource }) => resource.id);
  const verified = judged.map(({ resource }) => `Observation/${resource.id}`);
  const pdf = await printSigned(signing, report, deps);
  const resources = {
    added: addedFindings(review, judging),
    judged: judged.filter(({ isChanged }) => isChanged),
    versionId,
    report: (added: readonly string[]) => ({
      ...signedReport(report, overRead, { signature, withdrawn, added, pdf }),
      id: report.id,
    }),
    provenances: (added: readonly string[]) => [
      verification(report, signature, verified),
      ...(added.length === 0 ? [] : [authorship(report, signature, { added, tracing: review.tracing })]),
    ],
  };
  const mayTransact = request.tenant.writeBack.forms.includes('transaction');
  const written = await writeSignature(server, resources, { mayTransact });
  if (written === 'conflict') return { outcome: 'conflict' };
  const stored = parseRecordedReport(await server.read('DiagnosticReport', report.id));
  return { outcome: 'signed', report: stored ?? report, remarks: written.remarks };
}

async function firstReport({ tenant, server, reference }: ReviewRequest, deps: OverReadDeps, now: Date) {
  const forms = tenant.writeBack.forms.filter((form) => form === 'transaction' || form === 'creates');
  const settings = { ...tenant, writeBack: { ...tenant.writeBack, forms } };
  const { models, readings, guard, renderPdf } = deps;
  const writing = {
    server,
    models: modelsFor(models, tenant.name),
    readings,
    guard,
    renderPdf,
    formMemory: createFormMemory(),
    now,
  };
  const result = await interpretAndWrite({ settings, reference }, writing);
  const report = 'report' in result ? parseRecordedReport(result.report) : undefined;
  if (report !== undefined) return report;
  const why = 'report' in result ? 'the record keeps it in another form' : result.reason;
  throw new EcgError('WRITE_REFUSED', `there is no report to sign, and none could be written: ${why}`);
}

/** The report for printing, with what the clinician says; none where the ECG was not interpreted. */
async function printSigned(
  { request, review, overRead, signature }: Signing,
  { isSigned }: RecordedReport,
  { renderPdf }: OverReadDeps,
): Promise<Uint8Array | undefined> {
  const { reading, patient } = review;
  if (renderPdf === undefined || !request.tenant.writeBack.pdf || !('interpretation' in reading)) return undefined;
  const { name, at } = signature;
  const { kept, added, removed, comment } = overRead;
  const stated = [
    ...kept.map(({ text, codings }) => ({ text, codings, isAdded: false })),
    ...added.map(({ text, codings }) => ({ text, codings, isAdded: true })),
  ];
  const words = { status: signedStatus(isSigned, overRead), name, at, stated, comment };
  const signed = { ...words, removed: removed.map(({ text }) => text) };
  return await printed({ reading, patient, issued: at, pipelineVersion: PIPELINE_VERSION, signed }, renderPdf);
}

/** The Observations about the tracing that the report refers to. */
async function resultsOf(server: FhirServer, { ecgIdentity }: EcgUnderReview, { resource }: RecordedReport) {
  const findings = (await findingsOf(server, ecgIdentity)) ?? [];
  return findings.filter((finding) => isReferenced(finding, resource));
}
