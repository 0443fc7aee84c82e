import type { CdsService, HookMoment } from '../src/cds/cds-service.ts';
import { readingCard } from '../src/cds/ecg-cards.ts';
import { needsAttention } from '../src/cds/needs-attention.ts';
import { orderAdvice } from '../src/cds/order-advice.ts';
import { orderCard } from '../src/cds/order-card.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';

/**
 * On signing orders: drugs that a finding of the latest ECG speaks against; where there are none, the ECG only if it
 * holds something a prescriber must know now; else silence.
 */
export const ecgOrderSign: CdsService = {
  id: 'ecg-order-sign',
  hook: 'order-sign',
  title: 'ECG findings before signing',
  description:
    "Warns of drugs that the patient's latest ECG speaks against and shows its urgent and critical findings when orders are signed; silent otherwise.",
  prefetch: PATIENT_ECG_QUERIES,
  optionalPrefetch: { conditions: 'Condition?patient={{context.patientId}}&clinical-status=active' },
  cards: (reading, moment) => {
    if (reading.outcome !== 'read') return [];
    const advice = orderAdvice(reading, circumstancesOf(moment));
    if (advice.length > 0) return advice.map((each) => orderCard(each, reading, moment));
    return reading.reading.interpretation.findings.some(needsAttention) ? [readingCard(reading, moment)] : [];
  },
};

function circumstancesOf({ request, further, now }: HookMoment) {
  return {
    draftOrders: request.context['draftOrders'],
    owner: { patientId: request.context.patientId, baseUrl: request.fhirServer },
    conditions: further ?? [],
    now,
  };
}
