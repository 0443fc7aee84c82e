import type { EcgWarning, SourceMeasurement } from '../../ecg/ecg.ts';
import { measurementFromLoinc, measurementFromMdc } from '../../ecg/measurement-codes.ts';
import { toMeasurement } from '../../ecg/to-measurement.ts';
import { codeSystemOf } from './codeable-concept.ts';
import type { CodeableConcept, ObservationResource, Quantity } from './parse-observation.ts';

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
    if (name === undefined || valueQuantity === undefined || measurements.has(name)) continue;
    const measurement = ofQuantity(name, valueQuantity);
    if (measurement === 'invalid') invalid.add(name);
    else if (measurement !== 'not measured') measurements.set(name, measurement);
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
  const byCode = codings.flatMap(({ system, code = '' }) => {
    const codeSystem = codeSystemOf(system);
    if (codeSystem === 'mdc') return measurementFromMdc(code.trim())?.name ?? [];
    return codeSystem === 'loinc' ? (measurementFromLoinc(code.trim())?.name ?? []) : [];
  });
  const referenceIds = [...codings.map(({ display }) => display), concept?.text].filter(
    (text) => text !== undefined && /^MDC_ECG_\w{1,80}$/.test(text),
  );
  return byCode[0] ?? referenceIds[0];
}

/** By UCUM code before display. */
function ofQuantity(
  name: string,
  { value, comparator, unit = '', code = '' }: Quantity,
): ReturnType<typeof toMeasurement> {
  if (value === undefined || comparator !== undefined) return 'invalid';
  const byCode = toMeasurement(name, value, code);
  return byCode === 'invalid' ? toMeasurement(name, value, unit) : byCode;
}
