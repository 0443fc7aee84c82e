import { z } from 'zod';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import {
  type EarlierReport,
  REPORT_TYPES,
  type ReportInput,
  type ReportType,
  reportKeyOf,
} from '../fhir/report-input.ts';
import { type ReportStamp, readStamp } from '../fhir/report-stamp.ts';
import { isWithdrawnResource } from '../formats/fhir/fhir-json.ts';
import { findingsOf, isReferenced, isWithdrawnByUs, type TracingFinding } from './findings-of-tracing.ts';
import { outranks } from './outranks.ts';
import { unlessRefused } from './refusal.ts';

/** What is to be done about a report of the same tracing that is there already. */
export type Verdict =
  /** It is this very reading; what may be missing around it is to be completed. */
  | { readonly verdict: 'same'; readonly report: FhirJson }
  | {
      readonly verdict: 'replace';
      readonly report: FhirJson;
      readonly earlier: EarlierReport;
      /** What changes in it, where neither model nor pipeline is another. */
      readonly remark?: string;
    }
  | { readonly verdict: 'keep'; readonly report: FhirJson; readonly reason: string };

const reportSchema = z.looseObject({
  id: z.string(),
  meta: z.looseObject({ versionId: z.string().optional() }).optional(),
});

/**
 * Whether a report may give way to a new reading. It may only if it is as Cardhook wrote it, nobody has judged one of
 * its findings or vouched for it, the server keeps versions, and neither model nor pipeline is newer or better. One that
 * Cardhook withdrew with its ECG says nothing any more, and every reading may take its place.
 */
export async function judgeEarlier(server: FhirServer, report: FhirJson, input: ReportInput): Promise<Verdict> {
  const keep = (reason: string): Verdict => ({ verdict: 'keep', report, reason });
  const stamp = readStamp(report);
  const touched = await whyTouched(server, report, input.ecgIdentity);
  if (stamp === undefined || touched !== undefined) return keep(touched ?? CHANGED);
  const isWithdrawn = isWithdrawnResource(report);
  if (stamp.reportKey === reportKeyOf(input) && !isWithdrawn) return { verdict: 'same', report };
  const isSameMaker = isBySame(input, stamp);
  if (isSameMaker && input.comparison === 'not searchable' && !isWithdrawn) {
    return keep('the report there is compared with an earlier ECG, which cannot be searched for now');
  }
  if (!isWithdrawn && !outranks(input, stamp)) {
    return keep('the report there is by a newer or better model or pipeline');
  }
  const version = await replaceableVersion(server, report);
  if (typeof version === 'string') return keep(version);
  const remark = isWithdrawn ? GIVEN_BACK : isSameMaker ? COMPARED_ANEW : undefined;
  return { verdict: 'replace', report, earlier: { resource: report, ...version }, ...(remark && { remark }) };
}

const CHANGED = 'the report was confirmed or changed since it was written, and is left as it is';

/** What a human has done to a report of Cardhook's, which is left alone for it; undefined for nothing. */
export async function whyTouched(
  server: FhirServer,
  report: FhirJson,
  ecgIdentity: string,
): Promise<string | undefined> {
  if (readStamp(report)?.isAsWritten !== true) return CHANGED;
  const findings = (await findingsOf(server, ecgIdentity)) ?? [];
  if (!findings.some((finding) => isReferenced(finding, report) && isJudged(finding))) return undefined;
  return 'somebody has judged a finding of the report, which is left as it is';
}

/** The version of a report, as long as nobody stands in for it; else why it cannot be changed. */
export async function replaceableVersion(
  server: FhirServer,
  report: FhirJson,
): Promise<Pick<EarlierReport, 'id' | 'versionId'> | string> {
  const { id, meta } = reportSchema.safeParse(report).data ?? {};
  if (id === undefined || meta?.versionId === undefined) {
    return 'the server keeps no versions, so a change could undo what a human writes';
  }
  if (await isVouchedFor(server, `${report.resourceType}/${id}`)) {
    return 'somebody has vouched for the report, which is left as it is';
  }
  return { id, versionId: meta.versionId };
}

const GIVEN_BACK = 'the report was withdrawn, and is given back since its ECG is of the patient again';

/** Of two readings by one model and pipeline, only what the tracing was compared with can differ. */
const COMPARED_ANEW = 'the report is replaced since it is compared with another earlier ECG, or with none, by now';

function isBySame({ manifest, pipelineVersion }: ReportInput, stamp: ReportStamp): boolean {
  return (
    stamp.model === manifest.name &&
    stamp.modelVersion === manifest.version &&
    stamp.pipelineVersion === pipelineVersion
  );
}

/** The report of the tracing, if there is one: of several the one that has to be left alone. */
export async function findEarlier(
  server: FhirServer,
  type: ReportType,
  { ecgIdentity }: Pick<ReportInput, 'ecgIdentity'>,
): Promise<FhirJson | undefined> {
  const found = await unlessRefused(server.query(`${type}?identifier=${SYSTEMS.ecg}|${ecgIdentity}`));
  const reports = (found ?? []).filter(({ resourceType }) => resourceType === type);
  return reports.find((report) => readStamp(report)?.isAsWritten !== true) ?? reports[0];
}

/** The same, whatever it was taken as. @param likely is looked for first. */
export async function findEarlierOfAny(
  server: FhirServer,
  likely: ReportType,
  ecg: Pick<ReportInput, 'ecgIdentity'>,
): Promise<FhirJson | undefined> {
  const first = await findEarlier(server, likely, ecg);
  if (first !== undefined) return first;
  const others = REPORT_TYPES.filter((type) => type !== likely);
  const found = await Promise.all(others.map((type) => findEarlier(server, type, ecg)));
  return found.find((report) => report !== undefined);
}

function isJudged(finding: TracingFinding): boolean {
  return finding.status !== 'preliminary' && !isWithdrawnByUs(finding);
}

/** R4 provenance-participant-type: who stands in for what is said. */
const VOUCHING: ReadonlySet<string> = new Set(['verifier', 'attester', 'legal']);

const provenanceSchema = z.looseObject({
  agent: z.array(
    z.looseObject({
      type: z.looseObject({ coding: z.array(z.looseObject({ code: z.string().optional() })).default([]) }).optional(),
    }),
  ),
});

async function isVouchedFor(server: FhirServer, reference: string): Promise<boolean> {
  const provenances = (await unlessRefused(server.query(`Provenance?target=${reference}`))) ?? [];
  return provenances.some((provenance) =>
    provenanceSchema
      .safeParse(provenance)
      .data?.agent.some(({ type }) => type?.coding.some(({ code }) => VOUCHING.has(code ?? ''))),
  );
}
