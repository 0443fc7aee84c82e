import { type AnalysisLead, samplesOf } from './analysis-signal.ts';

/** Half of the QRS window that beats are compared in, and how far they are shifted against each other. */
const HALF = samplesOf(80);
const MAX_SHIFT = samplesOf(50);
/** Every fourth sample tells shapes apart; to the sample they are aligned afterwards. */
const STRIDE = 4;
const MIN_CORRELATION = 0.85;
const SIZE_RANGE = [0.5, 2] as const;
/** A beat this much earlier than its neighbours would have it is premature. */
const PREMATURE = 0.82;
/** Intervals that vary by more than this share of their mean are irregular. */
export const IRREGULAR = 0.12;
/** Beats of a group that usually come this early before a pause are ectopic, however many they are (bigeminy). */
const EARLY_GROUP = 0.8;

/** One beat of a recording. */
export interface Beat {
  /** The same point of the QRS in all beats of one group; samples at 500 Hz. */
  readonly at: number;
  /** Beats of one shape. */
  readonly group: number;
  readonly premature: boolean;
}

/** Sorts beats by their shape over all leads and aligns those of one shape. The dominant shape is group 0. */
export function groupBeats(peaks: readonly number[], leads: readonly AnalysisLead[]): readonly Beat[] {
  const slopes = leads.map(({ samples }) => slopesOf(samples));
  const inside = peaks.filter((peak) => fits(peak, slopes[0]?.length ?? 0));
  const groups: Group[] = [];
  for (const peak of byTypicality(inside)) {
    const matches = groups
      .map((group) => ({ group, ...bestShift(slopes, group.model, peak) }))
      .filter(({ correlation }) => correlation >= MIN_CORRELATION)
      .sort((a, b) => b.correlation - a.correlation);
    const match = matches[0];
    if (match) match.group.beats.push({ peak, at: peak + match.shift });
    else groups.push({ model: peak, beats: [{ peak, at: peak }] });
  }
  const late = latenesses(inside);
  const rank = ({ beats }: Group): number => beats.length * (lateness(beats, late) < EARLY_GROUP ? 0.4 : 1);
  groups.sort((a, b) => rank(b) - rank(a));
  const beats = groups.flatMap(({ beats: members }, group) => members.map(({ at }) => ({ at, group })));
  return markPremature(beats.sort((a, b) => a.at - b.at));
}

interface Group {
  readonly model: number;
  readonly beats: { readonly peak: number; readonly at: number }[];
}

/** Of each beat, the interval before it over the one after it: small for what comes early and pauses afterwards. */
function latenesses(peaks: readonly number[]): ReadonlyMap<number, number> {
  const inner = peaks.slice(1, -1);
  return new Map(inner.map((peak, i) => [peak, (peak - peaks[i]!) / (peaks[i + 2]! - peak)]));
}

/** The usual lateness of a group; 1 where it is not known. */
function lateness(beats: Group['beats'], late: ReadonlyMap<number, number>): number {
  const known = beats.flatMap(({ peak }) => late.get(peak) ?? []).sort((a, b) => a - b);
  return known[known.length >> 1] ?? 1;
}

/** Beats with ordinary intervals around them first: they make the models. */
function byTypicality(peaks: readonly number[]): readonly number[] {
  const intervals = peaks.slice(1).map((peak, i) => peak - peaks[i]!);
  const usual = intervals.toSorted((a, b) => a - b)[intervals.length >> 1] ?? 0;
  const oddness = (i: number): number =>
    Math.abs((intervals[i - 1] ?? usual) - usual) + Math.abs((intervals[i] ?? usual) - usual);
  return peaks
    .map((peak, i) => ({ peak, odd: oddness(i) }))
    .sort((a, b) => a.odd - b.odd)
    .map(({ peak }) => peak);
}

function fits(peak: number, length: number): boolean {
  return peak - HALF - MAX_SHIFT >= 0 && peak + HALF + MAX_SHIFT < length;
}

/** Slopes rather than levels, so that baseline and ST do not decide. */
function slopesOf(samples: Float64Array): Float64Array {
  const slopes = new Float64Array(samples.length);
  for (let i = 4; i + 4 < samples.length; i++) {
    slopes[i] = samples[i + 4]! + samples[i + 2]! - samples[i - 2]! - samples[i - 4]!;
  }
  return slopes;
}

function bestShift(
  slopes: readonly Float64Array[],
  model: number,
  peak: number,
): { readonly correlation: number; readonly shift: number } {
  let best = { correlation: -1, shift: 0 };
  const consider = (shift: number, stride: number): void => {
    const correlation = similarity(slopes, model, { peak: peak + shift, stride });
    if (correlation > best.correlation) best = { correlation, shift };
  };
  for (let shift = -MAX_SHIFT; shift <= MAX_SHIFT; shift += 3) consider(shift, STRIDE);
  const coarse = best.shift;
  best = { correlation: -1, shift: coarse };
  for (let shift = coarse - 2; shift <= coarse + 2; shift++) consider(shift, 2);
  return best;
}

/** Correlation over all leads; 0 where one beat is more than twice as large as the other. */
function similarity(
  slopes: readonly Float64Array[],
  model: number,
  { peak, stride }: { readonly peak: number; readonly stride: number },
): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (const lead of slopes) {
    for (let i = -HALF; i <= HALF; i += stride) {
      const a = lead[model + i]!;
      const b = lead[peak + i] ?? 0;
      ab += a * b;
      aa += a * a;
      bb += b * b;
    }
  }
  const size = Math.sqrt(bb / aa);
  if (!(size > SIZE_RANGE[0] && size < SIZE_RANGE[1])) return 0;
  return ab / Math.sqrt(aa * bb);
}

/** Where the intervals vary anyhow, as in atrial fibrillation, no beat is early. */
function markPremature(beats: readonly Omit<Beat, 'premature'>[]): readonly Beat[] {
  const intervals = beats.slice(1).map(({ at }, i) => at - beats[i]!.at);
  const early = beats.map((_, i) => {
    const around = [intervals[i - 3], intervals[i - 2], intervals[i], intervals[i + 1]].filter((x) => x !== undefined);
    const usual = around.sort((a, b) => a - b)[around.length >> 1];
    const own = intervals[i - 1];
    return own !== undefined && usual !== undefined && own < PREMATURE * usual;
  });
  const ordinary = intervals.filter((_, i) => ![i, i + 1].some((beat) => early[beat] || beats[beat]?.group !== 0));
  const isIrregular = variation(ordinary.length > 1 ? ordinary : intervals) > IRREGULAR;
  return beats.map((beat, i) => ({ ...beat, premature: early[i]! && !isIrregular }));
}

/** Standard deviation over mean. */
export function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1)) / mean;
}
