import { z } from 'zod';
import type { RecordOwner } from './confirmed-history.ts';
import { subjectOf } from './patient-sources.ts';
import { type SuggestedOrder, TESTS } from './suggested-orders.ts';

/** One draft of a test that this service knows. */
export interface DraftTest {
  /** "ServiceRequest/draft-1"; absent where the draft has no id. */
  readonly reference?: string;
  /** Nobody has signed it yet; hooks bring orders that are in force too. */
  readonly isDraft: boolean;
  readonly test: SuggestedOrder;
  /** It says that it cannot wait. */
  readonly isUrgent: boolean;
  /** When it is to be done, as far as the draft says. */
  readonly dueAt?: string;
}

const MAX_DRAFTS = 500;
const FHIR_ID = /^[A-Za-z0-9.-]{1,64}$/;
const text = z.string().max(1_000).optional().catch(undefined);
const requestSchema = z.object({
  resourceType: z.literal('ServiceRequest'),
  id: text,
  status: z.enum(['draft', 'active', 'on-hold']),
  doNotPerform: z.literal(false).optional(),
  priority: text,
  occurrenceDateTime: text,
  occurrencePeriod: z.object({ start: text }).optional().catch(undefined),
  code: z.object({
    coding: z
      .array(z.object({ system: text, code: text, display: text }))
      .max(100)
      .default([])
      .catch([]),
    text,
  }),
});
const bundleSchema = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.object({ resource: z.unknown() })),
});

/**
 * The tests in the `draftOrders` of a hook that are for this patient and known by code or by their exact name.
 * @param draftOrders a Bundle, unchecked.
 */
export function draftTests(draftOrders: unknown, owner: RecordOwner): readonly DraftTest[] {
  const entries = bundleSchema.safeParse(draftOrders).data?.entry.slice(0, MAX_DRAFTS) ?? [];
  return entries
    .filter(({ resource }) => subjectOf(resource, owner.baseUrl) === owner.patientId)
    .flatMap(({ resource }): readonly DraftTest[] => {
      const request = requestSchema.safeParse(resource).data;
      const test = request && TESTS.find(({ is }) => is(request.code))?.id;
      if (request === undefined || test === undefined) return [];
      const { id, status, priority = 'routine', occurrenceDateTime, occurrencePeriod } = request;
      const dueAt = occurrenceDateTime ?? occurrencePeriod?.start;
      return [
        {
          ...(id !== undefined && FHIR_ID.test(id) ? { reference: `ServiceRequest/${id}` } : {}),
          isDraft: status === 'draft',
          test,
          isUrgent: priority !== 'routine',
          ...(dueAt === undefined ? {} : { dueAt }),
        },
      ];
    });
}
