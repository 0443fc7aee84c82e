import type { CdsService } from '../src/cds/cds-service.ts';
import { readingCard } from '../src/cds/ecg-cards.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';
import type { Finding } from '../src/findings/finding.ts';

/** On signing orders: the latest ECG only if it holds something a prescriber must know now, else silence. */
export const ecgOrderSign: CdsService = {
  id: 'ecg-order-sign',
  hook: 'order-sign',
  title: 'ECG findings before signing',
  description:
    "Shows urgent and critical findings of the patient's latest ECG when orders are signed; silent otherwise.",
  prefetch: PATIENT_ECG_QUERIES,
  cards: (reading, moment) =>
    reading.outcome === 'read' && reading.reading.interpretation.findings.some(interrupts)
      ? [readingCard(reading, moment)]
      : [],
};

/** A critical finding always does, whatever its trust: it is named "possible". An urgent one only where it is dependable. */
function interrupts({ urgency, tier }: Finding): boolean {
  return urgency === 'critical' || (urgency === 'urgent' && tier === 'standard');
}
