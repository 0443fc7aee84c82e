import type { CdsRequest } from '../src/cds/cds-request.ts';
import type { CdsService, HookMoment, TracedCard } from '../src/cds/cds-service.ts';
import { draftTests } from '../src/cds/draft-tests.ts';
import { readingCard } from '../src/cds/ecg-cards.ts';
import { needsAttention } from '../src/cds/needs-attention.ts';
import { CONDITION_QUERY, orderCards, orderReferences } from '../src/cds/order-cards.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';

const ORDER = /^(MedicationRequest|ServiceRequest)\/[A-Za-z0-9.-]{1,64}$/;
const MAX_ORDERS = 20;

/**
 * On sending orders to who carries them out: what the latest ECG says against a drug, and to who records an ECG, that
 * there is a recent one and what it holds that cannot wait. The orders are signed, so nothing is suggested.
 */
export const ecgOrderDispatch: CdsService = {
  id: 'ecg-order-dispatch',
  hook: 'order-dispatch',
  title: 'ECG findings for who carries an order out',
  description:
    'Tells who is to give a drug, or to record an ECG, what the latest ECG says against it or has found already; silent otherwise.',
  usageRequirements:
    'The context names orders only by reference: without fhirServer and a token that may read MedicationRequest, Medication and ServiceRequest there are no cards.',
  prefetch: PATIENT_ECG_QUERIES,
  optionalPrefetch: CONDITION_QUERY,
  references: dispatchedOrders,
  referencesIn: (order, request) => orderReferences(withDrafts(request, [order])),
  cards: (reading, moment) => {
    if (reading.outcome !== 'read') return [];
    const dispatched = { ...moment, request: withDrafts(moment.request, moment.further ?? []) };
    const { cards } = orderCards(reading, dispatched);
    if (cards.length > 0) return cards.map(withoutSuggestions);
    const isEcgSent = testsOf(dispatched).some(({ test }) => test === 'ecg');
    return isEcgSent && reading.reading.interpretation.findings.some(needsAttention)
      ? [readingCard(reading, moment)]
      : [];
  },
};

/** 1.1 names `dispatchedOrders`, 1.0 one `order`. */
function dispatchedOrders({ context }: CdsRequest): readonly string[] {
  const { dispatchedOrders: several, order } = context;
  const references: readonly unknown[] = Array.isArray(several) ? several : [order];
  return references
    .filter((each) => typeof each === 'string')
    .filter((each) => ORDER.test(each))
    .slice(0, MAX_ORDERS);
}

/** The orders that were fetched, where the other hooks on orders have their drafts. */
function withDrafts(request: CdsRequest, orders: readonly unknown[]): CdsRequest {
  const draftOrders = { resourceType: 'Bundle', type: 'collection', entry: orders.map((resource) => ({ resource })) };
  return { ...request, context: { ...request.context, draftOrders } };
}

function testsOf({ request }: HookMoment) {
  const { context, fhirServer } = request;
  return draftTests(context['draftOrders'], { patientId: context.patientId, baseUrl: fhirServer });
}

function withoutSuggestions({ suggestions: _1, selectionBehavior: _2, ...card }: TracedCard): TracedCard {
  return card;
}
