import { z } from 'zod';
import type { Card, Suggestion } from './card.ts';
import type { HookMoment } from './cds-service.ts';
import { draftTests } from './draft-tests.ts';
import { draftTestOrder, type SuggestedOrder, testTitle } from './suggested-orders.ts';

const encounterSchema = z.object({ encounterId: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/) });

/**
 * One for each draft that can be named; a client that shows two alike can tell them apart by the draft's id. None for an
 * order in force: one click would end a treatment.
 */
export function removals(
  what: string,
  orders: readonly { readonly reference?: string; readonly isDraft: boolean }[],
  { newUuid }: HookMoment,
): readonly Suggestion[] {
  const references = [...new Set(orders.flatMap(({ reference, isDraft }) => (isDraft && reference) || []))];
  return references.map((resourceId) => {
    const description = `Remove the order for ${what}`;
    const label = references.length === 1 ? description : `${description} (${resourceId})`;
    return { uuid: newUuid(), label, actions: [{ type: 'delete', description, resourceId }] };
  });
}

/** Tests that would settle the question, unless they are among the drafts already. @param reason no patient data. */
export function testOrders(
  ids: readonly SuggestedOrder[],
  reason: string,
  { request, newUuid }: HookMoment,
): readonly Suggestion[] {
  const { patientId } = request.context;
  const drafted = draftTests(request.context['draftOrders'], { patientId, baseUrl: request.fhirServer });
  const encounterId = encounterSchema.safeParse(request.context).data?.encounterId;
  return ids
    .filter((id) => drafted.every(({ test }) => test !== id))
    .map((id) => {
      const description = `Order ${testTitle(id)}`;
      const resource = draftTestOrder(id, { patientId, encounterId, reason });
      return { uuid: newUuid(), label: description, actions: [{ type: 'create', description, resource }] };
    });
}

/** The members of a card that stand together or not at all; each suggestion is independent of the others. */
export function offering(suggestions: readonly Suggestion[]): Pick<Card, 'suggestions' | 'selectionBehavior'> {
  return suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' } : {};
}
