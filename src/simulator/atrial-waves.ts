import type { AtrialFocus } from './beats.ts';
import { between, factor, normal, oneOf, type Random } from './draw.ts';
import { type Dipole, INDEPENDENT_LEADS, type LeadField, rotate } from './lead-field.ts';
import type { SimulationParameters } from './parameters.ts';
import { type DipoleWave, type LeadWave, toLeadWave } from './waves.ts';

const RIGHT: Dipole = [0.025, 0.075, -0.05];
const LEFT: Dipole = [0.085, 0.055, 0.05];
/** Where premature P waves point, by where they come from. */
const PREMATURE: readonly [Dipole, ...Dipole[]] = [
  [0.55, 0.7, 0], // high in the right atrium
  [0.75, 0.15, 0.25], // crista terminalis, free wall
  [-0.15, 0.85, -0.45], // left upper pulmonary veins
  [0.25, 0.5, -0.75], // right pulmonary veins
  [-0.6, -0.1, -0.55], // left appendage and lateral wall
  [0.25, -0.85, 0.1], // coronary sinus, low septum
  [-0.3, -0.7, -0.4], // low in the left atrium
];

/** P waves of each focus, times from P onset. */
export function atrialTemplates(
  parameters: SimulationParameters,
  field: LeadField,
  random: Random,
): Readonly<Record<AtrialFocus, readonly LeadWave[]>> {
  const { pMs, pGain, leftAtrium, rightAtrium, emphysema, torsoVariation } = parameters;
  const vary = (): number => pGain * factor(random, 0.2 * torsoVariation);
  const right = scaled([RIGHT[0], RIGHT[1] * (1 + 0.3 * emphysema), RIGHT[2]], vary() * (1 + 1.5 * rightAtrium));
  const left = scaled([LEFT[0], LEFT[1], LEFT[2] * (1 + 1.6 * leftAtrium)], vary() * (1 + 0.5 * leftAtrium));
  const overlap = 1 - 0.35 * leftAtrium;
  const shape = (first: Dipole, second: Dipole): readonly LeadWave[] => {
    const waves: DipoleWave[] = [
      { startMs: 0, peakMs: 0.36 * pMs, endMs: pMs * (0.5 + 0.28 * overlap), dipole: first },
      { startMs: pMs * (0.5 - 0.28 * overlap), peakMs: 0.66 * pMs, endMs: pMs, dipole: second },
    ];
    if (parameters.pericarditis > 0) waves.push(segmentDepression(parameters));
    return waves.map((wave) => toLeadWave(wave, field.atria));
  };
  const foreign = (): readonly LeadWave[] => {
    const size = 0.12 * vary();
    const dipole: Dipole = [
      size * between(random, -0.9, 0.5),
      -size * between(random, 0.3, 1),
      size * between(random, -0.6, 0.6),
    ];
    return shape(dipole, scaled(dipole, 0.5));
  };
  const early = (): readonly LeadWave[] => {
    const size = 0.13 * vary();
    const turn = (): number => between(random, -25, 25);
    const dipole = scaled(rotate(oneOf(random, PREMATURE), turn(), turn()), size);
    return shape(dipole, scaled(rotate(dipole, turn(), turn()), between(random, 0.2, 0.8)));
  };
  const retrograde: Dipole = [0.01, -0.12 * vary(), 0.03];
  return {
    sinus: shape(right, left),
    paced: shape(scaled(right, 0.8), left),
    ectopic: foreign(),
    'second ectopic': foreign(),
    retrograde: shape(retrograde, scaled(retrograde, 0.4)),
    premature: early(),
  };
}

/** Fibrillation: oscillations of wandering rate and size, largest where V1 sees the right atrium. */
export function addFibrillation(
  signals: readonly Float64Array[],
  parameters: SimulationParameters,
  random: Random,
): void {
  const size = between(random, 0.01, 0.07) * parameters.pGain;
  const weights = [0.25, 0.55, 1, 0.5, 0.25, 0.2, 0.2, 0.2].map((weight) => size * weight * normal(random));
  const second = [0.4, 0.6, 0.9, 0.5, 0.3, 0.2, 0.2, 0.2].map((weight) => size * weight * normal(random));
  weights[2] = size * between(random, 0.7, 1.3);
  let phase = between(random, 0, 6);
  let otherPhase = between(random, 0, 6);
  let frequency = between(random, 4.5, 8);
  let height = 1;
  for (let n = 0; n < (signals[0]?.length ?? 0); n++) {
    if (n % 16 === 0) {
      frequency = Math.min(9, Math.max(4, frequency + 0.25 * normal(random)));
      height = Math.min(1.6, Math.max(0.3, height + 0.07 * normal(random)));
    }
    phase += (2 * Math.PI * frequency) / parameters.samplingRate;
    otherPhase += (2 * Math.PI * frequency * 0.77) / parameters.samplingRate;
    const wave = height * (Math.sin(phase) + 0.3 * Math.sin(2 * phase));
    const other = height * Math.sin(otherPhase);
    for (let lead = 0; lead < INDEPENDENT_LEADS.length; lead++) {
      signals[lead]![n]! += weights[lead]! * wave + second[lead]! * other;
    }
  }
}

/** Flutter: a saw that falls slowly and rises fast below the heart, and peaks in V1; or the reverse turn. */
export function addFlutter(
  signals: readonly Float64Array[],
  parameters: SimulationParameters,
  { random, cycleSeconds }: { readonly random: Random; readonly cycleSeconds: number },
): void {
  const size = between(random, 0.07, 0.2) * (0.5 + 0.5 * parameters.pGain);
  const turn = random() < 0.75 ? 1 : -1;
  const weights = [0.15, -1, 0.6, 0.35, 0.1, -0.1, -0.2, -0.25].map(
    (weight) => turn * size * weight * factor(random, 0.3),
  );
  const phase = random();
  const skew = between(random, 0.62, 0.78);
  for (let n = 0; n < (signals[0]?.length ?? 0); n++) {
    const position = (n / parameters.samplingRate / cycleSeconds + phase) % 1;
    const angle = position < skew ? (position / skew) * Math.PI : Math.PI + ((position - skew) / (1 - skew)) * Math.PI;
    const wave = 0.5 - Math.cos(angle) * 0.5 - 0.45;
    for (let lead = 0; lead < INDEPENDENT_LEADS.length; lead++) signals[lead]![n]! += weights[lead]! * wave;
  }
}

/** In pericarditis the atria are injured too: the segment between P and QRS lies low. */
function segmentDepression({ pericarditis, pMs, prMs }: SimulationParameters): DipoleWave {
  return {
    startMs: 0.4 * pMs,
    peakMs: pMs,
    holdMs: Math.max(pMs, prMs),
    endMs: Math.max(pMs, prMs) + 40,
    dipole: [-0.05 * pericarditis, -0.06 * pericarditis, 0.02 * pericarditis],
  };
}

function scaled([x, y, z]: Dipole, by: number): Dipole {
  return [x * by, y * by, z * by];
}
