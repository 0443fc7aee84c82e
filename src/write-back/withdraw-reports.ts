import { subjectOf } from '../cds/patient-sources.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer, Transaction, TransactionEntry } from '../fhir/fhir-server.ts';
import { REPORT_TYPES } from '../fhir/report-input.ts';
import { withdrawalProvenance } from '../fhir/report-provenance.ts';
import { readStamp, restamped } from '../fhir/report-stamp.ts';
import { isWithdrawnResource } from '../formats/fhir/fhir-json.ts';
import { findingsUnder, settleFindings, type TracingFinding, withStatus } from './findings-of-tracing.ts';
import { replaceableVersion, whyTouched } from './judge-earlier.ts';
import { identityOfReport, isNamedElsewhere, reportsNaming } from './named-sources.ts';
import { isConflict, isRefusal, unlessRefused } from './refusal.ts';
import { sendSingly } from './send-singly.ts';
import { sendTransaction } from './send-transaction.ts';
import type { WriteGuard } from './write-guard.ts';

export interface WithdrawingDeps {
  readonly server: FhirServer;
  readonly guard: WriteGuard;
  /** Whether the server may be sent transactions. */
  readonly mayTransact: boolean;
  readonly now: Date;
  /** Told of every report that was withdrawn, as it then is. */
  readonly onWithdrawn?: ((report: FhirJson) => void) | undefined;
}

/** What became of reports that should not stand any more. */
export interface Withdrawals {
  readonly count: number;
  /** Why one has to be withdrawn by hand. */
  readonly left: string | undefined;
}

/** Others may write at the same time, but not for ever. */
const MAX_ATTEMPTS = 4;

/**
 * Withdraws what Cardhook once wrote about an ECG that was since entered in error or moved to another patient: the
 * report with its findings. One that a human has changed, judged or vouched for is left to humans; one whose tracing
 * another resource still says to be the patient's stays. Called again, it completes what was cut off.
 * @param ecg the resource that holds it, as it is now.
 * @throws EcgError FHIR_UNAVAILABLE for what may be tried again.
 */
export async function withdrawReportsOf(ecg: FhirJson, deps: WithdrawingDeps): Promise<Withdrawals> {
  const { server, guard } = deps;
  const source = `${ecg.resourceType}/${String(ecg['id'])}`;
  let count = 0;
  let left: string | undefined;
  for (const report of await reportsNaming(source, server)) {
    const ecgIdentity = identityOfReport(report);
    if (ecgIdentity === undefined || !isForeign(ecg, report, server.baseUrl)) continue;
    const result = await guard({ server: server.baseUrl, ecgIdentity }, () =>
      withdraw(report, { source, ecgIdentity }, deps),
    );
    if (result === 'withdrawn') count += 1;
    else if (result !== 'nothing to do') left ??= result.left;
  }
  return { count, left };
}

/** Whether a report cannot be of this ECG. One that names no patient any more may still be. */
function isForeign(ecg: FhirJson, report: FhirJson, baseUrl: string): boolean {
  const subject = subjectOf(ecg, baseUrl);
  return isWithdrawnResource(ecg) || (subject !== undefined && subject !== subjectOf(report, baseUrl));
}

interface Tracing {
  readonly source: string;
  readonly ecgIdentity: string;
}

