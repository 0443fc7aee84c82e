import { z } from 'zod';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import { isWithdrawnResource } from '../formats/fhir/fhir-json.ts';
import { isConflict, isRefusal, unlessRefused } from './refusal.ts';
import { idAt } from './stored-report.ts';

/** By them it is known that Cardhook withdrew a finding. */
const WITHDRAWN_NOTES = {
  cancelled: 'Withdrawn: no report of this tracing holds this finding any more.',
  'entered-in-error': 'Withdrawn: the ECG was entered in error, or is of another patient.',
} as const;
type Withdrawal = keyof typeof WITHDRAWN_NOTES;
const WITHDRAWALS: readonly Withdrawal[] = ['cancelled', 'entered-in-error'];

export const findingSchema = z.looseObject({
  resourceType: z.literal('Observation'),
  id: z.string(),
  status: z.string(),
  meta: z.looseObject({ versionId: z.string().optional() }).optional(),
  note: z.array(z.looseObject({ text: z.string().optional() })).default([]),
});

/** An Observation that Cardhook wrote for a tracing, as the server holds it. */
export type TracingFinding = z.infer<typeof findingSchema>;

/** What Cardhook has written about a tracing, finding by finding; undefined where the server cannot search for it. */
export async function findingsOf(
  server: FhirServer,
  ecgIdentity: string,
): Promise<readonly TracingFinding[] | undefined> {
  const found = await unlessRefused(server.query(`Observation?_tag=${SYSTEMS.ecg}|${ecgIdentity}`));
  return found?.flatMap((resource) => findingSchema.safeParse(resource).data ?? []);
}

/** The same; where it cannot be searched for, what the report refers to. */
export async function findingsUnder(
  server: FhirServer,
  report: FhirJson,
  ecgIdentity: string,
): Promise<readonly TracingFinding[]> {
  const found = await findingsOf(server, ecgIdentity);
  if (found !== undefined) return found;
  const ids = resultsOf(report).flatMap((reference) => idAt('Observation', reference) ?? []);
  const read = await Promise.all(ids.map((id) => unlessRefused(server.read('Observation', id))));
  return read.flatMap((resource) => findingSchema.safeParse(resource).data ?? []);
}

/** Whether it is among the results of the report. */
export function isReferenced({ id }: TracingFinding, report: FhirJson | undefined): boolean {
  return resultsOf(report).some(
    (reference) => reference === `Observation/${id}` || reference.endsWith(`/Observation/${id}`),
  );
}

function resultsOf(report: FhirJson | undefined): readonly string[] {
  return (resultsSchema.safeParse(report).data?.result ?? []).flatMap(({ reference }) => reference ?? []);
}

const resultsSchema = z.looseObject({ result: z.array(z.looseObject({ reference: z.string().optional() })) });

/** Whether Cardhook withdrew it, and no human. */
export function isWithdrawnByUs({ status, note }: TracingFinding): boolean {
  const told = WITHDRAWALS.find((each) => each === status);
  return told !== undefined && note.some(({ text }) => text === WITHDRAWN_NOTES[told]);
}

/**
 * Withdraws the findings that no report refers to any more, and gives back those that one refers to again. Only what
 * is as Cardhook left it is touched.
 * @param report that counts now; without one, or of one that is withdrawn, every finding goes.
 * @returns what a reader of the outcome should know: that a finding had to stay.
 */
export async function settleFindings(
  server: FhirServer,
  ecgIdentity: string,
  report: FhirJson | undefined,
): Promise<string | undefined> {
  const findings = await findingsOf(server, ecgIdentity);
  if (findings === undefined) return 'findings of the earlier reading could not be searched for and stay';
  let remark: string | undefined;
  for (const finding of findings) {
    const isWanted = isReferenced(finding, report) && !isWithdrawnResource(report);
    const isToChange = isWanted ? isWithdrawnByUs(finding) : finding.status === 'preliminary';
    const versionId = finding.meta?.versionId;
    if (!isToChange || versionId === undefined) continue;
    try {
      await server.update(withStatus(finding, isWanted ? 'preliminary' : 'cancelled'), versionId);
    } catch (error) {
      // In a conflict somebody has just judged it.
      if (!isRefusal(error) && !isConflict(error)) throw error;
      remark = 'a finding of the earlier reading could not be withdrawn and stays';
    }
  }
  return remark;
}

/** The finding withdrawn, or given back, with a note that says so. */
export function withStatus(finding: TracingFinding, status: 'preliminary' | Withdrawal): TracingFinding {
  const others = finding.note.filter(({ text }) => !WITHDRAWALS.some((each) => text === WITHDRAWN_NOTES[each]));
  return {
    ...finding,
    status,
    note: status === 'preliminary' ? others : [...others, { text: WITHDRAWN_NOTES[status] }],
  };
}
