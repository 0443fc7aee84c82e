import { between, factor, normal, type Random } from './draw.ts';
import { type Dipole, rotate } from './lead-field.ts';
import type { Conduction, SimulationParameters, Wall } from './parameters.ts';
import type { DipoleWave } from './waves.ts';

/** A wave within the QRS: start, peak and end as fractions of its duration. */
type Step = readonly [start: number, peak: number, end: number, dipole: Dipole];

/** Septum from left to right, the free walls, the posterior wall, and the base last. */
const NORMAL: readonly Step[] = [
  [0, 0.2, 0.45, [-0.15, -0.05, -0.31]],
  [0.1, 0.43, 0.78, [1.1, 0.75, 0.32]],
  [0.3, 0.62, 0.95, [0.1, 0.1, 0.72]],
  [0.62, 0.83, 1, [-0.2, -0.2, 0.22]],
];
/** The right ventricle comes last, towards the right and the front, and slowly. */
const RIGHT_BUNDLE: readonly Step[] = [
  [0, 0.13, 0.3, [-0.15, -0.05, -0.27]],
  [0.07, 0.28, 0.5, [1.05, 0.7, 0.3]],
  [0.2, 0.4, 0.62, [0.1, 0.1, 0.5]],
  [0.42, 0.68, 1, [-0.58, 0.02, -0.8]],
];
const INCOMPLETE_RIGHT_BUNDLE: readonly Step[] = [
  [0, 0.16, 0.36, [-0.15, -0.05, -0.3]],
  [0.08, 0.35, 0.64, [1.1, 0.75, 0.32]],
  [0.24, 0.48, 0.74, [0.1, 0.1, 0.6]],
];
/** Septum from right to left, then the left ventricle from muscle to muscle. */
const LEFT_BUNDLE: readonly Step[] = [
  [0, 0.3, 0.62, [0.6, 0.22, 0.55]],
  [0.25, 0.63, 1, [0.8, 0.12, 0.85]],
];
const LEFT_ANTERIOR: readonly Step[] = [
  [0, 0.2, 0.42, [-0.15, 0.28, -0.2]],
  [0.12, 0.45, 0.78, [0.9, -0.55, 0.28]],
  [0.32, 0.66, 0.95, [0.15, -0.4, 0.62]],
  [0.65, 0.85, 1, [0, -0.25, 0.2]],
];
const LEFT_POSTERIOR: readonly Step[] = [
  [0, 0.2, 0.42, [0.25, -0.28, -0.2]],
  [0.12, 0.46, 0.78, [-0.05, 1.0, 0.3]],
  [0.32, 0.66, 0.95, [-0.4, 0.45, 0.5]],
  [0.65, 0.85, 1, [-0.2, 0.1, 0.15]],
];
const RIGHT_LATE: Step = [0.45, 0.72, 1, [-0.55, 0.02, -0.8]];

const TEMPLATES: Readonly<Record<Conduction, readonly Step[]>> = {
  normal: NORMAL,
  'right bundle branch block': RIGHT_BUNDLE,
  'incomplete right bundle branch block': INCOMPLETE_RIGHT_BUNDLE,
  'left bundle branch block': LEFT_BUNDLE,
  'incomplete left bundle branch block': LEFT_BUNDLE,
  'left anterior fascicular block': LEFT_ANTERIOR,
  'left posterior fascicular block': LEFT_POSTERIOR,
  'right bundle branch and left anterior fascicular block': [...squeezed(LEFT_ANTERIOR, 0, 0.62), RIGHT_LATE],
  'right bundle branch and left posterior fascicular block': [...squeezed(LEFT_POSTERIOR, 0, 0.62), RIGHT_LATE],
  'intraventricular delay': NORMAL,
  preexcitation: squeezed(NORMAL, 0.25, 1),
};

/** Where each wall lies, seen from the middle of the ventricle. */
export const WALL_DIRECTION: Readonly<Record<Wall, Dipole>> = {
  septal: [-0.4, -0.1, -0.9],
  anteroseptal: [0, -0.05, -1],
  anterior: [0.35, -0.1, -0.93],
  anterolateral: [0.75, -0.2, -0.63],
  lateral: [0.95, -0.25, 0.1],
  inferior: [-0.1, 0.98, 0.15],
  inferolateral: [0.6, 0.75, 0.2],
  inferoposterior: [-0.05, 0.72, 0.69],
  posterior: [0.1, 0.1, 0.99],
};

/** Where accessory pathways make the delta wave point. */
const PATHWAYS: readonly Dipole[] = [
  [-0.1, 0.35, -0.5],
  [0.45, -0.4, -0.35],
  [0.5, 0.1, 0.35],
  [0.35, 0.45, 0.1],
];

/** QRS of a beat that the atria started, turned and scaled for the patient; times from QRS onset. */
export function conductedQrs(parameters: SimulationParameters, random: Random): readonly DipoleWave[] {
  const { qrsMs, qrsGain, frontalDeg, horizontalDeg } = parameters;
  const variation = 0.12 * parameters.torsoVariation;
  const steps = withChambers([...ownSteps(parameters, random), ...fragments(parameters, random)], parameters);
  const turned = steps.map(([start, peak, end, dipole]): Step => {
    const [x, y, z] = rotate(dipole, frontalDeg, horizontalDeg);
    const vary = (): number => qrsGain * factor(random, variation);
    return [start, shifted(peak, [start, end], variation * normal(random)), end, [x * vary(), y * vary(), z * vary()]];
  });
  return withInfarct(turned, parameters).map((step) => toWave(step, qrsMs));
}

