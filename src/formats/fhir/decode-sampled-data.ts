import type { EcgWarning } from '../../ecg/ecg.ts';
import { millivoltsPer } from '../../ecg/units.ts';
import { EcgError } from '../../errors.ts';
import { scanDecimals } from '../scan-decimals.ts';
import type { Quantity, SampledData } from './parse-observation.ts';

const UCUM = 'http://unitsofmeasure.org';
const VOLTAGE = /^[mun]?V$/;

export interface DecodedSampledData {
  /** mV, one array for each dimension; NaN where the source has E, U or L. */
  readonly dimensions: readonly Float64Array[];
  readonly warnings: readonly EcgWarning[];
}

/**
 * The values of a SampledData in mV: (origin + datum × factor) × unit (FHIR R4 datatypes 2.24.0.10).
 * @throws EcgError UNIT_UNKNOWN for an origin without a unit of voltage, FORMAT_UNSUPPORTED for R5 code maps and
 *   offsets, SOURCE_INVALID for malformed values.
 */
export function decodeSampledData(sampledData: SampledData): DecodedSampledData {
  const { origin, factor = 1, dimensions, data: text = '' } = sampledData;
  if (sampledData.codeMap !== undefined || sampledData.offsets !== undefined) {
    throw new EcgError(
      'FORMAT_UNSUPPORTED',
      'SampledData with codeMap or offsets is not read; send evenly spaced numbers',
    );
  }
  if (factor === 0) throw new EcgError('SOURCE_INVALID', 'SampledData.factor is 0');
  const millivolts = millivoltsPerUnit(origin);
  const count = typeof dimensions === 'number' ? dimensions : 1;
  const samples = scanDecimals(Buffer.from(text), { place: 'SampledData.data', missing: 'EUL' });
  if (samples.length % count !== 0) {
    throw new EcgError('SOURCE_INVALID', `SampledData.data has ${samples.length} samples in ${count} dimensions`);
  }
  scaleInPlace(samples, { offset: origin.value ?? 0, factor, millivolts });
  const warnings: EcgWarning[] = [];
  if (typeof dimensions !== 'number') warnings.push(invalid('SampledData.dimensions is blank: read as 1'));
  if (origin.value === undefined) warnings.push(invalid('SampledData.origin has no value: read as 0'));
  return { dimensions: deinterleave(samples, count), warnings };
}

/** By UCUM code before display; a code of another system says nothing here. */
function millivoltsPerUnit({ system, code, unit }: Quantity): number {
  const isUcum = system === undefined || system.trim() === UCUM;
  const stated = isUcum && code !== undefined ? code : unit;
  if (stated === undefined) {
    throw new EcgError(
      'UNIT_UNKNOWN',
      'SampledData.origin states no unit, so its amplitudes mean nothing; the sender has to state it in UCUM (uV, mV)',
    );
  }
  if (unit !== undefined && VOLTAGE.test(stated) && VOLTAGE.test(unit) && unit !== stated) {
    throw new EcgError('UNIT_UNKNOWN', 'SampledData.origin states one unit as code and another as unit');
  }
  return millivoltsPer(stated);
}

function invalid(message: string): EcgWarning {
  return { code: 'VALUE_INVALID', message };
}

function scaleInPlace(
  samples: Float64Array,
  { offset, factor, millivolts }: { readonly offset: number; readonly factor: number; readonly millivolts: number },
): void {
  for (let index = 0; index < samples.length; index += 1) {
    const sample = (offset + samples[index]! * factor) * millivolts;
    if (Math.abs(sample) === Number.POSITIVE_INFINITY) {
      throw new EcgError('SOURCE_INVALID', 'SampledData amplitudes are beyond any number');
    }
    samples[index] = sample;
  }
}

function deinterleave(samples: Float64Array, count: number): readonly Float64Array[] {
  if (count === 1) return [samples];
  const length = samples.length / count;
  return Array.from({ length: count }, (_, dimension) =>
    Float64Array.from({ length }, (_value, index) => samples[index * count + dimension]!),
  );
}
