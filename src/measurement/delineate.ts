import { samplesOf } from './analysis-signal.ts';
import { countHills, delineateP, motionAtRest, type PWave } from './delineate-p.ts';
import { delineateQrs, type QrsComplex } from './delineate-qrs.ts';
import { delineateT, type TWave } from './delineate-t.ts';
import { quantile, type Signals } from './flank.ts';
import type { BeatLead, RepresentativeBeat } from './representative-beat.ts';

/** Where the waves of a representative beat begin and end, over all leads: samples of it, fractions included. */
export interface Waves extends QrsComplex {
  readonly p: PWave | undefined;
  readonly t: TWave | undefined;
  /** mV: the noise of all leads that were used together, usually and every `NOISE_STRIDE` samples. */
  readonly noise: number;
  readonly noiseAt: Float64Array;
  /** Waves like P between T and P. */
  readonly otherAtrialWaves: number;
  /** Of {@link motionAtRest}; undefined where there is no P wave, or no rest before it. */
  readonly atrialMotion: number | undefined;
  /** How many leads were used. */
  readonly leadCount: number;
}

/** A lead this many times as noisy as the middle one, and noisier than this in mV, is left out. */
const NOISY = { times: 3, least: 0.006 } as const;

/** The end of the QRS is followed by a P wave no sooner, in samples. */
const FIRST_P = samplesOf(120);
/** The latest peak of T after QRS onset: 400 ms at 60/min, with the root of the interval; both in samples. */
const LATEST_T = samplesOf(400) / Math.sqrt(samplesOf(1000));

/** Finds the waves of a representative beat; P and T are absent where they do not stand out. */
export function delineate(beat: RepresentativeBeat): Waves {
  const used = clearLeads(beat.leads);
  const signals: Signals = used.map(({ samples }) => samples);
  const noiseAt = togetherAt(used);
  const noise = quantile(noiseAt, 0.5);
  const qrs = delineateQrs(signals, beat.at);
  return { ...qrs, ...atrialAndT(signals, qrs, { beat, noise }), noise, noiseAt, leadCount: used.length };
}

/**
 * T ends before the next P wave begins; so P is looked for first. Where nothing is left between QRS and that P wave,
 * the hill was a T wave after all: if it comes early enough to be one.
 */
function atrialAndT(
  signals: Signals,
  { qrsOnset, qrsOffset }: QrsComplex,
  { beat, noise }: { readonly beat: RepresentativeBeat; readonly noise: number },
): Pick<Waves, 'p' | 't' | 'otherAtrialWaves' | 'atrialMotion'> {
  const { interval, validUntil } = beat;
  const findP = (earliest: number) => delineateP(signals, { qrsOnset, earliest, noise });
  const findT = (until: number) => delineateT(signals, { qrsOffset, validUntil: Math.min(validUntil, until), noise });
  const p = findP(qrsOffset + FIRST_P - interval);
  const t = findT(p === undefined ? validUntil : p.onset + interval);
  if (p !== undefined && t === undefined) {
    const late = findT(validUntil);
    const isT = late !== undefined && late.peak - qrsOnset < LATEST_T * Math.sqrt(interval);
    if (isT) return { t: late, p: findP(late.offset - interval), otherAtrialWaves: 0, atrialMotion: undefined };
  }
  const from = (t?.offset ?? qrsOffset + FIRST_P) - interval;
  return {
    p,
    t,
    otherAtrialWaves: p === undefined ? 0 : countHills(signals, { from, to: p.onset, least: p.height / 2 }),
    atrialMotion: p === undefined ? undefined : motionAtRest(signals, p, from),
  };
}

function clearLeads(leads: readonly BeatLead[]): readonly BeatLead[] {
  const usual = leads.map(({ noise }) => noise).sort((a, b) => a - b)[leads.length >> 1] ?? 0;
  return leads.filter(({ noise }) => noise <= Math.max(NOISY.least, NOISY.times * usual));
}

function togetherAt(leads: readonly BeatLead[]): Float64Array {
  const squares = new Float64Array(leads[0]?.noiseAt.length ?? 0);
  for (const { noiseAt } of leads) for (let i = 0; i < squares.length; i++) squares[i]! += noiseAt[i]! ** 2;
  return squares.map(Math.sqrt);
}
