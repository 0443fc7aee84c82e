/**
 * What every ECG service prefetches. Latest first and few, so that a client can satisfy it cheaply;
 * only read and type search with token equality, as CDS Hooks 2.0.1 recommends.
 */
export const PATIENT_ECG_PREFETCH = {
  patient: 'Patient/{{context.patientId}}',
  ecgObservations:
    'Observation?patient={{context.patientId}}&code=http://loinc.org|11524-6,http://loinc.org|34534-8,urn:iso:std:iso:11073:10101|131328&_sort=-date&_count=5',
  ecgDocuments:
    'DocumentReference?patient={{context.patientId}}&type=http://loinc.org|11524-6,http://loinc.org|34534-8&_sort=-date&_count=5',
} as const;
