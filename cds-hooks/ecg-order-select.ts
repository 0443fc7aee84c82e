import type { CdsService, TracedCard } from '../src/cds/cds-service.ts';
import { CONDITION_QUERY, orderCards, orderReferences, selectionsOf } from '../src/cds/order-cards.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';

/**
 * On choosing an order: what ecg-order-sign would say of the orders just chosen, while changing them is cheap. It never
 * stops anybody: nothing is critical, and no finding is shown that no order is concerned with.
 */
export const ecgOrderSelect: CdsService = {
  id: 'ecg-order-select',
  hook: 'order-select',
  title: 'ECG findings on choosing an order',
  description:
    "Warns of drugs that the patient's latest ECG speaks against as soon as they are chosen, without interrupting; silent otherwise.",
  prefetch: PATIENT_ECG_QUERIES,
  optionalPrefetch: CONDITION_QUERY,
  references: orderReferences,
  cards: (reading, moment) =>
    reading.outcome === 'read' ? orderCards(reading, moment, selectionsOf(moment.request)).cards.map(muted) : [],
};

function muted(card: TracedCard): TracedCard {
  return card.indicator === 'critical' ? { ...card, indicator: 'warning' } : card;
}
