import type { CdsService } from '../src/cds/cds-service.ts';
import { pendingCard, readingCard, unreadableCard } from '../src/cds/ecg-cards.ts';
import { PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';

/** On opening the chart: the reading of the latest ECG, one card. */
export const ecgPatientView: CdsService = {
  id: 'ecg-patient-view',
  hook: 'patient-view',
  title: 'ECG reading',
  description:
    "Reads the patient's latest ECG with a neural network and shows what it finds, as a preliminary reading.",
  prefetch: PATIENT_ECG_QUERIES,
  cards: (reading, moment) => {
    switch (reading.outcome) {
      case 'none':
        return [];
      case 'pending':
        return [pendingCard(reading, moment)];
      case 'unreadable':
        return [unreadableCard(reading, moment)];
      case 'read':
        return [readingCard(reading, moment)];
    }
  },
};
