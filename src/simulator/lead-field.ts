import { factor, normal, type Random } from './draw.ts';

/** Left, inferior and posterior component of the heart's dipole, in mV as Frank leads X, Y, Z see it. */
export type Dipole = readonly [x: number, y: number, z: number];

/** The leads from which all twelve follow, in the order of every {@link LeadVector}. */
export const INDEPENDENT_LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

/** mV in each of {@link INDEPENDENT_LEADS}. */
export type LeadVector = Float64Array;

/** How one patient's leads see a dipole: one row of weights per independent lead. */
export interface LeadField {
  readonly ventricles: readonly Dipole[];
  readonly atria: readonly Dipole[];
}

/** Dower's synthesis of leads from Frank leads (Dower, Machado, Osborne, Clin Cardiol 1980;3:87). */
const DOWER: readonly Dipole[] = [
  [0.632, -0.235, 0.059],
  [0.235, 1.066, -0.132],
  [-0.515, 0.157, -0.917],
  [0.044, 0.164, -1.387],
  [0.882, 0.098, -1.277],
  [1.213, 0.127, -0.601],
  [1.125, 0.127, -0.086],
  [0.831, 0.076, 0.23],
];

/** The atria lie deeper: chest electrodes see them from far, without the ventricles' proximity effect. */
const ATRIAL: readonly Dipole[] = [
  [0.632, -0.235, 0.059],
  [0.235, 1.066, -0.132],
  [-0.35, 0.12, -0.7],
  [0.05, 0.16, -0.6],
  [0.25, 0.18, -0.35],
  [0.38, 0.2, -0.15],
  [0.45, 0.2, 0],
  [0.45, 0.18, 0.08],
];

/**
 * One patient's torso and electrode placement: both matrices, perturbed lead by lead, with the chest electrodes a little
 * further along the row or back, and V1 and V2 as much too high as they often are.
 */
export function drawLeadField(random: Random, torsoVariation: number): LeadField {
  const precordial = factor(random, 0.14 * torsoVariation);
  const along = 0.16 * torsoVariation * normal(random);
  const above = Math.max(0, 0.12 * torsoVariation * normal(random));
  const perturb = (rows: readonly Dipole[], deviation: number): Dipole[] =>
    rows.map((row, lead) => {
      const [x, y, z] = lead < 2 ? row : displaced(rows, lead, { along, above });
      const size = (lead < 2 ? 1 : precordial) * factor(random, deviation * torsoVariation);
      const turn = (): number => 0.06 * torsoVariation * normal(random);
      return [size * x + turn(), size * y + turn(), size * z + turn()];
    });
  return { ventricles: perturb(DOWER, 0.12), atria: perturb(ATRIAL, 0.15) };
}

/** How a chest electrode sees the heart from part of the way to its neighbour, V1 and V2 also from a bit above. */
function displaced(
  rows: readonly Dipole[],
  lead: number,
  { along, above }: { readonly along: number; readonly above: number },
): Dipole {
  const [x, y, z] = rows[lead]!;
  const [u, v, w] = rows[lead + Math.sign(along)] ?? rows[lead]!;
  const share = lead === 2 && along < 0 ? 0 : Math.abs(along);
  const raised = lead < 4 ? above : 0;
  return [x + share * (u - x), y + share * (v - y) - raised, z + share * (w - z)];
}

/** What the leads record of a dipole. */
export function project([x, y, z]: Dipole, rows: readonly Dipole[]): LeadVector {
  return Float64Array.from(rows, ([a, b, c]) => a * x + b * y + c * z);
}

/**
 * The dipole turned in the frontal plane (positive: clockwise as the axis is counted, from left to inferior) and then
 * in the horizontal plane (positive: from left to posterior).
 */
export function rotate([x, y, z]: Dipole, frontalDeg: number, horizontalDeg: number): Dipole {
  const frontal = (frontalDeg * Math.PI) / 180;
  const horizontal = (horizontalDeg * Math.PI) / 180;
  const left = x * Math.cos(frontal) - y * Math.sin(frontal);
  const inferior = x * Math.sin(frontal) + y * Math.cos(frontal);
  return [
    left * Math.cos(horizontal) - z * Math.sin(horizontal),
    inferior,
    left * Math.sin(horizontal) + z * Math.cos(horizontal),
  ];
}
