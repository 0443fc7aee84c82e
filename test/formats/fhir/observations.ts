/** Small FHIR resources to read, built in the shapes that real ones have. */

export const MDC = 'urn:iso:std:iso:11073:10101';
export const UCUM = 'http://unitsofmeasure.org';
export const MICROVOLT_ORIGIN = { value: 0, unit: 'uV', system: UCUM, code: 'uV' };

type Json = Readonly<Record<string, unknown>>;

/** SampledData in µV at 500 Hz. */
export const sampledData = (data: string, changes: Json = {}): Json => ({
  origin: MICROVOLT_ORIGIN,
  period: 2,
  dimensions: 1,
  data,
  ...changes,
});

export const mdc = (code: string, display?: string): Json => ({ coding: [{ system: MDC, code, display }] });
export const LEAD_I = mdc('131329', 'MDC_ECG_ELEC_POTL_I');
export const LEAD_II = mdc('131330', 'MDC_ECG_ELEC_POTL_II');

export const leadComponent = (code: Json, data: string, changes: Json = {}): Json => ({
  code,
  valueSampledData: sampledData(data, changes),
});

export const quantityComponent = (code: Json, value: number, unit: string): Json => ({
  code,
  valueQuantity: { value, unit, system: UCUM, code: unit },
});

/** An EKG study of Patient/p1 with the given components. */
export const observation = (component: readonly unknown[], changes: Json = {}): Json => ({
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '11524-6', display: 'EKG study' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2024-03-01T10:15:00+01:00',
  component,
  ...changes,
});

export const jsonBytes = (resource: unknown): Uint8Array => Buffer.from(JSON.stringify(resource));

/** `count` samples in µV, 1 mV from peak to peak, as text. */
export const wave = (count: number): string =>
  Array.from({ length: count }, (_, index) => Math.round(500 * Math.sin(index / 7))).join(' ');
