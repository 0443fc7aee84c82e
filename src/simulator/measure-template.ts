import { type BeatTemplate, repolarisationWaves, UNIT_GAINS } from './beat-template.ts';
import { INDEPENDENT_LEADS } from './lead-field.ts';
import { addWave } from './waves.ts';

const RATE = 500;
const LEAD_IN_SECONDS = 0.02;
/** Deflections smaller than this are not waves, mV. */
const WAVE_FLOOR = 0.04;
/** After the end of the QRS: where ST is read, and from where T is looked for. */
const ST_SECONDS = 0.04;
const T_SECONDS = 0.06;

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
  const qrs = samples.subarray(start, qrsEnd);
  const r = firstPositivePeak(qrs) ?? indexOfMost(qrs, 1);
  const height = Math.max(0, qrs[r]!);
  const beforeR = height < WAVE_FLOOR ? qrs : qrs.subarray(0, r);
  const s = r + indexOfMost(qrs.subarray(r), -1);
  const depth = Math.max(0, -qrs[s]!);
  const highest = qrs[indexOfMost(qrs, 1)]!;
  return {
    q: Math.max(0, ...beforeR.map((value) => -value)),
    qMs: (beforeR.filter((value) => value < -WAVE_FLOOR / 2).length * 1000) / RATE,
    r: height,
    s: depth,
    rPrime: depth > WAVE_FLOOR ? Math.max(0, ...qrs.subarray(s)) : 0,
    peakToPeak: Math.max(0, highest) - Math.min(0, qrs[indexOfMost(qrs, -1)]!),
    area: (qrs.reduce((sum, value) => sum + value, 0) * 1000) / RATE,
    st: samples[Math.min(samples.length - 1, qrsEnd + Math.round(ST_SECONDS * RATE))]!,
    t: largestDeviation(samples.subarray(qrsEnd + Math.round(T_SECONDS * RATE))),
  };
}

function firstPositivePeak(samples: Float64Array): number | undefined {
  const peak = samples.findIndex(
    (value, n) =>
      n > 0 && n < samples.length - 1 && value > WAVE_FLOOR && value >= samples[n - 1]! && value > samples[n + 1]!,
  );
  return peak < 0 ? undefined : peak;
}

/** Where the samples are highest (sign 1) or lowest (sign -1). */
function indexOfMost(samples: Float64Array, sign: 1 | -1): number {
  return samples.reduce((best, value, n) => (sign * value > sign * samples[best]! ? n : best), 0);
}

function largestDeviation(samples: Float64Array): number {
  return samples.reduce((largest, value) => (Math.abs(value) > Math.abs(largest) ? value : largest), 0);
}
