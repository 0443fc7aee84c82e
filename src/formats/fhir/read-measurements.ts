import type { EcgWarning, SourceMeasurement } from '../../ecg/ecg.ts';
import { codeSystemOf } from './codeable-concept.ts';
import type { CodeableConcept, ObservationResource, Quantity } from './parse-observation.ts';

interface MeasurementCode {
  /** ISO/IEEE 11073-10101 reference id. */
  readonly name: string;
  /** 11073-10101 32-bit code. */
  readonly mdc: string;
  readonly loinc?: string;
  readonly display?: string;
}

/** Global ECG measurements. Sources: LOINC; DICOM PS3.16 CID 3227 to 3229 and 12200 for the 11073 codes. */
export const MEASUREMENT_CODES: readonly MeasurementCode[] = [
  { name: 'MDC_ECG_HEART_RATE', mdc: '147842', loinc: '8867-4', display: 'Heart rate' },
  { name: 'MDC_ECG_TIME_PD_PR', mdc: '146944', loinc: '8625-6', display: 'P-R interval' },
  { name: 'MDC_ECG_TIME_PD_QRS', mdc: '147228', loinc: '8633-0', display: 'QRS duration' },
  { name: 'MDC_ECG_TIME_PD_QT', mdc: '147232', loinc: '8634-8', display: 'Q-T interval' },
  { name: 'MDC_ECG_TIME_PD_QTC', mdc: '146948', loinc: '8636-3', display: 'Q-T interval corrected' },
  {
    name: 'MDC_ECG_TIME_PD_QTC_BAZETT',
    mdc: '146952',
    loinc: '76635-2',
    display: 'Q-T interval corrected based on Bazett formula',
  },
  {
    name: 'MDC_ECG_TIME_PD_QTC_FREDERICA',
    mdc: '146964',
    loinc: '76634-5',
    display: 'Q-T interval corrected by Fridericia formula',
  },
  { name: 'MDC_ECG_TIME_PD_RR_GL', mdc: '147240', loinc: '8637-1', display: 'R-R interval by EKG' },
  { name: 'MDC_ECG_TIME_PD_P', mdc: '147256' },
  { name: 'MDC_ECG_ANGLE_P_FRONT', mdc: '147200', loinc: '8626-4', display: 'P wave axis' },
  { name: 'MDC_ECG_ANGLE_QRS_FRONT', mdc: '147204', loinc: '8632-2', display: 'QRS axis' },
  { name: 'MDC_ECG_ANGLE_T_FRONT', mdc: '147208', loinc: '8638-9', display: 'T wave axis' },
];

/** LOINC "Heart rate.beat-to-beat by EKG", which sources use beside or instead of 8867-4. */
const HEART_RATE_BY_EKG = '76282-3';

const NAME_BY_CODE: ReadonlyMap<string, string> = new Map([
  ...MEASUREMENT_CODES.map(({ name, mdc }) => [`mdc|${mdc}`, name] as const),
  ...MEASUREMENT_CODES.flatMap(({ name, loinc }) => (loinc ? [[`loinc|${loinc}`, name] as const] : [])),
  [`loinc|${HEART_RATE_BY_EKG}`, 'MDC_ECG_HEART_RATE'],
]);

/** Units by their spellings in the wild, with the UCUM unit measurements are kept in. */
const UNITS: ReadonlyMap<string, { readonly unit: string; readonly factor: number }> = new Map([
  ['ms', { unit: 'ms', factor: 1 }],
  ['s', { unit: 'ms', factor: 1000 }],
  ['/min', { unit: '/min', factor: 1 }],
  ['{beats}/min', { unit: '/min', factor: 1 }],
  ['{Beats}/min', { unit: '/min', factor: 1 }],
  ['beats/min', { unit: '/min', factor: 1 }],
  ['beats/minute', { unit: '/min', factor: 1 }],
  ['bpm', { unit: '/min', factor: 1 }],
  ['deg', { unit: 'deg', factor: 1 }],
  ['mV', { unit: 'mV', factor: 1 }],
  ['uV', { unit: 'uV', factor: 1 }],
  ['°', { unit: 'deg', factor: 1 }],
]);

const NEVER_NEGATIVE: ReadonlySet<string> = new Set(['ms', '/min']);

export interface Measurements {
  readonly measurements: readonly SourceMeasurement[];
  readonly warnings: readonly EcgWarning[];
}

/** The measurements among an Observation's components; of several with one name the first. */
export function readMeasurements({ component = [] }: ObservationResource): Measurements {
  const measurements = new Map<string, SourceMeasurement>();
  const invalid = new Set<string>();
  for (const { code, valueQuantity } of component) {
    const name = nameOf(code);
    if (name === undefined || valueQuantity === undefined || measurements.has(name) || isUnmeasured(valueQuantity))
      continue;
    const measurement = toMeasurement(name, valueQuantity);
    if (measurement === undefined) invalid.add(name);
    else measurements.set(name, measurement);
  }
  const message = `measurements without a known unit or exact value are left out: ${[...invalid].join(', ')}`;
  return {
    measurements: [...measurements.values()],
    warnings: invalid.size === 0 ? [] : [{ code: 'VALUE_INVALID', message }],
  };
}

/** By code, else by an 11073 reference id as display or text. */
function nameOf(concept: CodeableConcept | undefined): string | undefined {
  const codings = concept?.coding ?? [];
  const byCode = codings.flatMap(
    ({ system, code }) => NAME_BY_CODE.get(`${codeSystemOf(system)}|${code?.trim()}`) ?? [],
  );
  const referenceIds = [...codings.map(({ display }) => display), concept?.text].filter(
    (text) => text !== undefined && /^MDC_ECG_\w{1,80}$/.test(text),
  );
  return byCode[0] ?? referenceIds[0];
}

/** Devices write 0 for an interval or a rate that they could not measure. */
function isUnmeasured({ value, unit, code }: Quantity): boolean {
  return value === 0 && NEVER_NEGATIVE.has(unitOf(unit, code)?.unit ?? '');
}

function toMeasurement(name: string, { value, comparator, unit, code }: Quantity): SourceMeasurement | undefined {
  const known = unitOf(unit, code);
  if (value === undefined || comparator !== undefined || known === undefined) return undefined;
  if (value < 0 && NEVER_NEGATIVE.has(known.unit)) return undefined;
  return { name, value: value * known.factor, unit: known.unit };
}

function unitOf(unit: string | undefined, code: string | undefined) {
  return UNITS.get(code?.trim() ?? '') ?? UNITS.get(unit?.trim() ?? '');
}
