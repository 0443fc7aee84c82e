import { samplesOf } from './analysis-signal.ts';
import { indexOfMost } from './delineate-qrs.ts';
import { smooth } from './find-beats.ts';
import { flankEnd, magnitude, projection, type Signals, speed } from './flank.ts';

export interface TWave {
  readonly peak: number;
  readonly offset: number;
  /** mV: length of the heart vector at the peak. */
  readonly height: number;
}

/** Samples on either side that are averaged: 18 ms in all, which takes mains out. */
const SMOOTH = 4;
/** T peaks between these after the end of the QRS. */
const PEAK_RANGE = [samplesOf(50), samplesOf(420)] as const;
/** The steepest fall is looked for this long after the peak, and its flank reaches this far to either side. */
const FALL = samplesOf(160);
const FLANK = [samplesOf(120), samplesOf(130)] as const;
/** A T wave is at least this many times the noise, and in mV for each lead (in quadrature). */
const MIN_HEIGHT = { ofNoise: 8, perLead: 0.035 } as const;

/** An earlier wave is T from so long after the first place of T, of this share of the greatest; below the last share it is over. */
const EARLIER = { after: samplesOf(70), ofGreatest: 0.25, over: 0.15 } as const;

/** The end of T over all leads, or nothing where T is flat, lost in noise, or cut off by the next beat. */
export function delineateT(
  signals: Signals,
  { qrsOffset, validUntil, noise }: { readonly qrsOffset: number; readonly validUntil: number; readonly noise: number },
): TWave | undefined {
  const from = Math.ceil(qrsOffset) + PEAK_RANGE[0];
  const to = validUntil - samplesOf(10);
  if (to - from < samplesOf(100)) return undefined;
  const smoothed = signals.map((samples) => smooth(samples, SMOOTH));
  const size = magnitude(smoothed);
  const least = Math.max(MIN_HEIGHT.ofNoise * noise, MIN_HEIGHT.perLead * Math.sqrt(signals.length));
  const greatest = indexOfMost(size, from, Math.min(to, Math.ceil(qrsOffset) + PEAK_RANGE[1]));
  const peak = waveBefore(size, { from, greatest, least }) ?? greatest;
  // What still grows at the end is another wave.
  if (peak >= to - 1) return undefined;
  const height = size[peak]!;
  if (height < least) return undefined;
  const fast = speed(smoothed).map((value, i) => (size[i]! > 0.25 * height ? value : 0));
  const steepest = indexOfMost(fast, peak, Math.min(to, peak + FALL));
  // Along the movement of that moment the wave comes from below and ends above.
  const along = projection(smoothed, steepest, samplesOf(16));
  const low = indexOfMost(
    along.map((value) => -value),
    Math.max(from, steepest - FLANK[0]),
    steepest + 1,
  );
  const high = indexOfMost(along, steepest, Math.min(to, steepest + FLANK[1]));
  const offset = flankEnd(along, { from: low, to, top: along[low]!, base: along[high]! });
  return offset === undefined || offset > validUntil ? undefined : { peak, offset, height };
}

/**
 * The peak of a wave that is over before the greatest one begins, and large enough to be T: the greatest is an ectopic beat
 * that was not told from T, then, or a P wave.
 */
function waveBefore(
  size: Float64Array,
  { from, greatest, least }: { readonly from: number; readonly greatest: number; readonly least: number },
): number | undefined {
  const floor = Math.max(least, EARLIER.ofGreatest * size[greatest]!);
  let top = from + EARLIER.after;
  for (let i = top; i < greatest; i++) {
    if (size[i]! > size[top]!) top = i;
    else if (top > from + EARLIER.after && size[top]! >= floor && size[i]! < EARLIER.over * size[top]!) return top;
  }
  return undefined;
}
