import { EcgError } from '../errors.ts';

/** Hz, the rate of the network's input. */
export const NETWORK_RATE = 500;

/** Hz. Below, QRS complexes are lost; above, nobody records ECGs, and the cost of a window must have a bound. */
const MIN_RATE = 50;
const MAX_RATE = 16_000;
/** Half the kernel's width, in samples of the lower of the two rates. */
const HALF_WIDTH = 16;
/** Kaiser window for 80 dB of stop-band attenuation, and the width of the transition that it leaves (Kaiser 1974). */
const BETA = 0.1102 * (80 - 8.7);
const TRANSITION = (80 - 7.95) / (14.36 * 2 * HALF_WIDTH);

/**
 * Band-limited resampling to 500 Hz by a Kaiser-windowed sinc: linear, without time shift, gain exactly 1 at 0 Hz.
 * To a higher rate the kernel cuts at half the source's rate and passes the source's own samples unchanged; to a lower
 * rate its stop band begins at 250 Hz, so that nothing folds back. At 500 Hz samples are copied.
 *
 * Edges: around a stretch the recording's own samples are used; beyond its ends it is reflected oddly (as the filters
 * after it do), 2·end - mirror.
 * Gaps (samples that are not finite): the filter runs over a straight line between the samples around a gap, and an
 * output sample is missing (NaN) when one of the two source samples around it is; so no gap spreads further than that.
 * @param samplingRate Hz, of the recording
 * @param length samples to put out
 * @returns a function giving `length` samples at 500 Hz, the first at the instant of `samples[start]`
 * @throws EcgError SIGNAL_UNUSABLE for a rate outside 50 to 16000 Hz
 */
export function createResampler(
  samplingRate: number,
  length: number,
): (samples: Float64Array, start: number) => Float64Array {
  if (!(samplingRate >= MIN_RATE && samplingRate <= MAX_RATE)) {
    throw new EcgError(
      'SIGNAL_UNUSABLE',
      `a sampling rate of ${samplingRate} Hz is outside ${MIN_RATE} to ${MAX_RATE} Hz`,
    );
  }
  if (samplingRate === NETWORK_RATE) return (samples, start) => samples.slice(start, start + length);
  const phases = polyphase(samplingRate / NETWORK_RATE, length);
  return (samples, start) => {
    const first = start - phases.reach;
    const source = extendedSlice(samples, first, first + Math.floor((length - 1) * phases.step) + 2 * phases.reach + 1);
    if (!hasGap(source)) return convolve(source, phases, length);
    const resampled = convolve(bridgeGaps(source), phases, length);
    markGaps(resampled, source, phases);
    return resampled;
  };
}

/** Output sample k lies k · step source samples after the first; its weights repeat every `period` output samples. */
interface Polyphase {
  readonly step: number;
  readonly period: number;
  /** Source samples on either side that one output sample depends on. */
  readonly reach: number;
  /** period × 2·reach; row p holds the weights of source samples floor(p · step) - reach + 1 onwards. */
  readonly weights: Float64Array;
}

function polyphase(step: number, length: number): Polyphase {
  const stretch = Math.max(1, step);
  const cutoff = step > 1 ? (1 - TRANSITION) / step : 1;
  const reach = Math.ceil(HALF_WIDTH * stretch);
  const period = findPeriod(step, length);
  const weights = new Float64Array(period * 2 * reach);
  for (let phase = 0; phase < period; phase++) {
    const row = weights.subarray(phase * 2 * reach, (phase + 1) * 2 * reach);
    const fraction = (phase * step) % 1;
    let sum = 0;
    for (let tap = 0; tap < row.length; tap++) {
      const distance = tap - reach + 1 - fraction;
      row[tap] = sinc(cutoff * distance) * kaiser(distance / (HALF_WIDTH * stretch));
      sum += row[tap]!;
    }
    for (let tap = 0; tap < row.length; tap++) row[tap]! /= sum;
  }
  return { step, period, reach, weights };
}

/** Output samples after which the position between source samples recurs; all of them when it never does. */
function findPeriod(step: number, length: number): number {
  for (let period = 1; period < length; period++) {
    if (Math.abs(period * step - Math.round(period * step)) < 1e-9) return period;
  }
  return length;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Up to a factor, which normalising the weights takes out. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel0(BETA * Math.sqrt(1 - x * x));
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}

/** Samples `from` to `to`, reflected oddly beyond the recording's ends; no further than its other end. */
function extendedSlice(samples: Float64Array, from: number, to: number): Float64Array {
  const slice = new Float64Array(to - from);
  const last = samples.length - 1;
  slice.set(samples.subarray(Math.max(from, 0), to), Math.max(-from, 0));
  for (let i = from; i < Math.min(to, 0); i++) slice[i - from] = 2 * samples[0]! - samples[Math.min(-i, last)]!;
  for (let i = Math.max(from, last + 1); i < to; i++) {
    slice[i - from] = 2 * samples[last]! - samples[Math.max(2 * last - i, 0)]!;
  }
  return slice;
}

function hasGap(samples: Float64Array): boolean {
  for (let i = 0; i < samples.length; i++) if (!Number.isFinite(samples[i]!)) return true;
  return false;
}

/** A copy in which straight lines cross the gaps; a gap at an end takes the nearest sample's value, nothing at all 0. */
function bridgeGaps(source: Float64Array): Float64Array {
  const bridged = source.slice();
  let known = -1;
  for (let i = 0; i <= source.length; i++) {
    if (i < source.length && !Number.isFinite(source[i]!)) continue;
    const left = source[known] ?? source[i] ?? 0;
    const right = source[i] ?? left;
    for (let gap = known + 1; gap < i; gap++) bridged[gap] = left + ((right - left) * (gap - known)) / (i - known);
    known = i;
  }
  return bridged;
}

function convolve(source: Float64Array, { step, period, reach, weights }: Polyphase, length: number): Float64Array {
  const resampled = new Float64Array(length);
  const advance = Math.round(period * step);
  for (let phase = 0; phase < period; phase++) {
    const row = weights.subarray(phase * 2 * reach, (phase + 1) * 2 * reach);
    let first = Math.floor(phase * step) + 1;
    for (let k = phase; k < length; k += period, first += advance) {
      let sum = 0;
      for (let tap = 0; tap < row.length; tap++) sum += row[tap]! * source[first + tap]!;
      resampled[k] = sum;
    }
  }
  return resampled;
}

function markGaps(resampled: Float64Array, source: Float64Array, { step, reach }: Polyphase): void {
  for (let k = 0; k < resampled.length; k++) {
    const before = source[reach + Math.floor(k * step + 1e-9)]!;
    const after = source[reach + Math.ceil(k * step - 1e-9)]!;
    if (!Number.isFinite(before) || !Number.isFinite(after)) resampled[k] = Number.NaN;
  }
}
