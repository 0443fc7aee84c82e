import { durationSeconds, type Ecg, extent } from '../ecg/ecg.ts';
import { independentLeads } from '../ecg/independent-leads.ts';
import type { Lead } from '../ecg/lead.ts';
import { createResampler, NETWORK_RATE } from '../signal/resample.ts';

/** Hz, the rate everything is measured at. */
export const ANALYSIS_RATE = NETWORK_RATE;
export const MS_PER_SAMPLE = 1000 / ANALYSIS_RATE;

/** Samples in so many milliseconds. */
export function samplesOf(ms: number): number {
  return Math.round(ms / MS_PER_SAMPLE);
}

/** A longer recording is measured in its first minute. */
export const MAX_ANALYSED_SECONDS = 60;

/** mV peak to peak. A lead outside is off, flat or in another unit, and says nothing of waves. */
const USABLE_PEAK_TO_PEAK = [0.05, 20] as const;
/** A lead that lacks more than this share of its samples is left out. */
const MAX_MISSING = 0.3;

/** One lead as it is measured: 500 Hz, straight lines across gaps. */
export interface AnalysisLead {
  readonly lead: Lead;
  /** mV. */
  readonly samples: Float64Array;
  /** 1 where the source has no sample. */
  readonly missing: Uint8Array;
}

/** The independent leads of a recording that waves can be measured in; none where no lead has any signal. */
export function analysisLeads(ecg: Ecg): readonly AnalysisLead[] {
  const seconds = Math.min(MAX_ANALYSED_SECONDS, durationSeconds(ecg));
  const resample = createResampler(ecg.samplingRate, Math.floor(seconds * ANALYSIS_RATE));
  return independentLeads(ecg.leads).flatMap(({ lead, samples }): AnalysisLead[] => {
    const resampled = resample(samples, 0);
    const { min, max, gapCount } = extent(resampled);
    const isUsable = max - min >= USABLE_PEAK_TO_PEAK[0] && max - min <= USABLE_PEAK_TO_PEAK[1];
    if (!isUsable || gapCount > MAX_MISSING * resampled.length) return [];
    return [{ lead, ...bridged(resampled) }];
  });
}

function bridged(samples: Float64Array): Pick<AnalysisLead, 'samples' | 'missing'> {
  const missing = new Uint8Array(samples.length);
  let known = -1;
  for (let i = 0; i <= samples.length; i++) {
    if (i < samples.length && !Number.isFinite(samples[i]!)) continue;
    const left = samples[known] ?? samples[i] ?? 0;
    const right = samples[i] ?? left;
    for (let gap = known + 1; gap < i; gap++) {
      missing[gap] = 1;
      samples[gap] = left + ((right - left) * (gap - known)) / (i - known);
    }
    known = i;
  }
  return { samples, missing };
}
