import { z } from 'zod';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { SYSTEMS } from '../fhir/identity.ts';
import { isConflict, isRefusal, unlessRefused } from './refusal.ts';

const WITHDRAWN_NOTE = 'Withdrawn: no report of this tracing holds this finding any more.';

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

/** Whether it is among the results of the report. */
export function isReferenced({ id }: TracingFinding, report: FhirJson | undefined): boolean {
  const results = resultsSchema.safeParse(report).data?.result ?? [];
  return results.some(
    ({ reference }) => reference === `Observation/${id}` || reference?.endsWith(`/Observation/${id}`),
  );
}

const resultsSchema = z.looseObject({ result: z.array(z.looseObject({ reference: z.string().optional() })) });

/** Whether Cardhook withdrew it, and no human. */
export function isWithdrawnByUs({ status, note }: TracingFinding): boolean {
  return status === 'cancelled' && note.some(({ text }) => text === WITHDRAWN_NOTE);
}

/**
 * Withdraws the findings that no report refers to any more, and gives back those that one refers to again. Only what
 * is as Cardhook left it is touched.
 * @param report that counts now; without one every finding goes.
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
    const wanted = isReferenced(finding, report) ? 'preliminary' : 'cancelled';
    const isOurs = finding.status === 'preliminary' || isWithdrawnByUs(finding);
    const versionId = finding.meta?.versionId;
    if (!isOurs || finding.status === wanted || versionId === undefined) continue;
    try {
      await server.update(withStatus(finding, wanted), versionId);
    } catch (error) {
      // In a conflict somebody has just judged it.
      if (!isRefusal(error) && !isConflict(error)) throw error;
      remark = 'a finding of the earlier reading could not be withdrawn and stays';
    }
  }
  return remark;
}

function withStatus(finding: TracingFinding, status: 'preliminary' | 'cancelled'): TracingFinding {
  const notes = finding.note.filter(({ text }) => text !== WITHDRAWN_NOTE);
  return { ...finding, status, note: status === 'cancelled' ? [...notes, { text: WITHDRAWN_NOTE }] : notes };
}
