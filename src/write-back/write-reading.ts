import { z } from 'zod';
import type { ReportForm } from '../config.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { interpretationBundle, tagCondition } from '../fhir/interpretation-bundle.ts';
import { type ReportInput, type ReportType, reportKeyOf } from '../fhir/report-input.ts';
import { readStamp } from '../fhir/report-stamp.ts';
import { settleFindings } from './findings-of-tracing.ts';
import type { FormMemory } from './form-memory.ts';
import { findEarlier, judgeEarlier } from './judge-earlier.ts';
import { isConflict, isRefusal, unlessRefused } from './refusal.ts';
import { sendSingly } from './send-singly.ts';
import { sendTransaction } from './send-transaction.ts';
import type { WriteBackOutcome } from './write-back-outcome.ts';

const FORMS: Readonly<Record<ReportForm, { readonly type: ReportType; readonly send: typeof sendSingly }>> = {
  transaction: { type: 'DiagnosticReport', send: sendTransaction },
  creates: { type: 'DiagnosticReport', send: sendSingly },
  document: { type: 'DocumentReference', send: sendSingly },
  observation: { type: 'Observation', send: sendSingly },
};

/** Others may write at the same time, but not for ever. */
const MAX_ATTEMPTS = 4;

export interface WritingDeps {
  /** Where the ECG is and the report goes. */
  readonly server: FhirServer;
  readonly formMemory: FormMemory;
  /** When the interpretation is made. */
  readonly now: Date;
}

/**
 * Writes a reading in the first form that the server takes. A report that is there already is completed, replaced or
 * left alone, as {@link judgeEarlier} says.
 * @throws EcgError FHIR_UNAVAILABLE for what may be tried again; a server that takes none of the forms is an outcome.
 */
export async function writeReading(
  input: ReportInput,
  forms: readonly ReportForm[],
  { server, formMemory, now }: WritingDeps,
): Promise<WriteBackOutcome> {
  const refusals: (readonly [ReportForm, number])[] = [];
  for (const form of formMemory.worthTrying(server.baseUrl, forms, now)) {
    try {
      if (form === 'creates') await refuseUnlessCreatable(server);
      return await writeAs(form, input, server);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push([form, error.httpStatus]);
      // Content and tokens differ from one ECG to the next.
      if (![401, 422].includes(error.httpStatus)) formMemory.refused(server.baseUrl, form, now);
    }
  }
  if (refusals.length > 0 && refusals.every(([, status]) => status === 401)) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not accept the access token', { httpStatus: 401 });
  }
  const tried = refusals.map(([form, status]) => `${form}: HTTP ${status}`).join(', ');
  const reason = `the FHIR server takes no report (${tried || 'no form is permitted'}); see docs/write-back.md`;
  return { outcome: 'skipped', code: 'WRITE_REFUSED', reason };
}

async function writeAs(form: ReportForm, input: ReportInput, server: FhirServer): Promise<WriteBackOutcome> {
  const { type, send } = FORMS[form];
  const { ecgIdentity } = input;
  let known: FhirJson | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = known ?? (await findEarlier(server, type, input));
    const judged = found === undefined ? undefined : await judgeEarlier(server, found, input);
    if (judged?.verdict === 'keep') {
      return { outcome: 'unchanged', report: judged.report, reason: judged.reason, ecgIdentity };
    }
    if (judged?.verdict === 'same' && (await isComplete(server, input))) {
      await settleFindings(server, ecgIdentity, judged.report);
      return { outcome: 'unchanged', report: judged.report, reason: 'the report is there already', ecgIdentity };
    }
    const earlier = judged?.verdict === 'replace' ? judged.earlier : undefined;
    try {
      const report = await send(server, interpretationBundle(input, type, earlier), type);
      if (readStamp(report)?.reportKey === reportKeyOf(input)) {
        const remark = type === 'DiagnosticReport' ? await settleFindings(server, ecgIdentity, report) : undefined;
        return { outcome: 'written', report, form, ecgIdentity, ...(remark === undefined ? {} : { remark }) };
      }
      // Another reading was written in between.
      known = report;
    } catch (error) {
      if (isRefusal(error) && type === 'DiagnosticReport') await settleFindings(server, ecgIdentity, found);
      if (!isConflict(error)) throw error;
      known = undefined;
    }
  }
  throw new EcgError('FHIR_UNAVAILABLE', 'the report of this ECG is being changed by others; try again later');
}

/** Provenance is written last, so where it is, all is. */
async function isComplete(server: FhirServer, input: ReportInput): Promise<boolean> {
  const reportKey = reportKeyOf(input);
  const found = await unlessRefused(server.query(`Provenance?${tagCondition({ reportKey })}`));
  return (found?.length ?? 0) > 0;
}

const capabilitySchema = z.looseObject({
  rest: z.array(
    z.looseObject({
      resource: z.array(
        z.looseObject({ type: z.string(), interaction: z.array(z.looseObject({ code: z.string() })).default([]) }),
      ),
    }),
  ),
});

/**
 * Spares a server the parts of a report that it says it does not take; one that does not say is tried.
 * @throws EcgError FHIR_UNAVAILABLE with the status 405.
 */
async function refuseUnlessCreatable(server: FhirServer): Promise<void> {
  const capability = capabilitySchema.safeParse(await unlessRefused(server.capabilityStatement())).data;
  if (capability === undefined) return;
  const resources = capability.rest.flatMap(({ resource }) => resource);
  const reports = resources.find(({ type }) => type === 'DiagnosticReport');
  if (reports?.interaction.some(({ code }) => code === 'create')) return;
  throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server takes no DiagnosticReport', { httpStatus: 405 });
}
