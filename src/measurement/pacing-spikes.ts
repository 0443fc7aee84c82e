import type { AnalysisLead } from './analysis-signal.ts';

/** Samples from the middle of a spike to the level around it, and on to where that level must still hold. */
const HALF = 3;
const REACH = 8;
/** Before a spike the level holds for so many samples; before a notch of the QRS it does not. */
const QUIET = 18;
/** Every so manieth sample tells what is usual. */
const SPARSE = 11;
/** mV; smaller ones are noise. */
const MIN_SPIKE = 0.08;
/** A spike is this many times the usual curvature of its lead; before and after it the level moves by less than these shares. */
const OUTSTANDING = 8;
/** So much of a spike is gone after 4 ms; a sharp Q or R wave takes longer. */
const NARROW = 0.75;
const MAX_STEP = { before: 0.25, after: 0.35 } as const;

/**
 * Takes pacing impulses out, in place: deflections of up to 10 ms between levels that do not move, in two leads at once.
 * @returns where they were, ascending
 */
export function removeSpikes(leads: readonly Pick<AnalysisLead, 'samples'>[]): readonly number[] {
  const length = leads[0]?.samples.length ?? 0;
  const votes = new Uint8Array(length);
  for (const { samples } of leads) {
    for (const at of spikesOf(samples)) for (let i = at - 2; i <= at + 2; i++) votes[i]! += 1;
  }
  const spikes: number[] = [];
  const needed = Math.min(2, leads.length);
  for (let i = REACH; i < length - REACH; i++) {
    if (votes[i]! < needed || votes[i]! < votes[i + 1]!) continue;
    let end = i;
    while (votes[end + 1] === votes[i]) end += 1;
    spikes.push((i + end) >> 1);
    i = end + HALF;
  }
  for (const { samples } of leads) for (const at of spikes) cutOut(samples, at);
  return spikes;
}

function spikesOf(samples: Float64Array): readonly number[] {
  const usual = usualBend(samples);
  const floor = Math.max(MIN_SPIKE, OUTSTANDING * usual);
  const found: number[] = [];
  for (let i = QUIET; i < samples.length - REACH; i++) {
    const size = bend(samples, i, HALF);
    if (size < floor || size < bend(samples, i - 1, HALF) || size < bend(samples, i + 1, HALF)) continue;
    if (bend(samples, i, 2) < NARROW * size) continue;
    const before = range(samples, i - QUIET, i - HALF);
    const after = range(samples, i + HALF, i + REACH);
    if (before < MAX_STEP.before * size && after < MAX_STEP.after * size) found.push(i);
  }
  return found;
}

/** How far a sample is from the middle of the two on either side of it. */
function bend(samples: Float64Array, i: number, half: number): number {
  return Math.abs(samples[i]! - (samples[i - half]! + samples[i + half]!) / 2);
}

function usualBend(samples: Float64Array): number {
  const count = Math.max(0, Math.floor((samples.length - 2 * HALF) / SPARSE));
  const some = Float64Array.from({ length: count }, (_, i) => bend(samples, HALF + i * SPARSE, HALF)).sort();
  return some[count >> 1] ?? 0;
}

function range(samples: Float64Array, from: number, to: number): number {
  let [min, max] = [samples[from]!, samples[from]!];
  for (let i = from; i <= to; i++) {
    min = Math.min(min, samples[i]!);
    max = Math.max(max, samples[i]!);
  }
  return max - min;
}

function cutOut(samples: Float64Array, at: number): void {
  const [left, right] = [samples[at - HALF]!, samples[at + HALF]!];
  for (let i = 1; i < 2 * HALF; i++) samples[at - HALF + i] = left + ((right - left) * i) / (2 * HALF);
}
