import { type BeatTemplate, repolarisationWaves, UNIT_GAINS } from './beat-template.ts';
import { INDEPENDENT_LEADS } from './lead-field.ts';
import { addWave } from './waves.ts';

const RATE = 500;
const LEAD_IN_SECONDS = 0.02;
/** Deflections smaller than this are not waves, mV. */
const WAVE_FLOOR = 0.04;

const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type MeasuredLead = (typeof NAMES)[number];

/** One lead of the noise-free dominant beat, mV and ms; s is the depth of the deepest negative wave after R. */
export interface LeadMeasures {
  readonly q: number;
  readonly qMs: number;
  readonly r: number;
  readonly s: number;
  /** A second positive wave after S. */
  readonly rPrime: number;
  readonly peakToPeak: number;
  readonly area: number;
  /** ST level 40 ms after the QRS. */
  readonly st: number;
  /** The T wave's largest deviation, with its sign. */
  readonly t: number;
}

export interface TemplateMeasures {
  readonly axisDeg: number;
  readonly leads: Readonly<Record<MeasuredLead, LeadMeasures>>;
}

/** Measures a beat the way a reader with calipers would, without its noise. */
export function measureTemplate(template: BeatTemplate, qtSeconds: number): TemplateMeasures {
  const length = Math.ceil((qtSeconds + LEAD_IN_SECONDS) * RATE);
  const signals = INDEPENDENT_LEADS.map(() => new Float64Array(length));
  for (const wave of [...template.qrs, ...repolarisationWaves(template, qtSeconds)]) {
    addWave(signals, wave, { seconds: LEAD_IN_SECONDS, samplingRate: RATE, gains: UNIT_GAINS });
  }
  const [i, ii, ...chest] = signals;
  const mix = (a: number, b: number): Float64Array => i!.map((value, n) => a * value + b * ii![n]!);
  const all = [i!, ii!, mix(-1, 1), mix(-0.5, -0.5), mix(1, -0.5), mix(-0.5, 1), ...chest];
  const qrsEnd = Math.round((LEAD_IN_SECONDS + template.qrsMs / 1000) * RATE);
  const leads = Object.fromEntries(NAMES.map((name, k) => [name, measureLead(all[k]!, qrsEnd)])) as Record<
    MeasuredLead,
    LeadMeasures
  >;
  const axisDeg = (Math.atan2((2 / Math.sqrt(3)) * leads.aVF.area, leads.I.area) * 180) / Math.PI;
  return { axisDeg, leads };
}

function measureLead(samples: Float64Array, qrsEnd: number): LeadMeasures {
  const start = Math.round(LEAD_IN_SECONDS * RATE);
  let rAt = start;
  let area = 0;
  let low = 0;
  for (let n = start; n < qrsEnd; n++) {
    if (samples[n]! > samples[rAt]!) rAt = n;
    low = Math.min(low, samples[n]!);
    area += samples[n]! * (1000 / RATE);
  }
  const firstR = firstPositivePeak(samples, start, qrsEnd) ?? rAt;
  const r = Math.max(0, samples[firstR]!);
  let q = 0;
  let qCount = 0;
  const qEnd = r < WAVE_FLOOR ? qrsEnd : firstR;
  for (let n = start; n < qEnd; n++) {
    q = Math.max(q, -samples[n]!);
    if (samples[n]! < -WAVE_FLOOR / 2) qCount += 1;
  }
  let s = 0;
  let sAt = firstR;
  for (let n = firstR; n < qrsEnd; n++) {
    if (-samples[n]! > s) {
      s = -samples[n]!;
      sAt = n;
    }
  }
  let rPrime = 0;
  for (let n = sAt; n < qrsEnd && s > WAVE_FLOOR; n++) rPrime = Math.max(rPrime, samples[n]!);
  const st = samples[Math.min(samples.length - 1, qrsEnd + Math.round(0.04 * RATE))]!;
  let t = 0;
  for (let n = qrsEnd + Math.round(0.06 * RATE); n < samples.length; n++) {
    if (Math.abs(samples[n]!) > Math.abs(t)) t = samples[n]!;
  }
  return {
    q,
    qMs: (qCount * 1000) / RATE,
    r: Math.max(r, 0),
    s,
    rPrime,
    peakToPeak: Math.max(0, samples[rAt]!) - low,
    area,
    st,
    t,
  };
}

function firstPositivePeak(samples: Float64Array, start: number, end: number): number | undefined {
  for (let n = start + 1; n < end - 1; n++) {
    if (samples[n]! > WAVE_FLOOR && samples[n]! >= samples[n - 1]! && samples[n]! > samples[n + 1]!) return n;
  }
  return undefined;
}
