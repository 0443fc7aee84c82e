import type { Ecg, EcgLead } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';
import { leadAmplitudes } from './amplitudes.ts';
import { ANALYSIS_RATE, type AnalysisLead, analysisLeads } from './analysis-signal.ts';
import { frontalAxes } from './axes.ts';
import { delineate } from './delineate.ts';
import { findBeats, steepness } from './find-beats.ts';
import { type Beat, groupBeats } from './group-beats.ts';
import { type BeatAnalysis, intervalsOf, steadyP } from './intervals.ts';
import type { EcgMeasurements, Measurement, MeasurementName } from './measurement.ts';
import { removeSpikes } from './pacing-spikes.ts';
import { representativeBeat } from './representative-beat.ts';
import { rhythmOf } from './rhythm.ts';

/** So many pacing impulses, or one for every second beat, make a paced rhythm. */
const MIN_SPIKES = 3;
/** Without so many beats nothing is averaged. */
const MIN_BEATS = 3;

const NAMES: readonly MeasurementName[] = [
  ...(['ventricularRate', 'atrialRate', 'rr', 'rrDeviation', 'p', 'pr', 'qrs', 'qt'] as const),
  ...(['qtcBazett', 'qtcFridericia', 'qtcFramingham', 'qtcHodges', 'pAxis', 'qrsAxis', 'tAxis'] as const),
];

/**
 * Rates, intervals, axes and amplitudes of a recording of any leads, from its representative beat; each with a
 * confidence, or with the reason why there is no number. It never throws: what cannot be measured says so.
 */
export function measureEcg(ecg: Ecg): EcgMeasurements {
  try {
    const leads = analysisLeads(ecg);
    return leads.length === 0 ? nothing('no lead has a signal to measure') : measureLeads(leads);
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return nothing(error.message);
  }
}

/** The dominant beat of a recording, averaged. */
export interface DominantBeat {
  /** In the order of the leads, of one length, at {@link ANALYSIS_RATE}; 0 mV is the level just before the QRS. */
  readonly leads: readonly EcgLead[];
  /** From the start of the beat. */
  readonly qrsOnsetSeconds: number;
}

/** The beat that {@link measureEcg} measures, of the independent leads; undefined where it measures none. */
export function dominantBeat(ecg: Ecg): DominantBeat | undefined {
  const leads = analysisLeads(ecg);
  const found = leads.length === 0 ? undefined : findDominant(leads);
  if (found === undefined || 'reason' in found) return undefined;
  const { beat, waves } = found;
  return {
    leads: beat.leads.map(({ lead, samples }) => ({ lead, samples: samples.subarray(0, beat.validUntil) })),
    qrsOnsetSeconds: waves.qrsOnset / ANALYSIS_RATE,
  };
}

function measureLeads(leads: readonly AnalysisLead[]): EcgMeasurements {
  const found = findDominant(leads);
  const { beats, isPaced } = found;
  if ('reason' in found) return { ...nothing(found.reason), beats: countBeats(beats), isPaced };
  const { dominant, beat, waves } = found;
  const p = steadyP(found);
  const axes = frontalAxes(beat, waves, p);
  return {
    ...intervalsOf(found, { p, axis: axes.pAxis }),
    ...axes,
    beats: countBeats(beats),
    qrsOnsetsSeconds: dominant.map(({ at }) => secondsOf(at - beat.at + waves.qrsOnset)),
    isPaced,
    leads: leadAmplitudes(beat, waves),
  };
}

interface Beats {
  readonly beats: readonly Beat[];
  readonly isPaced: boolean;
}

function findDominant(
  leads: readonly AnalysisLead[],
): Beats & ((BeatAnalysis & { readonly dominant: readonly Beat[] }) | { readonly reason: string }) {
  const spikes = removeSpikes(leads);
  const steep = steepness(leads);
  const beats = groupBeats(findBeats(steep), leads);
  const isPaced = spikes.length >= Math.max(MIN_SPIKES, beats.length / 2);
  const regular = beats.filter(({ group, premature }) => group === 0 && !premature);
  const dominant = regular.length > 0 ? regular : beats.filter(({ group }) => group === 0);
  if (dominant.length < MIN_BEATS) {
    return { beats, isPaced, reason: `${dominant.length} beats of one shape are too few` };
  }
  const rhythm = rhythmOf(beats, missingTogether(leads));
  if (rhythm === undefined) return { beats, isPaced, reason: 'no two beats without a gap between them' };
  const beat = representativeBeat(leads, { dominant, all: beats, steep });
  return { beats, isPaced, dominant, rhythm, beat, waves: delineate(beat) };
}

/** 1 where half of the leads have no sample. */
function missingTogether(leads: readonly AnalysisLead[]): Uint8Array {
  const first = leads[0]!;
  return first.missing.map((_, i) => {
    const count = leads.reduce((sum, { missing }) => sum + missing[i]!, 0);
    return 2 * count >= leads.length ? 1 : 0;
  });
}

function countBeats(beats: readonly Beat[]): EcgMeasurements['beats'] {
  const dominant = beats.filter(({ group }) => group === 0);
  return {
    all: beats.length,
    dominant: dominant.length,
    ectopic: beats.length - dominant.length,
    premature: dominant.filter(({ premature }) => premature).length,
  };
}

function nothing(reason: string): EcgMeasurements {
  const none = Object.fromEntries(NAMES.map((name) => [name, { reason }])) as Record<MeasurementName, Measurement>;
  return {
    ...none,
    beats: { all: 0, dominant: 0, ectopic: 0, premature: 0 },
    qrsOnsetsSeconds: [],
    isPaced: false,
    leads: [],
  };
}

/** To the millisecond. */
function secondsOf(samples: number): number {
  return Math.max(0, Math.round((1000 * samples) / ANALYSIS_RATE) / 1000);
}
