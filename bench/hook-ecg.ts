import type { Bundle, FhirResource, Observation } from 'fhir/r4';
import { toObservation } from '../src/formats/fhir/write-observation.ts';
import { simulateEcg } from '../src/simulator/simulate-ecg.ts';

const template = toObservation(
  simulateEcg({
    finding: 'atrial fibrillation',
    seed: 1,
    format: 'fhir',
    patient: { ids: [] },
    recordedAt: '2026-03-10T08:00:00.000Z',
    samplingRate: 500,
    durationSeconds: 10,
  }),
  'Patient/p',
);

/** The same tracing for every patient: as its identity includes the patient, each is another ECG. */
export function latencyObservation(patientId: string): Observation {
  return { ...template, id: `ecg-${patientId}`, subject: { reference: `Patient/${patientId}` } };
}

export function searchset(...resources: readonly FhirResource[]): Bundle {
  return { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) };
}