/** QRS of a beat from a ventricular focus: two broad waves, the second turned, so that most are notched or slurred. */
export function ventricularQrs(focus: Dipole, qrsMs: number, random: Random): readonly DipoleWave[] {
  const turn = between(random, -35, 35);
  const split = between(random, 0.3, 0.6);
  const second = rotate(focus, turn, between(random, -25, 25));
  const share = between(random, 0.6, 1.1);
  const [x, y, z] = second;
  return [
    toWave([0, split * 0.9, Math.min(1, split + 0.45), focus], qrsMs),
    toWave([split * 0.6, (split + 1) / 2, 1, [share * x, share * y, share * z]], qrsMs),
  ];
}

function ownSteps({ conduction, conductionSeverity, rsrPrime }: SimulationParameters, random: Random): readonly Step[] {
  const template = TEMPLATES[conduction];
  switch (conduction) {
    case 'normal':
      return rsrPrime > 0 ? [...template, lateRight(0.75 * rsrPrime)] : template;
    case 'incomplete right bundle branch block':
      return [...template, lateRight(0.3 + 0.45 * conductionSeverity)];
    case 'right bundle branch block':
      return [...template.slice(0, -1), grown(template.at(-1)!, factor(random, 0.3))];
    case 'intraventricular delay':
      return delayed(random);
    case 'preexcitation': {
      const pathway: Step = [0, 0.36, 0.66, PATHWAYS[Math.floor(random() * PATHWAYS.length)]!];
      return [...template, grown(pathway, 0.6 + 0.8 * conductionSeverity)];
    }
    default:
      return template;
  }
}

/** The r' of V1. */
function lateRight(size: number): Step {
  return [0.58, 0.8, 1, [-0.65 * size, 0, -size]];
}

/**
 * Delay that is neither bundle's: notches in an otherwise normal QRS, a normal start and a slurred end, or the shape of
 * a left block with the septum still activated from the left.
 */
function delayed(random: Random): readonly Step[] {
  const draw = random();
  const either = (size: number): number => between(random, -size, size);
  const slur = (size: number): Dipole => [either(size), either(size), either(size)];
  if (draw < 0.4) return [...NORMAL, [0.35, 0.55, 0.75, slur(0.45)], [0.6, 0.8, 1, slur(0.45)]];
  if (draw < 0.75) return [...squeezed(NORMAL, 0, between(random, 0.6, 0.8)), [0.45, 0.72, 1, slur(0.5)]];
  return [NORMAL[0]!, ...squeezed(LEFT_BUNDLE, 0.12, 1), [0.4, 0.6, 0.85, slur(0.3)]];
}

function grown([start, peak, end, [x, y, z]]: Step, by: number): Step {
  return [start, peak, end, [by * x, by * y, by * z]];
}

/** Small waves that no two hearts have alike. */
function fragments({ torsoVariation }: SimulationParameters, random: Random): Step[] {
  return [0, 1, 2].map(() => {
    const width = between(random, 0.2, 0.35);
    const start = between(random, 0.05, 0.95 - width);
    const size = (): number => 0.07 * torsoVariation * normal(random);
    return [start, start + width / 2, start + width, [size(), size(), size()]];
  });
}

/** Hypertrophy enlarges what its ventricle contributes; emphysema turns the heart down and back. */
function withChambers(steps: readonly Step[], parameters: SimulationParameters): readonly Step[] {
  const { leftVentricle: left, rightVentricle: right, emphysema } = parameters;
  const enlarged = steps.map(([start, peak, end, [x, y, z]]): Step => {
    const gain = 1 + 0.85 * left;
    const size = (1 - 0.3 * emphysema) * (x > 0.3 ? 1 - 0.55 * right : 1);
    return [
      start,
      peak,
      end,
      [size * (1 + 0.55 * left) * x, size * (1 + 0.45 * left) * y, size * (z > 0 ? gain : 1) * z],
    ];
  });
  if (right > 0) enlarged.push([0.25, 0.58, 0.95, [-0.75 * right, 0.25 * right, -1.3 * right]]);
  if (emphysema > 0) enlarged.push([0.3, 0.65, 1, [-0.45 * emphysema, 0.25 * emphysema, 0.35 * emphysema]]);
  return enlarged;
}

/** A dead wall stops pulling towards itself: the voltage towards it is lost and the early forces turn away. */
function withInfarct(steps: readonly Step[], { infarct, infarctSeverity }: SimulationParameters): readonly Step[] {
  if (infarct === undefined) return steps;
  const [u, v, w] = WALL_DIRECTION[infarct];
  const lost = steps.map(([start, peak, end, [x, y, z]]): Step => {
    const towards = Math.max(0, x * u + y * v + z * w);
    const loss = towards * Math.min(1, 0.22 + 0.78 * infarctSeverity);
    return [start, peak, end, [x - loss * u, y - loss * v, z - loss * w]];
  });
  const away = -(0.22 + 0.48 * infarctSeverity);
  return [...lost, [0, 0.28, 0.62, [away * u, away * v, away * w]]];
}

/** The same steps in a part of the QRS. */
function squeezed(steps: readonly Step[], from: number, to: number): readonly Step[] {
  const at = (fraction: number): number => from + fraction * (to - from);
  return steps.map(([start, peak, end, dipole]) => [at(start), at(peak), at(end), dipole]);
}

function shifted(peak: number, [start, end]: readonly [number, number], by: number): number {
  return Math.min(end - 0.05, Math.max(start + 0.05, peak + by * (end - start)));
}

function toWave([start, peak, end, dipole]: Step, qrsMs: number): DipoleWave {
  return { startMs: start * qrsMs, peakMs: peak * qrsMs, endMs: end * qrsMs, dipole };
}
