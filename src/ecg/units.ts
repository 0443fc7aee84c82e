import { EcgError } from '../errors.ts';

const MILLIVOLTS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['V', 1e3],
  ['mV', 1],
  ['uV', 1e-3],
  ['\u00b5V', 1e-3], // micro sign
  ['\u03bcV', 1e-3], // Greek small mu
  ['nV', 1e-6],
]);

const SECONDS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['\u00b5s', 1e-6],
  ['\u03bcs', 1e-6],
  ['ns', 1e-9],
]);

/** A unit that a message may repeat: one short word. */
const SHORT_WORD = /^[\w\u00b5\u03bc/%.[\]{}-]{1,20}$/;

/**
 * Millivolts in one `unit` of voltage (UCUM V, mV, uV, nV; both micro signs are accepted). Case matters, as it does in
 * UCUM, where MV is a megavolt: what is written otherwise is refused, not guessed.
 * @throws EcgError UNIT_UNKNOWN for an absent unit or one that is no voltage; never a default.
 */
export function millivoltsPer(unit: string | undefined): number {
  const millivolts = MILLIVOLTS_PER_UNIT.get(unit?.trim() ?? '');
  if (millivolts === undefined) throw unknownUnit('amplitude', unit, 'V, mV, uV or nV');
  return millivolts;
}

/**
 * Seconds in one `unit` of time (UCUM min, s, ms, us, ns).
 * @throws EcgError UNIT_UNKNOWN for an absent unit or one that is no time.
 */
export function secondsPer(unit: string | undefined): number {
  const seconds = SECONDS_PER_UNIT.get(unit?.trim() ?? '');
  if (seconds === undefined) throw unknownUnit('time', unit, 'min, s, ms, us or ns');
  return seconds;
}

function unknownUnit(quantity: string, unit: string | undefined, known: string): EcgError {
  const stated = unit?.trim() ?? '';
  if (stated === '') return new EcgError('UNIT_UNKNOWN', `${quantity} unit is missing`);
  const shown = SHORT_WORD.test(stated) ? ` "${stated}"` : '';
  return new EcgError('UNIT_UNKNOWN', `${quantity} unit${shown} is not ${known}, written just so`);
}