async function withdraw(
  found: FhirJson,
  tracing: Tracing,
  deps: WithdrawingDeps,
): Promise<'withdrawn' | 'nothing to do' | { readonly left: string }> {
  const { server, now, onWithdrawn } = deps;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const report = await unlessRefused(server.read(found.resourceType, String(found['id'])));
    // Withdrawn by a human, it is theirs.
    if (report === undefined || (isWithdrawnResource(report) && !readStamp(report)?.isAsWritten)) {
      return 'nothing to do';
    }
    try {
      const isBegun = isWithdrawnResource(report);
      if (!isBegun && (await isNamedElsewhere(report, tracing.source, server))) return 'nothing to do';
      const touched = await whyTouched(server, report, tracing.ecgIdentity);
      if (touched !== undefined) return { left: touched };
      const findings = await findingsUnder(server, report, tracing.ecgIdentity);
      const open = findings.filter(({ status }) => status === 'preliminary');
      if (isBegun) return await withdrawFindings(open, server);
      const version = await replaceableVersion(server, report);
      if (typeof version === 'string') return { left: version };
      const about = { versionId: version.versionId, source: tracing.source, at: now.toISOString() };
      const bundle = withdrawal(inError(report, version), open.flatMap(findingInError), about);
      const after = await send(bundle, found, deps);
      onWithdrawn?.(after);
      return 'withdrawn';
    } catch (error) {
      if (!isRefusal(error) && !isConflict(error)) throw error;
      await giveFindingsBack(report, tracing.ecgIdentity, server);
      if (isRefusal(error)) return { left: `the FHIR server does not take that (HTTP ${error.httpStatus})` };
    }
  }
  throw new EcgError('FHIR_UNAVAILABLE', 'the report of this ECG is being changed by others; try again later');
}

/** What was not reached before. */
async function withdrawFindings(open: readonly TracingFinding[], server: FhirServer): Promise<'nothing to do'> {
  for (const finding of open) {
    const versionId = finding.meta?.versionId;
    if (versionId !== undefined) await server.update(withStatus(finding, 'entered-in-error'), versionId);
  }
  return 'nothing to do';
}

/** The report first: whether it stands decides. Provenance before the findings, by which it is seen what is left to do. */
function withdrawal(
  report: Update,
  findings: readonly Update[],
  about: Omit<Parameters<typeof withdrawalProvenance>[0], 'targets'>,
): Transaction {
  const targets = [report, ...findings].map(({ fullUrl }) => fullUrl);
  const resource = withdrawalProvenance({ ...about, targets });
  const [tag] = resource.meta?.tag ?? [];
  const request = { method: 'POST', url: 'Provenance', ifNoneExist: `_tag=${tag?.system}|${tag?.code}` };
  return { resourceType: 'Bundle', type: 'transaction', entry: [report, { resource, request }, ...findings] };
}

async function send(bundle: Transaction, { resourceType }: FhirJson, deps: WithdrawingDeps): Promise<FhirJson> {
  const { server, mayTransact } = deps;
  const type = REPORT_TYPES.find((each) => each === resourceType) ?? 'DiagnosticReport';
  const together = mayTransact ? await unlessRefused(sendTransaction(server, bundle, type)) : undefined;
  return together ?? (await sendSingly(server, bundle, type));
}

/** Of a report that stands: a server may have taken a transaction in part. */
async function giveFindingsBack({ resourceType, id }: FhirJson, ecgIdentity: string, server: FhirServer) {
  const report = await unlessRefused(server.read(resourceType, String(id)));
  if (report !== undefined && !isWithdrawnResource(report)) await settleFindings(server, ecgIdentity, report);
}

function inError(report: FhirJson, { id, versionId }: { readonly id: string; readonly versionId: string }) {
  const docStatus = report['docStatus'] === undefined ? {} : { docStatus: 'entered-in-error' };
  return update(restamped({ ...report, status: 'entered-in-error', ...docStatus }), id, versionId);
}

function findingInError(finding: TracingFinding): Update[] {
  const versionId = finding.meta?.versionId;
  return versionId === undefined ? [] : [update(withStatus(finding, 'entered-in-error'), finding.id, versionId)];
}

type Update = TransactionEntry & { readonly fullUrl: string };

function update(resource: FhirJson, id: string, versionId: string): Update {
  const url = `${resource.resourceType}/${id}`;
  return { fullUrl: url, resource: { ...resource, id }, request: { method: 'PUT', url, ifMatch: `W/"${versionId}"` } };
}
