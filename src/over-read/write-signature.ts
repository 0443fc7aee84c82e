import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirServer, Transaction, WritableResource } from '../fhir/fhir-server.ts';
import { isConflict, isRefusal, unlessRefused } from '../write-back/refusal.ts';
import { firstMatch, idAt } from '../write-back/stored-report.ts';
import { parseRecordedReport } from './recorded-report.ts';
import type { SignatureProvenance } from './signature-provenance.ts';
import type { AddedFinding, JudgedFinding } from './signed-findings.ts';
import { isTaken, takeBack } from './take-back.ts';

/** Everything that one signature writes. */
export interface SignedResources {
  readonly added: readonly AddedFinding[];
  readonly judged: readonly JudgedFinding[];
  /** The report, by the version that the clinician saw. */
  readonly report: (added: readonly string[]) => WritableResource & { readonly id: string };
  readonly versionId: string;
  readonly provenances: (added: readonly string[]) => readonly SignatureProvenance[];
}

/** What could not be written beside the report, or that somebody else was faster and nothing was signed. */
export type WrittenSignature = 'conflict' | { readonly remarks: readonly string[] };

/**
 * Writes a signature: in one transaction, or where the server refuses that, the added findings, the report, and then what
 * goes with it. The report is replaced only by the version the clinician saw; what fails after it does not undo it.
 * @throws EcgError FHIR_UNAVAILABLE where the server does not take the report.
 */
export async function writeSignature(
  server: FhirServer,
  signed: SignedResources,
  { mayTransact }: { readonly mayTransact: boolean },
): Promise<WrittenSignature> {
  try {
    const together = mayTransact ? await unlessRefused(writeTogether(server, signed)) : undefined;
    return together ?? (await writeSingly(server, signed));
  } catch (error) {
    // Whether a request that got no answer was done is not known: nothing is undone then.
    if (isConflict(error) || isRefusal(error)) await takeBack(server, signed);
    if (isConflict(error)) return 'conflict';
    throw error;
  }
}

const responseSchema = z.looseObject({
  entry: z.array(z.looseObject({ response: z.looseObject({ status: z.string(), location: z.string().optional() }) })),
});

/** @throws EcgError with the status that the server gives the report, where its transactions are not atomic. */
async function writeTogether(server: FhirServer, signed: SignedResources): Promise<WrittenSignature> {
  const bundle = toTransaction(signed);
  const response = responseSchema.safeParse(await server.transaction(bundle));
  const answers = response.data?.entry.map((entry) => entry.response) ?? [];
  const statuses = answers.map(({ status }) => status);
  if (statuses.length !== bundle.entry.length) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server did not answer the transaction entry by entry');
  }
  const isDone = statuses.map((status) => /^2\d\d\b/.test(status));
  const report = signed.added.length;
  if (!isDone[report]) {
    const httpStatus = Number(statuses[report]?.slice(0, 3)) || undefined;
    throw new EcgError('FHIR_UNAVAILABLE', `the FHIR server did not take the report (HTTP ${httpStatus})`, {
      httpStatus,
    });
  }
  const judged = report + 1 + signed.judged.length;
  const references = answers
    .slice(0, report)
    .flatMap(({ location }, place) => (isDone[place] ? (idAt('Observation', location) ?? []) : []))
    .map((id) => `Observation/${id}`);
  const unadded = isDone.slice(0, report).filter((done) => !done).length;
  if (unadded > 0) await referOnlyTo(server, references, signed);
  return {
    remarks: remarksOf({
      unadded,
      unjudged: isDone.slice(report + 1, judged).filter((done) => !done).length,
      unvouched: isDone.slice(judged).filter((done) => !done).length,
    }),
  };
}

/** A report must not refer to findings that the server did not take. */
async function referOnlyTo(server: FhirServer, added: readonly string[], { report }: SignedResources): Promise<void> {
  const resource = report(added);
  const current = parseRecordedReport(await server.read('DiagnosticReport', resource.id));
  if (current?.versionId !== undefined) await isTaken(server.update(resource, current.versionId));
}

function toTransaction({ added, judged, report, versionId, provenances }: SignedResources) {
  const references = added.map(({ fullUrl }) => fullUrl);
  const update = (resource: WritableResource & { readonly id: string }, version: string) => {
    const url = `${resource.resourceType}/${resource.id}`;
    return { fullUrl: url, resource, request: { method: 'PUT', url, ifMatch: `W/"${version}"` } };
  };
  const create = (resource: WritableResource, ifNoneExist: string) => ({
    resource,
    request: { method: 'POST', url: resource.resourceType, ifNoneExist },
  });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      ...added.map(({ fullUrl, resource, identifier }) => ({
        fullUrl,
        ...create(resource, `identifier=${identifier}`),
      })),
      update(report(references), versionId),
      ...judged.map((finding) => update(finding.resource, finding.versionId)),
      ...provenances(references).map(({ resource, ifNoneExist }) => create(resource, ifNoneExist)),
    ],
  } as const satisfies Transaction;
}

async function writeSingly(server: FhirServer, signed: SignedResources): Promise<WrittenSignature> {
  const { added, judged, report, versionId, provenances } = signed;
  const references: string[] = [];
  for (const finding of added) {
    const reference = await unlessRefused(createAdded(server, finding));
    if (reference !== undefined) references.push(reference);
  }
  await server.update(report(references), versionId);
  let [unjudged, unvouched] = [0, 0];
  for (const finding of judged) {
    if (!(await isTaken(server.update(finding.resource, finding.versionId)))) unjudged += 1;
  }
  for (const { resource, ifNoneExist } of provenances(references)) {
    if (!(await isTaken(server.create(resource, ifNoneExist)))) unvouched += 1;
  }
  return { remarks: remarksOf({ unadded: added.length - references.length, unjudged, unvouched }) };
}

async function createAdded(server: FhirServer, { resource, identifier }: AddedFinding): Promise<string> {
  const condition = `identifier=${identifier}`;
  const { location, resource: stored } = await server.create(resource, condition);
  const id =
    stored?.['id'] ?? idAt('Observation', location) ?? (await firstMatch(server, 'Observation', condition))?.['id'];
  if (typeof id === 'string') return `Observation/${id}`;
  throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not say where it put a finding');
}

function remarksOf(failed: { readonly unadded: number; readonly unjudged: number; readonly unvouched: number }) {
  return [
    ...(failed.unadded === 0
      ? []
      : ['the record took no Observations of the findings you added; the report states them']),
    ...(failed.unjudged === 0 ? [] : [`${failed.unjudged} of the single findings could not be brought up to date`]),
    ...(failed.unvouched === 0 ? [] : ['the record took no Provenance of the signature']),
  ];
}
