import { WALL_DIRECTION } from './depolarisation.ts';
import { between, factor, normal, type Random } from './draw.ts';
import { type Dipole, rotate } from './lead-field.ts';
import type { SimulationParameters, Wall } from './parameters.ts';
import type { DipoleWave } from './waves.ts';

/** What follows the QRS: the level of the ST segment and the T wave, whose first half may point elsewhere. */
export interface Repolarisation {
  readonly st: Dipole;
  readonly t: Dipole;
  readonly earlyT: Dipole;
  readonly u: Dipole;
}

const NONE: Dipole = [0, 0, 0];
const NORMAL_T: Dipole = [0.36, 0.15, -0.17];
const NORMAL_ST: Dipole = [0.015, 0.005, -0.035];
/** Largest in V2 and V3, at most a quarter of the T wave (Surawicz, J Am Coll Cardiol 1998;31:14). */
const NORMAL_U: Dipole = [0.03, 0.03, -0.05];

/** Repolarisation of a conducted beat, from the parameters and from the QRS that came before. */
export function conductedRepolarisation(
  parameters: SimulationParameters,
  qrs: readonly DipoleWave[],
  random: Random,
): Repolarisation {
  const { tGain, tFlattening, stDepression, pericarditis, earlyRepolarisation, infarct, infarctSeverity } = parameters;
  const variation = 15 * parameters.torsoVariation;
  const turned = rotate(NORMAL_T, parameters.frontalDeg * 0.3 + variation * normal(random), variation * normal(random));
  let t = times(turned, tGain * (1 - 1.25 * tFlattening) * factor(random, 0.15 * parameters.torsoVariation));
  let st = times(NORMAL_ST, factor(random, 0.4 * parameters.torsoVariation));
  let earlyT = NONE;
  const secondary = secondaryChange(parameters, qrs);
  t = plus(t, secondary.t);
  st = plus(st, secondary.st);
  st = plus(
    st,
    times(rotate([0.11, 0.07, -0.03], variation * normal(random), variation * normal(random)), -stDepression),
  );
  st = plus(st, times([0.16, 0.13, -0.09], pericarditis));
  st = plus(st, times([0.1, 0.08, -0.12], earlyRepolarisation));
  t = plus(t, times([0.2, 0.12, -0.18], 0.7 * earlyRepolarisation + 0.2 * pericarditis));
  if (infarct !== undefined) {
    const away = -infarctSeverity * between(random, 0, 0.3);
    t = plus(t, times(WALL_DIRECTION[infarct], away));
  }
  if (parameters.injury !== undefined) {
    const direction = injuryDirection(parameters.injury);
    const size = parameters.injurySize / 1.1;
    st = plus(st, times(direction, size));
    earlyT = times(direction, size * between(random, 0.3, 1.3));
    t = plus(t, times(direction, size * between(random, -0.4, 0.7)));
  }
  const { tLoop, uWave, jPoint } = parameters;
  if (tLoop > 0) earlyT = plus(earlyT, times(rotate(t, turn(random), turn(random)), tLoop));
  return { st: plus(st, times(NORMAL_ST, jPoint)), t, earlyT, u: times(NORMAL_U, uWave) };
}

/** Degrees from the end of the T loop to its beginning. */
function turn(random: Random): number {
  return 60 * normal(random);
}

/** A beat that spread from muscle to muscle repolarises against its own QRS. */
export function discordantRepolarisation(qrs: readonly DipoleWave[], amount: number): Repolarisation {
  const area = qrsArea(qrs);
  return { st: times(area, -0.1 * amount), t: times(area, -0.28 * amount), earlyT: NONE, u: NONE };
}

/** Inferior injury shows its reciprocal change in aVL: its vector leans to the right. */
function injuryDirection(wall: Wall): Dipole {
  const [x, y, z] = WALL_DIRECTION[wall];
  return wall === 'inferior' ? [x - 0.12, y, z] : [x, y, z];
}

function secondaryChange(
  { conduction, conductionSeverity, leftVentricle, rightVentricle, strain }: SimulationParameters,
  qrs: readonly DipoleWave[],
): { readonly st: Dipole; readonly t: Dipole } {
  const area = qrsArea(qrs);
  if (conduction.includes('left bundle')) {
    const amount = conduction.includes('incomplete') ? 0.5 : 1;
    return { st: times(area, -0.09 * amount), t: plus(times(area, -0.28 * amount), times(NORMAL_T, -0.6 * amount)) };
  }
  if (conduction.startsWith('right bundle')) {
    return { st: [0.01, 0, 0.04], t: [0.05, 0, 0.27] };
  }
  if (conduction === 'preexcitation') {
    return { st: times(area, -0.05 * conductionSeverity), t: times(area, -0.22 * conductionSeverity) };
  }
  if (conduction === 'intraventricular delay') return { st: [0, 0, 0], t: times(area, -0.15) };
  const [x, y, z] = area;
  const left = strain * leftVentricle;
  const right = strain * rightVentricle;
  return {
    st: [-0.07 * left * x, -0.05 * left * y + -0.04 * right, -0.06 * left * z + 0.1 * right],
    t: [-0.42 * left * x, -0.3 * left * y - 0.12 * right, -0.22 * left * z + 0.42 * right],
  };
}

/** The sum of the waves' dipoles, weighted by duration against 45 ms: mV of an average normal QRS. */
function qrsArea(qrs: readonly DipoleWave[]): Dipole {
  return qrs.reduce<Dipole>(
    (sum, { startMs, endMs, dipole }) => plus(sum, times(dipole, Math.min(1.3, (endMs - startMs) / 90))),
    [0, 0, 0],
  );
}

function times([x, y, z]: Dipole, by: number): Dipole {
  return [x * by, y * by, z * by];
}

function plus([x, y, z]: Dipole, [a, b, c]: Dipole): Dipole {
  return [x + a, y + b, z + c];
}
