import { identityKey, SYSTEMS } from '../../fhir/identity.ts';
import type { Action, Suggestion } from '../card.ts';
import type { TracedCard } from '../cds-service.ts';
import { type EhrProfile, type Reply, withAllowedLinks } from './ehr-profile.ts';

const ORDERS = ['MedicationRequest', 'ServiceRequest'];

/**
 * Epic. An override silences all later cards with the same `source.topic.code`, which has to be static and alphanumeric:
 * each kind of card gets its own, so that overriding one silences no other. The label of a suggestion is not shown,
 * the description of its action is. Only unsigned orders and Conditions can be created. The detail is Markdown, as the
 * specification has it: public copies of Epic's text ask for an extension only where it is HTML.
 */
export const epic: EhrProfile = (cards, reply) =>
  cards.map((card) => {
    const { suggestions: all = [], selectionBehavior: _, ...rest } = card;
    const suggestions = all.flatMap(shown);
    const shaped: TracedCard = {
      ...rest,
      source: { ...card.source, topic: topicOf(card, reply) },
      ...(suggestions.length > 0 ? { suggestions, selectionBehavior: 'any' } : {}),
    };
    return reply.allowedLinks.length > 0 ? withAllowedLinks(shaped, reply.allowedLinks) : shaped;
  });

function topicOf({ source, subject }: TracedCard, { serviceId, reading }: Reply) {
  const about = [serviceId, reading?.outcome ?? 'pending', ...(subject?.rules ?? []), ...(subject?.findings ?? [])];
  const { display } = source.topic;
  return { system: SYSTEMS.cardTopic, code: `ecg${identityKey(...about).slice(0, 32)}`, display };
}

function shown({ uuid, label, actions: [action] }: Suggestion): readonly Suggestion[] {
  return isTaken(action) ? [{ uuid, label, actions: [{ ...action, description: label }] }] : [];
}

function isTaken(action: Action): boolean {
  if (action.type === 'delete') return true;
  const { resource } = action;
  const isUnsigned = 'status' in resource && resource.status === 'draft';
  return resource.resourceType === 'Condition' || (ORDERS.includes(resource.resourceType) && isUnsigned);
}
