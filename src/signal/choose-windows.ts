import type { Lead } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import type { SelectedLeads } from './select-leads.ts';

/** Seconds of signal that the network takes at once, and the least that are worth padding to that. */
const WINDOW_SECONDS = 10;
const MIN_SECONDS = 5;
const MAX_WINDOWS = 6;
/** Starts tried for one window: half a second apart, or further where that would be more of them. */
const CANDIDATE_STEP_SECONDS = 0.5;
const MAX_CANDIDATE_STEPS = 20;

const MAX_GAP_SECONDS = 2;
const MAX_MISSING = 0.2;
/** mV; an electrode that is off gives less. */
const MIN_PEAK_TO_PEAK = 0.001;

/** A usable stretch of a recording, in samples at the recording's rate. */
export interface RecordingWindow {
  readonly start: number;
  readonly length: number;
  /** What a reader should know of this stretch: leads with missing samples. */
  readonly notes: readonly string[];
}

interface Candidate {
  readonly window: RecordingWindow;
  /** Samples, of all leads together. */
  readonly missing: number;
  /** What makes it unusable. */
  readonly flaws: readonly string[];
}

/**
 * Chooses what of a recording the network sees: up to 20 s one window of 10 s, from 20 s on as many as fit without
 * overlap, at most 6, one in each of as many equal parts of the recording; from 5 to 10 s all of it. Within its part,
 * a window stands where the fewest samples are missing, earliest first.
 * A stretch is usable if in every lead no more than 20 % of the samples and no more than 2 s in a row are missing,
 * none is infinite, and the peak-to-peak amplitude reaches 0.001 mV.
 * @param samplingRate Hz, of the recording
 * @returns at least one window, in order of time, all of one length; and notes for whoever reads the result
 * @throws EcgError RECORDING_TOO_SHORT below 5 s; SIGNAL_UNUSABLE naming the leads when no stretch is usable
 */
export function chooseWindows(
  selected: SelectedLeads,
  samplingRate: number,
): { readonly windows: readonly RecordingWindow[]; readonly notes: readonly string[] } {
  const recorded = selected.samples[0]?.length ?? 0;
  if (recorded < Math.round(MIN_SECONDS * samplingRate)) {
    throw new EcgError(
      'RECORDING_TOO_SHORT',
      `${seconds(recorded / samplingRate)} recorded, at least ${MIN_SECONDS} s are needed`,
    );
  }
  const length = Math.min(recorded, Math.round(WINDOW_SECONDS * samplingRate));
  const parts = Math.min(MAX_WINDOWS, Math.floor(recorded / length));
  const best = Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * recorded) / parts);
    const to = Math.floor(((part + 1) * recorded) / parts);
    const starts = candidateStarts(from, to - length, CANDIDATE_STEP_SECONDS * samplingRate);
    return bestCandidate(starts, (start) => assess(selected, { start, length, samplingRate }));
  });
  const windows = best.filter(({ flaws }) => flaws.length === 0).map(({ window }) => window);
  const flaws = [...new Set(best.flatMap((candidate) => candidate.flaws))].join('; ');
  if (windows.length === 0) {
    throw new EcgError('SIGNAL_UNUSABLE', `no stretch of ${seconds(length / samplingRate)} is usable: ${flaws}`);
  }
  const unusable = parts - windows.length;
  return {
    windows,
    notes: [
      ...extentNotes(windows, recorded, samplingRate),
      ...(unusable > 0 ? [`${unusable} of ${parts} windows left out as unusable: ${flaws}`] : []),
    ],
  };
}

function candidateStarts(first: number, last: number, step: number): readonly number[] {
  const steps = Math.min(MAX_CANDIDATE_STEPS, Math.ceil((last - first) / step));
  if (steps === 0) return [first];
  return Array.from({ length: steps + 1 }, (_, index) => first + Math.round((index * (last - first)) / steps));
}

/** The usable one with the fewest missing samples, earliest first; where none is usable, the first. */
function bestCandidate(starts: readonly number[], assessAt: (start: number) => Candidate): Candidate {
  const penalty = ({ flaws, missing }: Candidate): number => (flaws.length > 0 ? Number.POSITIVE_INFINITY : missing);
  let best = assessAt(starts[0]!);
  for (const start of starts.slice(1)) {
    if (penalty(best) === 0) break;
    const candidate = assessAt(start);
    if (penalty(candidate) < penalty(best)) best = candidate;
  }
  return best;
}

function assess(
  { leads, samples }: SelectedLeads,
  { start, length, samplingRate }: { start: number; length: number; samplingRate: number },
): Candidate {
  const extents = samples.map((signal, row) => ({ lead: leads[row]!, ...measure(signal, start, start + length) }));
  const name = (flaw: string, at: readonly { lead: Lead }[]): string[] =>
    at.length > 0 ? [`${flaw} in ${at.map(({ lead }) => lead).join(', ')}`] : [];

  const gappy = extents.filter(
    ({ missing, longestGap }) => missing > MAX_MISSING * length || longestGap > MAX_GAP_SECONDS * samplingRate,
  );
  const flat = extents.filter((extent) => !gappy.includes(extent) && extent.max - extent.min < MIN_PEAK_TO_PEAK);
  const infinite = extents.filter(({ min, max }) => Math.max(max, -min) === Number.POSITIVE_INFINITY);
  const partial = extents.filter(({ missing }) => missing > 0);
  const missingPerLead = partial.map(({ lead, missing }) => `${lead} ${seconds(missing / samplingRate)}`).join(', ');
  const notes = partial.length > 0 ? [`missing samples taken as 0 mV: ${missingPerLead}`] : [];
  return {
    window: { start, length, notes },
    missing: partial.reduce((sum, { missing }) => sum + missing, 0),
    flaws: [
      ...name(`more than ${100 * MAX_MISSING} % or ${MAX_GAP_SECONDS} s at a stretch missing`, gappy),
      ...name('infinite samples', infinite),
      ...name('flat signal', flat),
    ],
  };
}

function measure(
  samples: Float64Array,
  from: number,
  to: number,
): { min: number; max: number; missing: number; longestGap: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [missing, gap, longestGap] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const sample = samples[i]!;
    if (Number.isNaN(sample)) {
      missing += 1;
      gap += 1;
      if (gap > longestGap) longestGap = gap;
    } else {
      gap = 0;
      if (sample < min) min = sample;
      if (sample > max) max = sample;
    }
  }
  return { min, max, missing, longestGap };
}

function extentNotes(windows: readonly RecordingWindow[], recorded: number, samplingRate: number): readonly string[] {
  const { start, length } = windows[0]!;
  if (recorded === length) return [];
  const whole = seconds(recorded / samplingRate);
  return windows.length > 1
    ? [`${windows.length} windows of ${WINDOW_SECONDS} s of the ${whole} recorded`]
    : [`${WINDOW_SECONDS} s of the ${whole} recorded, from ${seconds(start / samplingRate)} on`];
}

/** A duration as text, to the millisecond. */
export function seconds(value: number): string {
  return `${Number(value.toFixed(3))} s`;
}
