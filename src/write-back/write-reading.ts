import { REPORT_FORMS, type ReportForm } from '../config.ts';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import type { ReportInput } from '../fhir/report-input.ts';
import type { FormMemory } from './form-memory.ts';
import { findEarlier, findEarlierOfAny } from './judge-earlier.ts';
import { isRefusal } from './refusal.ts';
import { refuseUnlessCreatable } from './refuse-unless-creatable.ts';
import { FORMS, writeAs } from './write-as.ts';
import type { WriteBackOutcome } from './write-back-outcome.ts';

export interface WritingDeps {
  /** Where the ECG is and the report goes. */
  readonly server: FhirServer;
  readonly formMemory: FormMemory;
  /** When the interpretation is made. */
  readonly now: Date;
  /** The report as PDF, made only where it is going to be written. */
  readonly print?: (() => Promise<Uint8Array | undefined>) | undefined;
}

/**
 * Refusals that say nothing of the report: a scope not granted yet, a firewall, a server that only lets itself be read
 * for now. Those that pass by themselves come first.
 */
const REVOCABLE = [401, 403, 404, 405];

/**
 * Writes a reading in the first form that the server takes. A report that is there already keeps its form, so that there
 * are never two of one tracing.
 * @throws EcgError FHIR_UNAVAILABLE for what may be tried again, WRITE_REFUSED where a right is missing or writing is closed. A
 *   server that takes none of the forms for what is in them is an outcome.
 */
export async function writeReading(
  input: ReportInput,
  forms: readonly ReportForm[],
  { server, formMemory, now, print = async () => undefined }: WritingDeps,
): Promise<WriteBackOutcome> {
  const refusals: (readonly [ReportForm, number])[] = [];
  const open = formMemory.worthTrying(server.baseUrl, forms, now);
  let there = open[0] && (await findEarlierOfAny(server, FORMS[open[0]].type, input));
  for (const form of formsFor(there, open)) {
    const { type } = FORMS[form];
    if (there !== undefined && there.resourceType !== type) continue;
    try {
      if (form === 'creates') await refuseUnlessCreatable(server);
      return await writeAs(form, input, { there, server, print });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push([form, error.httpStatus]);
      // Content and tokens differ from one ECG to the next.
      if (![401, 422].includes(error.httpStatus)) formMemory.refused(server.baseUrl, form, now);
      // Of a transaction the server may have taken a part.
      there = (await findEarlier(server, type, input)) ?? there;
    }
  }
  if (refusals.length > 0 && refusals.every(([, status]) => status === 401)) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not accept the access token', { httpStatus: 401 });
  }
  const tried = refusals.map(([form, status]) => `${form}: HTTP ${status}`).join(', ');
  const reason = `the FHIR server takes no report (${tried || 'no form is permitted'}); see docs/write-back.md`;
  const statuses = refusals.map(([, status]) => status);
  const httpStatus = REVOCABLE.find((status) => statuses.includes(status));
  if (httpStatus !== undefined) throw new EcgError('WRITE_REFUSED', reason, { httpStatus });
  return { outcome: 'skipped', code: 'WRITE_REFUSED', reason };
}

/** Those of the report that is there, whether or not the server has refused them of late. */
function formsFor(there: FhirJson | undefined, open: readonly ReportForm[]): readonly ReportForm[] {
  if (there === undefined) return open;
  const isOfIts = (form: ReportForm) => FORMS[form].type === there.resourceType;
  const own = open.filter(isOfIts);
  return own.length > 0 ? own : REPORT_FORMS.filter(isOfIts);
}
