import type { ReportForm } from '../config.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { interpretationBundle } from '../fhir/interpretation-bundle.ts';
import { type ReportInput, type ReportType, reportKeyOf } from '../fhir/report-input.ts';
import { reportTag, sourceProvenance, sourceTag } from '../fhir/report-provenance.ts';
import { readStamp } from '../fhir/report-stamp.ts';
import { isWithdrawnResource } from '../formats/fhir/fhir-json.ts';
import { settleFindings } from './findings-of-tracing.ts';
import { findEarlier, judgeEarlier, type Verdict } from './judge-earlier.ts';
import { isTagged, sourcesOf } from './named-sources.ts';
import { isConflict, isRefusal, unlessRefused } from './refusal.ts';
import { sendSingly } from './send-singly.ts';
import { sendTransaction } from './send-transaction.ts';
import type { WriteBackOutcome } from './write-back-outcome.ts';

/** As what each form is taken, and how it is sent; the fuller ones first. */
export const FORMS: Readonly<Record<ReportForm, { readonly type: ReportType; readonly send: typeof sendSingly }>> = {
  transaction: { type: 'DiagnosticReport', send: sendTransaction },
  creates: { type: 'DiagnosticReport', send: sendSingly },
  document: { type: 'DocumentReference', send: sendSingly },
  observation: { type: 'Observation', send: sendSingly },
};

interface WriteAsDeps {
  readonly there: FhirJson | undefined;
  readonly server: FhirServer;
  readonly print: () => Promise<Uint8Array | undefined>;
}

/** Others may write at the same time, but not for ever. */
const MAX_ATTEMPTS = 4;

/**
 * Writes a reading in one form. A report that is there already is completed, replaced or left alone, as
 * {@link judgeEarlier} says; where somebody else writes at the same time, it is judged again.
 * @param there the report of the tracing in this form, if there is one.
 * @param print the report as PDF, made only where it is going to be written.
 * @throws EcgError what the server answers; FHIR_UNAVAILABLE where others never stop writing.
 */
export async function writeAs(
  form: ReportForm,
  input: ReportInput,
  { there, server, print }: WriteAsDeps,
): Promise<WriteBackOutcome> {
  const { type, send } = FORMS[form];
  const { ecgIdentity } = input;
  let found = there;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const judged = found === undefined ? undefined : await judgeEarlier(server, found, input);
    const unchanged = judged && (await leftAsItIs(judged, input, server));
    if (unchanged) return unchanged;
    const { earlier, remark: anew } = judged?.verdict === 'replace' ? judged : {};
    try {
      const pdf = type === 'Observation' ? undefined : await print();
      const report = await send(server, interpretationBundle({ ...input, pdf }, type, earlier), type);
      if (readStamp(report)?.reportKey === reportKeyOf(input)) {
        // What was given back may have the Provenance of before, with another source.
        const isGivenBack = earlier !== undefined && isWithdrawnResource(earlier.resource);
        if (isGivenBack) await nameSource(server, report, input, await provenancesOf(server, input));
        const left = type === 'DiagnosticReport' ? await settleFindings(server, ecgIdentity, report) : undefined;
        const remarks = earlier === undefined ? [] : [anew, left].filter((each) => each !== undefined);
        return { outcome: 'written', report, form, ecgIdentity, ...(remarks[0] && { remark: remarks.join('; ') }) };
      }
      // Another reading was written in between.
      found = report;
    } catch (error) {
      if (form === 'creates' && isRefusal(error)) await settleFindings(server, ecgIdentity, found);
      if (!isConflict(error)) throw error;
      found = await findEarlier(server, type, input);
    }
  }
  throw new EcgError('FHIR_UNAVAILABLE', 'the report of this ECG is being changed by others; try again later');
}

async function leftAsItIs(
  judged: Verdict,
  input: ReportInput,
  server: FhirServer,
): Promise<WriteBackOutcome | undefined> {
  const { ecgIdentity } = input;
  const { report, verdict } = judged;
  if (verdict === 'keep') return { outcome: 'unchanged', report, reason: judged.reason, ecgIdentity };
  if (verdict === 'replace') return undefined;
  const provenances = await provenancesOf(server, input);
  // Provenance is written last, so where it is, all is.
  if (!provenances.some((each) => isTagged(each, reportTag(reportKeyOf(input)).code))) return undefined;
  await nameSource(server, report, input, provenances);
  await settleFindings(server, ecgIdentity, report);
  return { outcome: 'unchanged', report, reason: 'the report is there already', ecgIdentity };
}

/** Of this reading, and of the source that it was read from now. */
async function provenancesOf(server: FhirServer, input: ReportInput): Promise<readonly FhirJson[]> {
  const tags = [reportTag(reportKeyOf(input)), sourceTag(input)].map(({ system, code }) => `${system}|${code}`);
  return (await unlessRefused(server.query(`Provenance?_tag=${tags.join()}`))) ?? [];
}

/** The same tracing may be in several resources: a report stands as long as one of them says whose it is. */
async function nameSource(
  server: FhirServer,
  report: FhirJson,
  input: ReportInput,
  provenances: readonly FhirJson[],
): Promise<void> {
  const named = provenances.flatMap(sourcesOf);
  if (input.sources.every((source) => named.includes(source))) return;
  const { system, code } = sourceTag(input);
  const provenance = sourceProvenance(input, `${report.resourceType}/${String(report['id'])}`);
  await unlessRefused(server.create(provenance, `_tag=${system}|${code}`));
}
