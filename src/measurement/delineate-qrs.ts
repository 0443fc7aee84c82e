import { samplesOf } from './analysis-signal.ts';
import { quantile, type Signals, speed } from './flank.ts';

export interface QrsComplex {
  readonly qrsOnset: number;
  readonly qrsOffset: number;
}

/** Speeds that belong to the QRS for sure, and that end it, of the greatest; and how often the quiet speed. */
const CORE = 0.18;
const ONSET = { ofPeak: 0.025, ofQuiet: 2.5, ofP: 2, atMost: 0.055 } as const;
const OFFSET = { ofPeak: 0.045, ofQuiet: 2.5, ofSt: 2 } as const;
/** So long may a QRS turn slowly, as in bundle branch block. */
const SLOW_TURN = samplesOf(38);

/** Where a P wave may still be in motion before the steep part begins. */
const P_STRETCH = [samplesOf(80), samplesOf(10)] as const;
/** The last part of a QRS may come after a standstill: a wave as fast as this of the greatest speed, at once and over soon. */
const LAST_PART = { ofPeak: 0.13, within: samplesOf(30), over: samplesOf(60) } as const;

/**
 * QRS over all leads by the speed of the heart vector: from the steep part outwards to where the speed stays low;
 * after it the ST segment is in motion, and before it a P wave that has not ended, which raises the limit.
 * @param at the point of the QRS that the beats are aligned at
 */
export function delineateQrs(signals: Signals, at: number): QrsComplex {
  const fast = speed(signals);
  const from = Math.max(0, at - samplesOf(90));
  const top = indexOfMost(fast, from, Math.min(fast.length, at + samplesOf(90)));
  const peak = fast[top]!;
  const quiet = quantile(fast, 0.15);
  const floor = Math.max(CORE * peak, ONSET.ofQuiet * quiet);
  const first = coreEnd(fast, { top, step: -1, floor });
  const last = coreEnd(fast, { top, step: 1, floor });
  const p = quantile(fast.subarray(Math.max(0, first - P_STRETCH[0]), Math.max(1, first - P_STRETCH[1])), 0.2);
  const st = quantile(fast.subarray(last + samplesOf(20), last + samplesOf(110)), 0.3);
  return {
    qrsOnset: edge(fast, {
      from: first,
      step: -1,
      threshold: Math.max(Math.min(ONSET.ofP * p, ONSET.atMost * peak), ONSET.ofQuiet * quiet, ONSET.ofPeak * peak),
    }),
    qrsOffset: endAfter(fast, {
      from: last,
      peak,
      threshold: Math.max(OFFSET.ofSt * st, OFFSET.ofQuiet * quiet, OFFSET.ofPeak * peak),
    }),
  };
}

/** Where it comes to rest, and stays so but for what is no part of the QRS. */
function endAfter(
  fast: Float64Array,
  { from, peak, threshold }: { readonly from: number; readonly peak: number; readonly threshold: number },
): number {
  const end = edge(fast, { from, step: 1, threshold });
  const start = Math.ceil(end);
  const again = indexOfMost(fast, start, Math.min(fast.length, start + LAST_PART.within));
  if (!(fast[again]! >= Math.max(LAST_PART.ofPeak * peak, threshold))) return end;
  const later = edge(fast, { from: again, step: 1, threshold });
  return later - end <= LAST_PART.over ? later : end;
}

/** The index between two others where the values are greatest. */
export function indexOfMost(values: Float64Array, from: number, to: number): number {
  let best = from;
  for (let i = from; i < to; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function coreEnd(
  fast: Float64Array,
  { top, step, floor }: { readonly top: number; readonly step: 1 | -1; readonly floor: number },
): number {
  let end = top;
  for (let i = top; Math.abs(i - end) <= SLOW_TURN && fast[i] !== undefined; i += step) if (fast[i]! >= floor) end = i;
  return end;
}

/** Where speed falls below the threshold and stays there. */
function edge(
  fast: Float64Array,
  { from, step, threshold }: { readonly from: number; readonly step: 1 | -1; readonly threshold: number },
): number {
  const isSlow = (i: number): boolean => !(fast[i]! >= threshold);
  let i = from;
  while (fast[i] !== undefined && !(isSlow(i) && isSlow(i + step) && isSlow(i + 2 * step))) i += step;
  const [below, above] = [fast[i] ?? 0, fast[i - step] ?? 0];
  return above > below && above > threshold ? i - (step * (threshold - below)) / (above - below) : i;
}
