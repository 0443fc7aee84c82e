import { EcgError } from '../errors.ts';

const MILLIVOLTS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['V', 1e3],
  ['mV', 1],
  ['uV', 1e-3],
  ['\u00b5V', 1e-3], // micro sign
  ['\u03bcV', 1e-3], // Greek small mu
  ['nV', 1e-6],
]);

/**
 * Millivolts in one `unit` of voltage (UCUM V, mV, uV, nV; both micro signs are accepted).
 * @throws EcgError UNIT_UNKNOWN for an absent unit or one that is no voltage; never a default.
 */
export function millivoltsPer(unit: string | undefined): number {
  const factor = unit === undefined ? undefined : MILLIVOLTS_PER_UNIT.get(unit.trim());
  if (factor === undefined) {
    throw new EcgError('UNIT_UNKNOWN', unit ? 'amplitude unit is not a voltage' : 'amplitude unit is missing');
  }
  return factor;
}

const SECONDS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['\u00b5s', 1e-6],
  ['\u03bcs', 1e-6],
  ['ns', 1e-9],
]);

/**
 * Seconds in one `unit` of time (UCUM min, s, ms, us, ns).
 * @throws EcgError UNIT_UNKNOWN for an absent unit or one that is no time.
 */
export function secondsPer(unit: string | undefined): number {
  const factor = unit === undefined ? undefined : SECONDS_PER_UNIT.get(unit.trim());
  if (factor === undefined) {
    throw new EcgError('UNIT_UNKNOWN', unit ? 'time unit is not known' : 'time unit is missing');
  }
  return factor;
}
