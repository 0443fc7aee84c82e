import { createEcg, type Ecg, type EcgFormatName, type EcgPatient } from '../ecg/ecg.ts';
import type { Lead } from '../ecg/lead.ts';
import { seededRandom } from '../random.ts';

/** Left, inferior and posterior component of the heart's dipole, in mV as Frank leads X, Y, Z see it. */
type Dipole = readonly [x: number, y: number, z: number];

interface Wave {
  /** Seconds after the R peak; T moves with the square root of the RR interval. */
  readonly atSeconds: number;
  readonly sdSeconds: number;
  readonly dipole: Dipole;
}

export type SimulatedRhythm = 'sinus rhythm' | 'atrial fibrillation' | 'left bundle branch block';

export interface SimulationOptions {
  readonly rhythm: SimulatedRhythm;
  /** Ventricular rate, beats per minute. */
  readonly ratePerMinute: number;
  readonly seed: number;
  readonly format: EcgFormatName;
  readonly patient: EcgPatient;
  /** ISO 8601 with offset. */
  readonly recordedAt: string;
  readonly samplingRate?: number;
  readonly durationSeconds?: number;
  /** Leads to keep; the twelve standard ones unless given. */
  readonly leads?: readonly Lead[];
}

/** Dower's synthesis of the independent leads from Frank leads (Dower, Machado, Osborne, Clin Cardiol 1980;3:87). */
const DOWER: Readonly<Record<'I' | 'II' | 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6', Dipole>> = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23],
};

const P_WAVE: Wave = { atSeconds: -0.16, sdSeconds: 0.022, dipole: [0.07, 0.11, -0.01] };
const T_WAVE: Wave = { atSeconds: 0.27, sdSeconds: 0.05, dipole: [0.26, 0.18, -0.16] };
const NARROW_QRS: readonly Wave[] = [
  { atSeconds: -0.028, sdSeconds: 0.009, dipole: [-0.12, -0.03, -0.28] },
  { atSeconds: 0, sdSeconds: 0.013, dipole: [0.95, 0.75, 0.3] },
  { atSeconds: 0.03, sdSeconds: 0.011, dipole: [-0.15, -0.18, 0.45] },
];
const LBBB_QRS: readonly Wave[] = [
  { atSeconds: -0.03, sdSeconds: 0.022, dipole: [0.6, 0.15, 0.7] },
  { atSeconds: 0.035, sdSeconds: 0.028, dipole: [0.75, -0.05, 0.85] },
];
const LBBB_T: Wave = { atSeconds: 0.29, sdSeconds: 0.055, dipole: [-0.3, 0.02, -0.32] };

/** Counts of this size are what carts store, and what all three formats hold exactly. */
const STEP_MICROVOLTS = 2.5;
const NOISE_SD = 0.006;

/**
 * A synthetic ECG from a dipole of Gaussian waves (after McSharry et al., IEEE Trans Biomed Eng 2003;50:289),
 * deterministic in `seed`. Made for demonstration and tests; it resembles the named rhythm, no more.
 */
export function simulateEcg(options: SimulationOptions): Ecg {
  const { samplingRate = 500, durationSeconds = 10 } = options;
  const random = seededRandom(options.seed);
  const dipole = heartDipole(options, { samplingRate, durationSeconds }, random);
  const independent = new Map(
    Object.entries(DOWER).map(([lead, weights]) => [lead, project(dipole, weights, random)] as const),
  );
  const limb = (combine: (i: number, ii: number) => number): Float64Array => {
    const ii = independent.get('II') ?? new Float64Array();
    return (independent.get('I') ?? new Float64Array()).map((i, n) => combine(i, ii[n] ?? 0));
  };
  const samples = new Map<string, Float64Array>([
    ...independent,
    ['III', limb((i, ii) => ii - i)],
    ['aVR', limb((i, ii) => -(i + ii) / 2)],
    ['aVL', limb((i, ii) => i - ii / 2)],
    ['aVF', limb((i, ii) => ii - i / 2)],
  ]);
  const wanted = options.leads ?? ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
  return createEcg({
    format: options.format,
    samplingRate,
    leads: wanted.map((lead) => ({ lead, samples: samples.get(lead) ?? new Float64Array() })),
    recordedAt: options.recordedAt,
    patient: options.patient,
    device: { manufacturer: 'Cardhook', model: 'ECG simulator' },
  });
}

function heartDipole(
  { rhythm, ratePerMinute }: SimulationOptions,
  extent: { readonly samplingRate: number; readonly durationSeconds: number },
  random: () => number,
): readonly [Float64Array, Float64Array, Float64Array] {
  const length = Math.round(extent.samplingRate * extent.durationSeconds);
  const axes = [new Float64Array(length), new Float64Array(length), new Float64Array(length)] as const;
  const fibrillates = rhythm === 'atrial fibrillation';
  const qrs = rhythm === 'left bundle branch block' ? LBBB_QRS : NARROW_QRS;
  const tWave = rhythm === 'left bundle branch block' ? LBBB_T : T_WAVE;
  const meanRr = 60 / ratePerMinute;
  for (let beat = 0.35; beat < extent.durationSeconds + 1; ) {
    const rr = fibrillates ? meanRr * (0.65 + 0.7 * random()) : meanRr * (0.98 + 0.04 * random());
    const waves = [...(fibrillates ? [] : [P_WAVE]), ...qrs, { ...tWave, atSeconds: tWave.atSeconds * Math.sqrt(rr) }];
    for (const wave of waves) addWave(axes, wave, beat, extent.samplingRate);
    beat += rr;
  }
  if (fibrillates) addFibrillation(axes, extent.samplingRate, random);
  return axes;
}

function addWave(axes: readonly Float64Array[], wave: Wave, beatSeconds: number, samplingRate: number): void {
  const centre = (beatSeconds + wave.atSeconds) * samplingRate;
  const sd = wave.sdSeconds * samplingRate;
  const first = Math.max(0, Math.ceil(centre - 5 * sd));
  for (let n = first; n <= centre + 5 * sd && n < (axes[0]?.length ?? 0); n += 1) {
    const height = Math.exp(-0.5 * ((n - centre) / sd) ** 2);
    axes.forEach((axis, k) => {
      axis[n]! += height * wave.dipole[k]!;
    });
  }
}

/** Fibrillatory waves: a 5 to 7 Hz oscillation of wandering frequency and size, towards V1. */
function addFibrillation(axes: readonly Float64Array[], samplingRate: number, random: () => number): void {
  let phase = 0;
  let frequency = 6;
  const direction: Dipole = [0.01, 0.03, -0.05];
  for (let n = 0; n < (axes[0]?.length ?? 0); n += 1) {
    frequency = Math.min(7, Math.max(5, frequency + 0.05 * (random() - 0.5)));
    phase += (2 * Math.PI * frequency) / samplingRate;
    const height = Math.sin(phase) * (1 + 0.4 * Math.sin(phase / 7));
    axes.forEach((axis, k) => {
      axis[n]! += height * direction[k]!;
    });
  }
}

function project(dipole: readonly Float64Array[], weights: Dipole, random: () => number): Float64Array {
  const [x, y, z] = dipole;
  const step = STEP_MICROVOLTS / 1000;
  return Float64Array.from(x ?? [], (value, n) => {
    const clean = value * weights[0] + (y?.[n] ?? 0) * weights[1] + (z?.[n] ?? 0) * weights[2];
    const noise = NOISE_SD * (random() + random() + random() - 1.5) * 2;
    return Math.round((clean + noise) / step) * step;
  });
}
