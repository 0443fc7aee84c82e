import type { EcgWarning } from '../../ecg/ecg.ts';
import { secondsPer } from '../../ecg/units.ts';
import { EcgError } from '../../errors.ts';
import type { SampledData } from './parse-observation.ts';

/** Below this nothing is an ECG; periods given in µs or as a frequency end up here. */
const LOWEST_RATE = 20;
/** Above this the period was written in seconds instead of milliseconds. */
const HIGHEST_RATE = 20_000;
/** Rates of real recorders, for a period that had to be corrected. */
const PLAUSIBLE_RATES = [50, 4000] as const;
/** Rates are whole or decimal with three places; the period, their inverse, loses them to rounding. */
const RATES_PER_HERTZ = 1000;
const ROUNDING = 1e-9;
const TOLERANCE = 0.01;

export interface SamplingRate {
  readonly samplingRate: number;
  readonly warnings: readonly EcgWarning[];
}

/** Hz of a period in ms, free of the rounding of the inverse: 1000 / 4.16666666666667 is 240. */
export function rateOfPeriod(periodMs: number): number {
  const rate = 1000 / periodMs;
  const rounded = Math.round(rate * RATES_PER_HERTZ) / RATES_PER_HERTZ;
  return Math.abs(rounded - rate) <= ROUNDING * rate ? rounded : rate;
}

/**
 * ms between samples as the element states it: `period` (R4, ms) or `interval` and `intervalUnit` (R5).
 * @throws EcgError SOURCE_INVALID when absent or the two disagree, UNIT_UNKNOWN for an unknown interval unit.
 */
export function periodMsOf({ period, interval, intervalUnit }: SampledData): number {
  const fromInterval = interval === undefined ? undefined : interval * secondsPer(intervalUnit) * 1000;
  const periodMs = period ?? fromInterval;
  if (periodMs === undefined) throw new EcgError('SOURCE_INVALID', 'SampledData has neither period nor interval');
  if (fromInterval !== undefined && !isClose(periodMs, fromInterval)) {
    throw new EcgError('SOURCE_INVALID', 'SampledData.period and SampledData.interval contradict each other');
  }
  return periodMs;
}

/**
 * The sampling rate that a period in ms means. A period that gives more than 20 kHz was written in seconds, as
 * HealthKitOnFHIR did before September 2025, and is corrected where the rest of the Observation allows it.
 * @param statedRate Hz, from a sampling frequency component.
 * @throws EcgError SOURCE_INVALID when the period is no ECG's or contradicts the stated sampling frequency.
 */
export function samplingRateOf(periodMs: number, statedRate: number | undefined): SamplingRate {
  const rate = rateOfPeriod(periodMs);
  const inSeconds = rate > HIGHEST_RATE;
  const samplingRate = inSeconds ? rateOfPeriod(periodMs * 1000) : rate;
  if (samplingRate < LOWEST_RATE || (statedRate !== undefined && !isClose(samplingRate, statedRate))) {
    const frequency = statedRate === undefined ? '' : `; the stated sampling frequency is ${statedRate} Hz`;
    throw new EcgError('SOURCE_INVALID', `SampledData.period of ${periodMs} ms means ${rate} Hz${frequency}`);
  }
  if (!inSeconds) return { samplingRate, warnings: [] };
  const isPlausible = samplingRate >= PLAUSIBLE_RATES[0] && samplingRate <= PLAUSIBLE_RATES[1];
  if (statedRate === undefined && !isPlausible) {
    throw new EcgError('SOURCE_INVALID', `SampledData.period of ${periodMs} ms means ${rate} Hz`);
  }
  const message = `period of ${periodMs} is read as seconds, not milliseconds: ${samplingRate} Hz`;
  return { samplingRate, warnings: [{ code: 'SAMPLING_RATE_ADJUSTED', message }] };
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
