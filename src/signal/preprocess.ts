import { EcgError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { designBandPass, designNotch } from './filter-design.ts';
import { NETWORK_RATE } from './resample.ts';
import { createRunningMedian } from './running-median.ts';
import { bandPassFilter, filterZeroPhase, notchFilter } from './zero-phase-filter.ts';

/** What the manifest says of preprocessing. */
export type Recipe = Pick<Manifest['input'], 'recipe' | 'notch'>;

const NOTCH_QUALITY = 30;
const NOTCHES = {
  50: notchFilter(designNotch(50, NOTCH_QUALITY, NETWORK_RATE)),
  60: notchFilter(designNotch(60, NOTCH_QUALITY, NETWORK_RATE)),
};
/**
 * The authors run this filter as one fraction of nine coefficients (b, a), which is ill-conditioned: its result, theirs
 * included, is off by up to 1e-6 mV. Second-order sections, extended by the same 27 samples, are the same filter to
 * 1e-12 mV, and cheaper.
 */
const BAND_PASS = bandPassFilter(designBandPass([0.67, 40], NETWORK_RATE));
/** 0.4 s */
const MEDIAN_WINDOW = 201;
const Z_SCORE_EPSILON = 1e-8;

/**
 * Network input from a window of signal, the way the authors of ECGFounder make it (their `dataset.py`; Li et al.,
 * NEJM AI 2025): {@link filterLeads}, then z-score over all leads and samples together (population standard deviation).
 * @param leads mV at 500 Hz, all of one length, NaN for missing samples
 * @returns leads × samples, row-major, without unit
 * @throws EcgError as {@link filterLeads} does; SIGNAL_UNUSABLE for amplitudes whose squares overflow
 */
export function preprocess(leads: readonly Float64Array[], recipe: Recipe): Float64Array {
  const signal = filterLeads(leads, recipe);
  let sum = 0;
  for (let i = 0; i < signal.length; i++) sum += signal[i]!;
  const mean = sum / signal.length;
  let squares = 0;
  for (let i = 0; i < signal.length; i++) squares += (signal[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / signal.length);
  if (!Number.isFinite(deviation)) throw new EcgError('SIGNAL_UNUSABLE', 'amplitudes are too large to compute with');
  const scale = 1 / (deviation + Z_SCORE_EPSILON);
  for (let i = 0; i < signal.length; i++) signal[i] = (signal[i]! - mean) * scale;
  return signal;
}

/**
 * The steps before the z-score. For either recipe, missing samples become 0. For `ecgfounder` then, lead by lead and
 * without shifting phase: notch (Q 30) at the mains frequency, Butterworth band-pass 0.67 to 40 Hz, and the running
 * median over 0.4 s subtracted.
 * @param leads mV at 500 Hz, all of one length, NaN for missing samples
 * @returns mV, leads × samples, row-major
 * @throws EcgError SIGNAL_UNUSABLE for an infinite sample; RECORDING_TOO_SHORT for a lead that the filters cannot
 *   extend (27 samples or fewer)
 */
export function filterLeads(leads: readonly Float64Array[], { recipe, notch }: Recipe): Float64Array {
  const length = leads[0]?.length ?? 0;
  if (length <= BAND_PASS.padLength) {
    throw new EcgError('RECORDING_TOO_SHORT', `${length} samples are too few to filter`);
  }
  const signal = joinLeads(leads, length);
  if (recipe === 'z-score') return signal;
  const scratch = new Float64Array(length + 2 * BAND_PASS.padLength);
  const medians = new Float64Array(length);
  const runningMedian = createRunningMedian(length, MEDIAN_WINDOW);
  for (let start = 0; start < signal.length; start += length) {
    const samples = signal.subarray(start, start + length);
    filterZeroPhase(samples, NOTCHES[notch], scratch);
    filterZeroPhase(samples, BAND_PASS, scratch);
    runningMedian(samples, medians);
    for (let i = 0; i < length; i++) samples[i] = samples[i]! - medians[i]!;
  }
  return signal;
}

function joinLeads(leads: readonly Float64Array[], length: number): Float64Array {
  const signal = new Float64Array(leads.length * length);
  for (const [row, samples] of leads.entries()) {
    if (samples.length !== length) throw new RangeError('leads differ in length');
    signal.set(samples, row * length);
  }
  for (let i = 0; i < signal.length; i++) {
    if (Number.isNaN(signal[i]!)) signal[i] = 0;
    else if (!Number.isFinite(signal[i]!)) throw new EcgError('SIGNAL_UNUSABLE', 'a sample is infinite');
  }
  return signal;
}
