import { ANALYSIS_RATE, type AnalysisLead, samplesOf } from './analysis-signal.ts';

/** Samples of either mean whose difference is the slope: 10 ms, which answers to QRS and not to P, T or muscle. */
const SLOPE_SAMPLES = 5;
/** Half of the window that makes one hill of all the slopes of a QRS. */
const HILL_HALF = samplesOf(24);
/** No heart beats twice within this. */
const REFRACTORY = samplesOf(200);
/** A hill soon after a QRS and lower than it is a T wave: below 0.85 of its height within 0.32 s, 0.45 at 0.48 s. */
const T_WAVE = samplesOf(480);
const T_HEIGHT = { early: 0.85, late: 0.45, from: samplesOf(320) } as const;
/** The least height of a QRS, of that of the usual one. */
const MIN_HEIGHT = 0.4;
/** In an interval this much longer than the usual one a beat may be lower, if it is so much taller than the T waves. */
const PAUSE = 1.4;
const MIN_HEIGHT_IN_PAUSE = 0.2;
const OVER_T = 1.3;
/** T peaks so long after the middle of the QRS. */
const T_RANGE = [samplesOf(200), samplesOf(440)] as const;
const CAP = 1.5;
/** Every so manieth sample tells the distribution. */
const SPARSE = 10;

/** Steepness of all leads together, about 1 at a QRS; each lead counts by how far its QRS stands out of its noise. */
export function steepness(leads: readonly AnalysisLead[]): Float64Array {
  const length = leads[0]?.samples.length ?? 0;
  const sum = new Float64Array(length);
  let total = 0;
  for (const { samples } of leads) {
    const slopes = absoluteSlopes(samples);
    const { usual, steep } = quantiles(slopes);
    if (!(steep > 0)) continue;
    const weight = Math.min(1, Math.max(0.02, (steep / (usual + 1e-6) - 3.5) / 6)) * steep;
    total += weight;
    const scale = weight / steep;
    for (let i = 0; i < length; i++) sum[i]! += scale * Math.min(CAP * steep, slopes[i]!);
  }
  if (total > 0) for (let i = 0; i < length; i++) sum[i]! /= total;
  return sum;
}

/** Where QRS complexes are, in samples of the hill's middle, ascending. */
export function findBeats(steep: Float64Array): readonly number[] {
  const hills = smooth(smooth(steep, HILL_HALF), HILL_HALF / 2);
  const usual = usualMaximum(hills);
  const peaks = hillTops(hills, MIN_HEIGHT * usual);
  return searchBack(withoutTWaves(peaks, hills), hills, usual);
}

function absoluteSlopes(samples: Float64Array): Float64Array {
  const slopes = new Float64Array(samples.length);
  const k = SLOPE_SAMPLES;
  let before = 0;
  let after = 0;
  for (let i = 0; i < k; i++) {
    before += samples[i] ?? 0;
    after += samples[i + k] ?? 0;
  }
  for (let i = k; i + k < samples.length; i++) {
    slopes[i] = Math.abs(after - before) / k;
    before += samples[i]! - samples[i - k]!;
    after += samples[i + k]! - samples[i]!;
  }
  return slopes;
}

function quantiles(slopes: Float64Array): { readonly usual: number; readonly steep: number } {
  const some = Float64Array.from({ length: Math.floor(slopes.length / SPARSE) }, (_, i) => slopes[i * SPARSE]!).sort();
  return { usual: some[some.length >> 1] ?? 0, steep: some[Math.floor(0.975 * some.length)] ?? 0 };
}

/** Mean over 2·half + 1 samples, fewer at the ends. */
export function smooth(samples: Float64Array, half: number): Float64Array {
  const width = Math.round(half);
  const result = new Float64Array(samples.length);
  let sum = 0;
  let count = 0;
  for (let i = -width; i < samples.length; i++) {
    const entering = i + width;
    if (entering < samples.length) {
      sum += samples[entering]!;
      count += 1;
    }
    const leaving = i - width - 1;
    if (leaving >= 0) {
      sum -= samples[leaving]!;
      count -= 1;
    }
    if (i >= 0) result[i] = sum / count;
  }
  return result;
}

/** The height of an ordinary QRS: a high percentile of the maxima of overlapping stretches of 2 s. */
function usualMaximum(hills: Float64Array): number {
  const step = ANALYSIS_RATE / 2;
  const maxima: number[] = [];
  for (let start = 0; start === 0 || start + 2 * step <= hills.length; start += step) {
    maxima.push(hills.subarray(start, start + 4 * step).reduce((most, value) => Math.max(most, value), 0));
  }
  maxima.sort((a, b) => a - b);
  return maxima[Math.floor(0.6 * maxima.length)] ?? 0;
}

function hillTops(hills: Float64Array, floor: number, from = 1, to = hills.length - 1): number[] {
  const tops: number[] = [];
  for (let i = Math.max(HILL_HALF, from); i < Math.min(hills.length - 1, to); i++) {
    const height = hills[i]!;
    if (height < floor || height < hills[i - 1]! || height <= hills[i + 1]!) continue;
    const last = tops.at(-1);
    if (last !== undefined && i - last < REFRACTORY) {
      if (height > hills[last]!) tops[tops.length - 1] = i;
    } else tops.push(i);
  }
  return tops;
}

/**
 * Where a beat seems to be missing, as after a premature one, a hill is a beat that is lower than the others and yet
 * taller than their T waves.
 */
function searchBack(beats: readonly number[], hills: Float64Array, usualHeight: number): readonly number[] {
  const intervals = beats.slice(1).map((beat, i) => beat - beats[i]!);
  const usual = middle(intervals);
  const tops = beats.map((beat) => maximum(hills, beat + T_RANGE[0], Math.min(beat + T_RANGE[1], hills.length)));
  const tallestT = middle(tops.filter((_, i) => (intervals[i] ?? 0) < PAUSE * usual));
  const floor = Math.max(MIN_HEIGHT_IN_PAUSE * usualHeight, OVER_T * tallestT);
  return beats.flatMap((beat, i) => {
    const next = beats[i + 1];
    if (next === undefined || next - beat < PAUSE * usual) return [beat];
    return [beat, ...hillTops(hills, floor, beat + T_RANGE[0], next - REFRACTORY)];
  });
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function maximum(values: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

function withoutTWaves(peaks: readonly number[], hills: Float64Array): readonly number[] {
  const kept: number[] = [];
  for (const peak of peaks) {
    const last = kept.at(-1);
    if (last !== undefined && hills[peak]! < tallestT(peak - last) * hills[last]!) continue;
    kept.push(peak);
  }
  return kept;
}

/** How tall a T wave can be this long after a QRS, of its height. */
function tallestT(distance: number): number {
  const { early, late, from } = T_HEIGHT;
  if (distance >= T_WAVE) return 0;
  return early - (early - late) * Math.max(0, (distance - from) / (T_WAVE - from));
}
