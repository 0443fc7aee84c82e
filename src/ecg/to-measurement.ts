import type { SourceMeasurement } from './ecg.ts';

/** Units by their spellings in the wild, and the UCUM unit that measurements are kept in; those of time and rate in any case. */
const UNITS: ReadonlyMap<string, { readonly unit: string; readonly factor: number }> = new Map([
  ['ms', { unit: 'ms', factor: 1 }],
  ['s', { unit: 'ms', factor: 1000 }],
  ['us', { unit: 'ms', factor: 0.001 }],
  ...['/min', '1/min', 'bpm', '{beats}/min', '{h.b.}/min', 'beats/min', 'beats/minute'].map(
    (spelling) => [spelling, { unit: '/min', factor: 1 }] as const,
  ),
  ['deg', { unit: 'deg', factor: 1 }],
  ['\u00b0', { unit: 'deg', factor: 1 }],
  ['mV', { unit: 'mV', factor: 1 }],
  ['uV', { unit: 'uV', factor: 1 }],
]);

/** What an 11073-10101 reference id says of the unit. */
const UNIT_BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^MDC_ECG_HEART_RATE$/, '/min'],
  [/^MDC_ECG_TIME_PD_/, 'ms'],
  [/^MDC_ECG_ANGLE_/, 'deg'],
];

/** Devices write 0 or 29999 ms (SCP-ECG) for an interval that they did not measure. */
const MAX_INTERVAL_MS = 10_000;

/**
 * A measurement of a source in the unit of its kind: ms, /min, deg, mV or uV.
 * @returns 'not measured' for the 0 or the great number that devices write where they could not measure an interval or
 *   a rate; 'invalid' for a unit that is unknown or of another kind, and for an interval or a rate below 0.
 */
export function toMeasurement(
  name: string,
  value: number,
  statedUnit: string,
): SourceMeasurement | 'not measured' | 'invalid' {
  const spelling = statedUnit.trim();
  const { unit, factor } = UNITS.get(spelling) ?? UNITS.get(spelling.toLowerCase()) ?? {};
  const expected = UNIT_BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? unit;
  if (unit === undefined || factor === undefined || unit !== expected) return 'invalid';
  const converted = factor === 1 ? value : Number((value * factor).toPrecision(15));
  if (unit === 'ms' || unit === '/min') {
    if (converted < 0) return 'invalid';
    if (converted === 0 || (unit === 'ms' && converted > MAX_INTERVAL_MS)) return 'not measured';
  }
  return { name, value: converted, unit };
}
