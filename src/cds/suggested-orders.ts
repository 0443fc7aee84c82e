import type { ServiceRequest } from 'fhir/r4';
import { z } from 'zod';
import ordersJson from '../../mappings/suggested-orders.json' with { type: 'json' };
import type { Concept } from './draft-medications.ts';
import { SUGGESTED_ORDERS, type SuggestedOrder } from './finding-groups.ts';

export type { SuggestedOrder } from './finding-groups.ts';

const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';

const fileSchema = z.strictObject({
  orders: z.array(
    z.strictObject({
      id: z.enum(SUGGESTED_ORDERS),
      /** Inside a sentence, after "order". */
      title: z.string().min(1),
      coding: z
        .array(z.strictObject({ system: z.enum([SNOMED, LOINC]), code: z.string(), display: z.string() }))
        .min(1),
      /** What else means the same in an order that somebody writes. */
      alsoKnownAs: z
        .strictObject({ snomed: z.array(z.string()), loinc: z.array(z.string()), names: z.array(z.string()) })
        .default({ snomed: [], loinc: [], names: [] }),
      evidence: z.string().min(1),
    }),
  ),
  repeatEcg: z.strictObject({ withinHours: z.number().positive(), evidence: z.string().min(1) }),
});
const { orders, repeatEcg } = fileSchema.parse(ordersJson);

/** A routine ECG is a repetition where the last one is younger than this. */
export const REPEAT_ECG_HOURS = repeatEcg.withinHours;

/** The tests this service may offer, and how it knows them in the orders of others. */
export const TESTS = orders.map(({ id, title, coding, alsoKnownAs: { snomed, loinc, names } }) => ({
  id,
  title,
  coding,
  is: ({ coding: stated, text }: Concept): boolean =>
    stated.some(
      ({ system, code = '', display }) =>
        coding.some((own) => own.system === system && own.code === code) ||
        (system === SNOMED && snomed.includes(code)) ||
        (system === LOINC && loinc.includes(code)) ||
        isName(display, names),
    ) || isName(text, names),
}));

interface ForWhom {
  readonly patientId: string;
  readonly encounterId?: string | undefined;
  /** Why; no patient data. */
  readonly reason: string;
}

/** A complete draft of an order for a test, for a client to create; it cannot wait, since another order depends on it. */
export function draftTestOrder(id: SuggestedOrder, { patientId, encounterId, reason }: ForWhom): ServiceRequest {
  const { title, coding } = testOf(id);
  return {
    resourceType: 'ServiceRequest',
    status: 'draft',
    intent: 'order',
    priority: 'asap',
    code: { coding: coding.map((each) => ({ ...each })), text: title },
    subject: { reference: `Patient/${patientId}` },
    ...(encounterId === undefined ? {} : { encounter: { reference: `Encounter/${encounterId}` } }),
    reasonCode: [{ text: reason }],
  };
}

export function testTitle(id: SuggestedOrder): string {
  return testOf(id).title;
}

function testOf(id: SuggestedOrder) {
  const test = TESTS.find((each) => each.id === id);
  if (test === undefined) throw new TypeError(`mappings/suggested-orders.json lacks ${id}`);
  return test;
}

function isName(text: string | undefined, names: readonly string[]): boolean {
  return text !== undefined && names.includes(text.trim().toLowerCase());
}
