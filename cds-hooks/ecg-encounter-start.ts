import type { CdsService } from '../src/cds/cds-service.ts';
import { readingCard, unreadableCard } from '../src/cds/ecg-cards.ts';
import { isRecent, needsAttention } from '../src/cds/needs-attention.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';

/** A day before: what the ambulance, the practice or the emergency department has just recorded. */
const RECENT_HOURS = 24;

/**
 * At the start of an encounter: the latest ECG, only if it is of the last day and holds something that cannot wait, or
 * cannot be read, so that somebody looks at it; else silence.
 */
export const ecgEncounterStart: CdsService = {
  id: 'ecg-encounter-start',
  hook: 'encounter-start',
  title: 'ECG findings on arrival',
  description: `Shows urgent and critical findings of an ECG of the last ${RECENT_HOURS} hours when an encounter starts, and says where such an ECG could not be read; silent otherwise.`,
  prefetch: PATIENT_ECG_QUERIES,
  cards: (reading, moment) => {
    switch (reading.outcome) {
      case 'none':
      case 'pending':
        return [];
      case 'unreadable':
        return isRecent(reading.recordedAt, moment.now, RECENT_HOURS) ? [unreadableCard(reading, moment)] : [];
      case 'read': {
        const { ecg, interpretation } = reading.reading;
        const isDue = isRecent(ecg.recordedAt, moment.now, RECENT_HOURS);
        return isDue && interpretation.findings.some(needsAttention) ? [readingCard(reading, moment)] : [];
      }
    }
  },
};
