import { samplesOf } from './analysis-signal.ts';
import { indexOfMost } from './delineate-qrs.ts';
import { smooth } from './find-beats.ts';
import { flankEnd, magnitude, projection, quantile, type Signals, speed } from './flank.ts';

export interface PWave {
  readonly onset: number;
  readonly offset: number;
  readonly peak: number;
  /** mV: length of the heart vector at the peak. */
  readonly height: number;
}

const SMOOTH = 4;
/** P begins no earlier before the QRS. */
const MAX_PR = samplesOf(400);
/** A P wave stands out by this many times the noise, and in mV. */
const PROMINENCE = { ofNoise: 4, least: 0.04 } as const;
/** From its last peak, a P wave rises at most so long before and falls so long after. */
const RISE = samplesOf(110);
const FALL = samplesOf(80);
const STEEP = 0.5;
/** Of {@link flankEnd}: electrocardiographs see the feet of P a little closer to it than all of a smooth wave. */
const REACH = 0.75;
const FLANK = [samplesOf(50), samplesOf(40)] as const;

/**
 * The P wave over all leads that is nearest to the QRS, or nothing where none stands out.
 * @param earliest where the T wave of the beat before ends
 */
export function delineateP(
  signals: Signals,
  { qrsOnset, earliest, noise }: { readonly qrsOnset: number; readonly earliest: number; readonly noise: number },
): PWave | undefined {
  const to = Math.floor(qrsOnset) - samplesOf(10);
  const from = Math.max(samplesOf(10), Math.round(earliest), to - MAX_PR);
  if (to - from < samplesOf(60)) return undefined;
  const smoothed = signals.map((samples) => smooth(samples, SMOOTH));
  const size = magnitude(smoothed);
  const fast = speed(smoothed);
  const prominence = Math.max(PROMINENCE.least, PROMINENCE.ofNoise * noise);
  const peak = lastHill(size, { from, to, prominence });
  if (peak === undefined) return undefined;
  const rise = firstSteep(moving(fast, size, 1), Math.max(from, peak - RISE), peak);
  const fall = lastSteep(moving(fast, size, -1), peak, Math.min(to, peak + FALL));
  const rising = projection(smoothed, rise, samplesOf(10));
  const falling = projection(smoothed, fall, samplesOf(10)).map((value) => -value);
  const onset = foot(rising, rise, { step: -1, bounds: [0, to] });
  const offset = foot(falling, fall, { step: 1, bounds: [0, Math.ceil(qrsOnset)] });
  if (onset === undefined || offset === undefined) return undefined;
  return { onset, offset: Math.min(offset, qrsOnset), peak, height: size[peak]! };
}

/** How many waves of at least that height, in mV, stand between two indices. */
export function countHills(
  signals: Signals,
  { from, to, least }: { readonly from: number; readonly to: number; readonly least: number },
): number {
  const size = magnitude(signals.map((samples) => smooth(samples, SMOOTH)));
  const start = Math.max(0, Math.round(from) + samplesOf(30));
  let count = 0;
  for (let end = Math.round(to); ; count++) {
    const top = lastHill(size, { from: start, to: end, prominence: least });
    if (top === undefined) return count;
    end = top;
  }
}

/** Smoothed more, since noise moves at rest too. */
const REST_SMOOTH = 6;
/** T and P are left so far behind, and less time than this says nothing. */
const REST_MARGIN = samplesOf(20);
const MIN_REST = samplesOf(30);

/**
 * How fast the heart vector usually moves between the end of T and a P wave, of the greatest speed of that wave: next to
 * nothing in sinus rhythm, a good part of it where flutter waves follow each other.
 * @param from where the T wave of the beat before ends
 * @returns undefined where T and P leave no time between them
 */
export function motionAtRest(signals: Signals, p: PWave, from: number): number | undefined {
  const [start, end] = [Math.max(0, Math.round(from) + REST_MARGIN), Math.round(p.onset) - REST_MARGIN];
  if (end - start < MIN_REST) return undefined;
  const fast = speed(signals.map((samples) => smooth(samples, REST_SMOOTH)));
  const greatest = fast.subarray(Math.round(p.onset), Math.round(p.offset)).reduce((most, v) => Math.max(most, v), 0);
  return quantile(fast.subarray(start, end), 0.5) / greatest;
}

/** The last local maximum that stands out by `prominence` on both sides. */
function lastHill(
  values: Float64Array,
  { from, to, prominence }: { readonly from: number; readonly to: number; readonly prominence: number },
): number | undefined {
  let top = to - 1;
  let floor = values[to - 1]!;
  for (let i = to - 1; i >= from; i--) {
    const value = values[i]!;
    if (value > values[top]!) top = i;
    else if (Math.min(values[top]! - value, values[top]! - floor) >= prominence) return top;
    if (value < floor) {
      floor = value;
      top = i;
    }
  }
  return undefined;
}

/** Speed where the heart vector grows (1) or shrinks (-1), else 0. */
function moving(fast: Float64Array, size: Float64Array, sign: 1 | -1): Float64Array {
  return fast.map((value, i) => (sign * (size[i + 2]! - size[i - 2]!) > 0 ? value : 0));
}

/** The first local maximum of speed that is nearly the greatest: P waves of two humps rise twice. */
function firstSteep(fast: Float64Array, from: number, to: number): number {
  const steepest = indexOfMost(fast, from, to);
  for (let i = from + 1; i < steepest; i++) if (isSteep(fast, i, fast[steepest]!)) return i;
  return steepest;
}

/** The last one: they also fall twice. */
function lastSteep(fast: Float64Array, from: number, to: number): number {
  const steepest = indexOfMost(fast, from, to);
  for (let i = to - 1; i > steepest; i--) if (isSteep(fast, i, fast[steepest]!)) return i;
  return steepest;
}

function isSteep(fast: Float64Array, i: number, greatest: number): boolean {
  return fast[i]! >= STEEP * greatest && fast[i]! >= fast[i - 1]! && fast[i]! > fast[i + 1]!;
}

/** Where a flank that falls from `steepest` in the direction of `step` reaches the ground. */
function foot(
  samples: Float64Array,
  steepest: number,
  { step, bounds }: { readonly step: 1 | -1; readonly bounds: readonly [number, number] },
): number | undefined {
  const within = (i: number, reach: number): boolean =>
    Math.abs(i - steepest) <= reach && i >= bounds[0] && i < bounds[1];
  let top = steepest;
  for (let i = steepest; within(i, FLANK[0]); i -= step) if (samples[i]! > samples[top]!) top = i;
  let base = samples[steepest]!;
  let to = steepest;
  for (let i = steepest; within(i, FLANK[1]); i += step) {
    base = Math.min(base, samples[i]!);
    to = i;
  }
  return flankEnd(samples, { from: top, to, top: samples[top]!, base }, REACH);
}
