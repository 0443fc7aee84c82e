import { seededRandom } from '../random.ts';
import { addFibrillation, addFlutter, atrialTemplates } from './atrial-waves.ts';
import { type BeatTemplates, drawBeatTemplates, repolarisationWaves, UNIT_GAINS } from './beat-template.ts';
import { dominantKind, type Timeline, type VentricularBeat } from './beats.ts';
import { between, normal, type Random } from './draw.ts';
import { findLabels } from './label-rules.ts';
import { drawLeadField, INDEPENDENT_LEADS, type LeadVector } from './lead-field.ts';
import { measureTemplate } from './measure-template.ts';
import { addNoise } from './noise.ts';
import type { SimulationParameters } from './parameters.ts';
import { drawTimeline } from './timeline.ts';
import { readTruth, type SimulationTruth } from './truth.ts';
import { addWave, type LeadWave } from './waves.ts';

/** The simulator's version: it changes whenever the same parameters give another signal or other labels. */
export const SIMULATOR_VERSION = '1.4';

export interface Simulation {
  readonly parameters: SimulationParameters;
  /** mV by lead, in the order I, II, III, aVR, aVL, aVF, V1 to V6. */
  readonly leads: readonly Float64Array[];
  /** Indices of ECGFounder's labels that hold, and of those that are a matter of opinion. */
  readonly labels: { readonly present: readonly number[]; readonly unknown: readonly number[] };
  readonly truth: SimulationTruth;
}

/**
 * A synthetic 12-lead ECG: a dipole of atrial and ventricular waves (after McSharry et al., IEEE Trans Biomed Eng
 * 2003;50:289) seen through a lead field, with noise at the electrodes. Deterministic in its parameters.
 */
export function simulate(parameters: SimulationParameters): Simulation {
  const { seed, samplingRate, durationSeconds } = parameters;
  const anatomy = stream(seed, 1);
  const field = drawLeadField(anatomy, parameters.torsoVariation);
  const templates = drawBeatTemplates(parameters, field, anatomy);
  const atria = atrialTemplates(parameters, field, anatomy);
  const timeline = drawTimeline(parameters, stream(seed, 2));
  const qts = timeline.ventricular.map((_, index) => qtSeconds(timeline.ventricular, index, { parameters, templates }));

  const length = Math.round(samplingRate * durationSeconds);
  const signals = INDEPENDENT_LEADS.map(() => new Float64Array(length));
  const place = beatPlacer(signals, parameters, stream(seed, 3));
  for (const { seconds, focus } of timeline.atrial) place(atria[focus], seconds);
  for (const [index, { seconds, kind }] of timeline.ventricular.entries()) {
    place([...templates[kind].qrs, ...repolarisationWaves(templates[kind], qts[index]!)], seconds);
  }
  placeSpikes(signals, { timeline, parameters, random: stream(seed, 4) });
  addAtrialOscillation(signals, { timeline, parameters, random: stream(seed, 5) });

  const measures = measureTemplate(templates[dominantKind(timeline)], qts[Math.floor(qts.length / 2)] ?? 0.4);
  const truth = readTruth({ parameters, timeline, templates, qts, axisDeg: measures.axisDeg });
  const labels = findLabels({ parameters, truth, measures, timeline });
  addNoise(signals, parameters, stream(seed, 6));
  return { parameters, leads: twelveLeads(signals), labels, truth };
}

/** Independent random numbers for each part of a recording, so that changing one part leaves the others. */
function stream(seed: number, part: number): Random {
  return seededRandom((Math.imul(seed, 0x9e3779b1) + Math.imul(part, 0x85ebca6b)) | 0);
}

/** Adds beats whose size sways with respiration and from beat to beat, each lead in its own measure. */
function beatPlacer(
  signals: readonly Float64Array[],
  { samplingRate, respirationsPerMinute, torsoVariation }: SimulationParameters,
  random: Random,
): (waves: readonly LeadWave[], seconds: number) => void {
  const sway = UNIT_GAINS.map(() => 0.04 * torsoVariation * normal(random));
  const phase = between(random, 0, 6);
  return (waves, seconds) => {
    const breath = Math.sin((2 * Math.PI * respirationsPerMinute * seconds) / 60 + phase);
    const beat = 1 + 0.015 * torsoVariation * normal(random);
    const gains: LeadVector = sway.map((amount) => beat * (1 + amount * breath));
    for (const wave of waves) addWave(signals, wave, { seconds, samplingRate, gains });
  };
}

/** QT follows the mean of this and earlier RR intervals, and grows with the QRS. */
function qtSeconds(
  beats: readonly VentricularBeat[],
  index: number,
  { parameters, templates }: { readonly parameters: SimulationParameters; readonly templates: BeatTemplates },
): number {
  const first = Math.max(0, index - 4);
  const next = beats[index + 1]?.seconds;
  const end = Math.min(beats.length - 1, index + (index === first ? 1 : 0));
  const meanRr = end > first ? (beats[end]!.seconds - beats[first]!.seconds) / (end - first) : 0.8;
  const wide = Math.max(0, templates[beats[index]!.kind].qrsMs - 100) * 0.0006;
  const qt = (parameters.qtcMs / 1000) * Math.min(1.6, Math.max(0.28, meanRr)) ** 0.4 + wide;
  return next === undefined ? qt : Math.min(qt, Math.max(0.24, (next - beats[index]!.seconds) * 0.98));
}

interface Course {
  readonly timeline: Timeline;
  readonly parameters: SimulationParameters;
  readonly random: Random;
}

function addAtrialOscillation(signals: readonly Float64Array[], { timeline, parameters, random }: Course): void {
  const { fibrillation, flutterSeconds } = timeline;
  if (fibrillation) addFibrillation(signals, parameters, random);
  if (flutterSeconds !== undefined) addFlutter(signals, parameters, { random, cycleSeconds: flutterSeconds });
}

/** A pacing impulse of 6 ms, as recorders leave of the half millisecond it lasts, just before each paced wave. */
function placeSpikes(signals: readonly Float64Array[], { timeline, parameters, random }: Course): void {
  const { spike, samplingRate } = parameters;
  if (spike === 0) return;
  const shape = (size: number): LeadWave => ({
    start: -0.003,
    peak: 0,
    hold: 0,
    end: 0.003,
    amplitudes: UNIT_GAINS.map(() => size * (random() < 0.5 ? -1 : 1) * between(random, 0.1, 1)),
  });
  const atrial = shape(spike * 0.5);
  const ventricular = shape(spike);
  for (const { seconds, focus } of timeline.atrial) {
    if (focus === 'paced') addWave(signals, atrial, { seconds: seconds - 0.012, samplingRate, gains: UNIT_GAINS });
  }
  for (const { seconds, kind } of timeline.ventricular) {
    if (kind === 'paced') addWave(signals, ventricular, { seconds: seconds - 0.004, samplingRate, gains: UNIT_GAINS });
  }
}

function twelveLeads([i, ii, ...chest]: readonly Float64Array[]): readonly Float64Array[] {
  if (!i || !ii) return [];
  const combine = (weightI: number, weightII: number): Float64Array =>
    i.map((value, n) => weightI * value + weightII * ii[n]!);
  return [i, ii, combine(-1, 1), combine(-0.5, -0.5), combine(1, -0.5), combine(-0.5, 1), ...chest];
}
