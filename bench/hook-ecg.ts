import type { Bundle, FhirResource, Observation } from 'fhir/r4';
import { toObservation } from '../src/formats/fhir/write-observation.ts';
import { type SimulatedEcgOptions, simulateEcg } from '../src/simulator/simulate-ecg.ts';

const template = observationOf({ finding: 'atrial fibrillation', seed: 1, recordedAt: '2026-03-10T08:00:00.000Z' });
const earlier = observationOf({ finding: 'normal ecg', seed: 2, recordedAt: '2026-02-10T08:00:00.000Z' });

/** The same tracing for every patient: as its identity includes the patient, each is another ECG. */
export function latencyObservation(patientId: string): Observation {
  return { ...template, id: `ecg-${patientId}`, subject: { reference: `Patient/${patientId}` } };
}

export function searchset(...resources: readonly FhirResource[]): Bundle {
  return { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) };
}

/** Another one, of a month before. */
export function earlierObservation(patientId: string): Observation {
  return { ...earlier, id: `earlier-${patientId}`, subject: { reference: `Patient/${patientId}` } };
}

function observationOf(recording: Pick<SimulatedEcgOptions, 'finding' | 'seed' | 'recordedAt'>): Observation {
  const ecg = simulateEcg({
    ...recording,
    format: 'fhir',
    patient: { ids: [] },
    samplingRate: 500,
    durationSeconds: 10,
  });
  return toObservation(ecg, 'Patient/p');
}
