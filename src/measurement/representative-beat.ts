import type { Lead } from '../ecg/lead.ts';
import { type AnalysisLead, samplesOf } from './analysis-signal.ts';
import type { Beat } from './group-beats.ts';

const BEFORE = samplesOf(440);
const AFTER = samplesOf(760);
/** The baseline is read over this long just before the QRS, and brought to 0 there. */
const KNOT_SAMPLES = 6;
const KNOT_DISTANCE = samplesOf(10);
const TRIM = 0.2;
/** A beat of another shape may begin so much earlier before its alignment point. */
const OTHER_SHAPE = samplesOf(50);
/** Noise is told for every eighth sample. */
export const NOISE_STRIDE = 8;

/** One lead of a representative beat. */
export interface BeatLead {
  readonly lead: Lead;
  /** mV; 0 is the level just before the QRS. */
  readonly samples: Float64Array;
  /** mV: what is left of noise, and of what is not in step with the QRS, on the whole and in each {@link NOISE_STRIDE}. */
  readonly noise: number;
  readonly noiseAt: Float64Array;
}

/** The average of the dominant beats, in which noise that is not in step with the heart has averaged out. */
export interface RepresentativeBeat {
  readonly leads: readonly BeatLead[];
  /** Index of the point of the QRS that the beats are aligned at. */
  readonly at: number;
  readonly length: number;
  /** Up to here half of the beats, and three of them, are not yet followed by the next beat. */
  readonly validUntil: number;
  readonly beatCount: number;
  /** Samples from one dominant beat to the next, usually. */
  readonly interval: number;
}

/**
 * @param dominant beats of the dominant shape that came in time; at least one
 * @param all every beat, which bounds what belongs to a dominant one
 * @param steep steepness of all leads, see `steepness`
 */
export function representativeBeat(
  leads: readonly AnalysisLead[],
  {
    dominant,
    all,
    steep,
  }: { readonly dominant: readonly Beat[]; readonly all: readonly Beat[]; readonly steep: Float64Array },
): RepresentativeBeat {
  const interval = usualInterval(all, steep.length);
  const before = Math.min(BEFORE, Math.round(0.72 * interval));
  const after = Math.min(AFTER, Math.round(0.95 * interval));
  const onset = roughOnset(dominant, steep);
  const spans = dominant.map(({ at }): Span => {
    const next = all.find((beat) => beat.at > at);
    const margin = onset + (next === undefined || next.group === 0 ? 0 : OTHER_SHAPE);
    return { at, end: Math.min(steep.length, next === undefined ? steep.length : next.at - margin) };
  });
  const ends = spans.map(({ at, end }) => end - at + before).sort((a, b) => b - a);
  return {
    at: before,
    length: before + after,
    validUntil: Math.min(before + after, ends[Math.max(2, spans.length >> 1)] ?? 0),
    beatCount: dominant.length,
    interval,
    leads: leads.map(({ lead, samples, missing }) => {
      const level = withoutBaseline(
        samples,
        dominant.map(({ at }) => at - onset - KNOT_DISTANCE),
      );
      return { lead, ...average({ samples: level, missing }, spans, { before, length: before + after }) };
    }),
  };
}

interface Span {
  readonly at: number;
  /** Where the next beat begins. */
  readonly end: number;
}

function usualInterval(beats: readonly Beat[], length: number): number {
  const intervals = beats.slice(1).map(({ at }, i) => at - beats[i]!.at);
  return intervals.sort((a, b) => a - b)[intervals.length >> 1] ?? length;
}

/** Samples from the beginning of the QRS to the alignment point, from the mean steepness of the beats. */
function roughOnset(beats: readonly Beat[], steep: Float64Array): number {
  const reach = samplesOf(150);
  const mean = Float64Array.from({ length: 2 * reach }, (_, i) =>
    beats.reduce((sum, { at }) => sum + (steep[at - reach + i] ?? 0), 0),
  );
  const top = mean.reduce((best, value, i) => (value > mean[best]! ? i : best), reach);
  let i = top;
  const floor = 0.12 * mean[top]!;
  while (i > 0 && !(mean[i]! < floor && mean[i - 3]! < floor)) i -= 1;
  return Math.max(samplesOf(10), reach - i);
}

/** Subtracts a smooth curve through the levels at the knots (cubic Hermite), level beyond the outer ones. */
function withoutBaseline(samples: Float64Array, positions: readonly number[]): Float64Array {
  const knots = positions
    .filter((position) => position - KNOT_SAMPLES >= 0)
    .map((position) => ({ position, level: meanOf(samples, position - KNOT_SAMPLES, position) }));
  const [first] = knots;
  const last = knots.at(-1);
  if (first === undefined || last === undefined) return samples;
  const result = samples.slice();
  for (let i = 0; i < first.position; i++) result[i]! -= first.level;
  for (let i = last.position; i < samples.length; i++) result[i]! -= last.level;
  for (let k = 0; k + 1 < knots.length; k++) subtractSegment(result, knots, k);
  return result;
}

function subtractSegment(
  samples: Float64Array,
  knots: readonly { readonly position: number; readonly level: number }[],
  k: number,
): void {
  const [from, to] = [knots[k]!, knots[k + 1]!];
  const slopeAt = (i: number): number => {
    const [a, b] = [knots[Math.max(0, i - 1)]!, knots[Math.min(knots.length - 1, i + 1)]!];
    return (b.level - a.level) / (b.position - a.position);
  };
  const width = to.position - from.position;
  const [rise, start, end] = [to.level - from.level, slopeAt(k) * width, slopeAt(k + 1) * width];
  const [square, cube] = [3 * rise - 2 * start - end, start + end - 2 * rise];
  const { level } = from;
  for (let i = 0; i < width; i++) {
    const t = i / width;
    samples[from.position + i]! -= level + t * (start + t * (square + t * cube));
  }
}

function meanOf(samples: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += samples[i]!;
  return sum / (to - from);
}

/** Mean of the middle values at each sample, and the noise left in it. */
function average(
  { samples, missing }: Pick<AnalysisLead, 'samples' | 'missing'>,
  spans: readonly Span[],
  { before, length }: { readonly before: number; readonly length: number },
): Omit<BeatLead, 'lead'> {
  const mean = new Float64Array(length);
  const values = new Float64Array(spans.length);
  const noiseAt = new Float64Array(Math.ceil(length / NOISE_STRIDE));
  for (let i = 0; i < length; i++) {
    let count = 0;
    for (const { at, end } of spans) {
      const index = at - before + i;
      if (index >= 0 && index < end && missing[index] === 0) values[count++] = samples[index]!;
    }
    if (count === 0) {
      mean[i] = i > 0 ? mean[i - 1]! : 0;
      continue;
    }
    insertionSort(values, count);
    const middle = values.subarray(Math.floor(TRIM * count), count - Math.floor(TRIM * count));
    mean[i] = meanOf(middle, 0, middle.length);
    if (i % NOISE_STRIDE === 0) noiseAt[i / NOISE_STRIDE] = deviation(middle, mean[i]!) / Math.sqrt(count);
  }
  return { samples: mean, noise: Math.sqrt(meanSquare(noiseAt)), noiseAt };
}

/** Quicker than the built-in sort for the dozen beats of a recording. */
function insertionSort(values: Float64Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const value = values[i]!;
    let j = i;
    for (; j > 0 && values[j - 1]! > value; j--) values[j] = values[j - 1]!;
    values[j] = value;
  }
}

function deviation(values: Float64Array, mean: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2;
  return Math.sqrt(sum / values.length);
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length);
}
