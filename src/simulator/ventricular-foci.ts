import { between, oneOf, type Random } from './draw.ts';
import { type Dipole, rotate } from './lead-field.ts';

interface VentricularFocus {
  /** Where the activation that starts there points, mV. */
  readonly dipole: Dipole;
  readonly qrsMs: number;
}

type Origin = readonly [dipole: Dipole, shortestMs: number, longestMs: number];

/**
 * Where premature beats and ventricular rhythms start. From the right ventricle they look like left bundle branch
 * block, from the left like right; from above their axis is inferior, from below superior; near the septum and in the
 * fascicles, where they find the conduction system soon, they are narrower.
 */
const ORIGINS: readonly [Origin, ...Origin[]] = [
  [[0.1, 1.1, 0.7], 128, 165], // right ventricular outflow tract, septal
  [[0.6, 0.9, 0.75], 135, 178], // right ventricular outflow tract, free wall
  [[0.05, 1.15, -0.1], 128, 168], // left ventricular outflow tract, aortic cusps
  [[0.85, 0.45, 0.5], 122, 145], // near the bundle of His
  [[0.95, 0.1, 0.8], 132, 175], // tricuspid annulus
  [[0.75, -0.7, 0.75], 132, 175], // right ventricular apex
  [[-0.75, 0.75, -0.8], 132, 178], // mitral annulus, anterolateral
  [[0.2, -0.5, -1.05], 132, 178], // mitral annulus, posterior
  [[-0.9, 0.05, -0.55], 135, 180], // lateral free wall
  [[-0.7, -0.7, -0.75], 132, 178], // inferior wall
  [[-0.4, -0.85, 0.55], 135, 180], // left ventricular apex
  [[0.35, -0.9, -0.55], 122, 148], // posterior fascicle, posteromedial papillary muscle
  [[-0.4, 0.95, -0.55], 122, 148], // anterior fascicle, anterolateral papillary muscle
];

export function drawVentricularFocus(random: Random): VentricularFocus {
  const [dipole, shortestMs, longestMs] = oneOf(random, ORIGINS);
  return {
    dipole: rotate(dipole, between(random, -22, 22), between(random, -22, 22)),
    qrsMs: between(random, shortestMs, longestMs),
  };
}
