import type { CdsService } from '../src/cds/cds-service.ts';
import { unconfirmedCard } from '../src/cds/ecg-cards.ts';
import { isRecent, needsAttention } from '../src/cds/needs-attention.ts';
import { isOverRead } from '../src/cds/over-read.ts';
import { ECG_REPORTS_QUERY, PATIENT_ECG_QUERIES } from '../src/fhir/patient-ecgs.ts';

/** A month: longer stays have newer ECGs. */
const RECENT_HOURS = 30 * 24;

/**
 * Before discharge: urgent and critical findings that nobody has confirmed or refuted yet, as far as the reports on
 * the server say so; else silence.
 */
export const ecgEncounterDischarge: CdsService = {
  id: 'ecg-encounter-discharge',
  hook: 'encounter-discharge',
  title: 'ECG findings still unconfirmed',
  description:
    'Reminds of urgent and critical findings of a recent ECG that no signed report confirms or refutes when a patient is discharged; silent otherwise.',
  prefetch: PATIENT_ECG_QUERIES,
  optionalPrefetch: { ecgReports: ECG_REPORTS_QUERY },
  cards: (reading, moment) => {
    if (reading.outcome !== 'read') return [];
    const { request, further = [], now } = moment;
    const { ecg, interpretation } = reading.reading;
    const owner = { patientId: request.context.patientId, baseUrl: request.fhirServer };
    const { ecgIdentity } = reading;
    if (!isRecent(ecg.recordedAt, now, RECENT_HOURS) || !interpretation.findings.some(needsAttention)) return [];
    if (isOverRead(further, { ecgIdentity, recordedAt: ecg.recordedAt, ...owner })) return [];
    return [unconfirmedCard(reading, moment)];
  },
};
