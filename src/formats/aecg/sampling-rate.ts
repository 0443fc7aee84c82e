import { secondsPer } from '../../ecg/units.ts';

/**
 * Sampling rate in Hz of an increment. Decimal steps are taken exactly (0.0039 s and 3.9 ms are one rate), and a rate
 * within rounding of a whole number is that number (0.0033333333333 s → 300 Hz).
 * @param unit UCUM; @throws EcgError UNIT_UNKNOWN for an absent unit or one that is no time.
 */
export function samplingRateOf(increment: number, unit: string | undefined): number {
  const periodMs = Number((increment * secondsPer(unit) * 1000).toPrecision(15));
  const rate = 1000 / periodMs;
  const whole = Math.round(rate);
  return Math.abs(rate - whole) < 1e-9 * rate ? whole : rate;
}

/** The increment in seconds that {@link samplingRateOf} takes back to the rate. */
export function incrementOf(samplingRate: number): number {
  return Number((1 / samplingRate).toPrecision(15));
}
