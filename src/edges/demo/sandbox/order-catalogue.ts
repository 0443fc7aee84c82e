import type { JsonObject } from './json.ts';

/** Something this EHR can order. */
export interface Orderable {
  readonly kind: 'medicine' | 'test';
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const SNOMED_CT = 'http://snomed.info/sct';

/** The next one is one row. Medicines are RxNorm ingredients. */
export const CATALOGUE: readonly Orderable[] = [
  { kind: 'medicine', system: RXNORM, code: '703', display: 'amiodarone' },
  { kind: 'medicine', system: RXNORM, code: '1364430', display: 'apixaban' },
  { kind: 'medicine', system: RXNORM, code: '2556', display: 'citalopram' },
  { kind: 'medicine', system: RXNORM, code: '3407', display: 'digoxin' },
  { kind: 'medicine', system: RXNORM, code: '49247', display: 'dofetilide' },
  { kind: 'medicine', system: RXNORM, code: '4441', display: 'flecainide' },
  { kind: 'medicine', system: RXNORM, code: '6918', display: 'metoprolol' },
  { kind: 'medicine', system: RXNORM, code: '9947', display: 'sotalol' },
  { kind: 'medicine', system: RXNORM, code: '11170', display: 'verapamil' },
  { kind: 'test', system: SNOMED_CT, code: '268400002', display: '12 lead electrocardiogram' },
];

/** A draft FHIR R4 order: MedicationRequest or ServiceRequest. */
export function draftResource(orderable: Orderable, patientId: string, id: string): JsonObject {
  const { kind, system, code, display } = orderable;
  const concept = { coding: [{ system, code, display }], text: display };
  return {
    resourceType: kind === 'medicine' ? 'MedicationRequest' : 'ServiceRequest',
    id,
    status: 'draft',
    intent: 'order',
    ...(kind === 'medicine' ? { medicationCodeableConcept: concept } : { code: concept }),
    subject: { reference: `Patient/${patientId}` },
  };
}
