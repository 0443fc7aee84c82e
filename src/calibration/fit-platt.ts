import type { CalibratedLabel } from '../model/site-calibration.ts';

/** A case as one label sees it. */
export interface ScoredCase {
  /** Log odds of the model's score. */
  readonly logit: number;
  readonly isPositive: boolean;
}

export type PlattFit = Pick<CalibratedLabel, 'slope' | 'intercept'>;

const MAX_STEPS = 100;
const MAX_HALVINGS = 30;
const RIDGE = 1e-12;
const CONVERGED = 1e-10;

/**
 * Platt scaling: the logistic curve from log odds to probability that is most likely given the cases, with Platt's
 * targets, which keep it finite where a score separates them (Platt, Advances in Large Margin Classifiers 1999), by
 * Newton's method with backtracking (Lin, Lin and Weng, Mach Learn 2007;68:267).
 */
export function fitPlatt(cases: readonly ScoredCase[]): PlattFit {
  const positives = cases.filter(({ isPositive }) => isPositive).length;
  const negatives = cases.length - positives;
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  const points = cases.map(({ logit, isPositive }) => ({ logit, target: isPositive ? high : low }));
  let fit: PlattFit = { slope: 0, intercept: Math.log((positives + 1) / (negatives + 1)) };
  let loss = lossOf(points, fit);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const direction = newtonStep(points, fit);
    let size = 1;
    let next = moved(fit, direction, size);
    for (let halving = 0; lossOf(points, next) > loss && halving < MAX_HALVINGS; halving += 1) {
      size /= 2;
      next = moved(fit, direction, size);
    }
    const nextLoss = lossOf(points, next);
    if (!(nextLoss < loss)) break;
    fit = next;
    if (loss - nextLoss < CONVERGED * (1 + loss)) break;
    loss = nextLoss;
  }
  return fit;
}

interface Point {
  readonly logit: number;
  readonly target: number;
}

/** Negative log likelihood, in the form that does not overflow. */
function lossOf(points: readonly Point[], { slope, intercept }: PlattFit): number {
  return points.reduce((sum, { logit, target }) => {
    const z = slope * logit + intercept;
    return sum + (z >= 0 ? (1 - target) * z + Math.log1p(Math.exp(-z)) : -target * z + Math.log1p(Math.exp(z)));
  }, 0);
}

function newtonStep(points: readonly Point[], { slope, intercept }: PlattFit): PlattFit {
  let [g1, g2, h11, h12, h22] = [0, 0, RIDGE, 0, RIDGE];
  for (const { logit, target } of points) {
    const probability = 1 / (1 + Math.exp(-(slope * logit + intercept)));
    const weight = probability * (1 - probability);
    g1 += (probability - target) * logit;
    g2 += probability - target;
    h11 += weight * logit * logit;
    h12 += weight * logit;
    h22 += weight;
  }
  const determinant = h11 * h22 - h12 * h12;
  return { slope: (h12 * g2 - h22 * g1) / determinant, intercept: (h12 * g1 - h11 * g2) / determinant };
}

function moved(fit: PlattFit, direction: PlattFit, size: number): PlattFit {
  return { slope: fit.slope + size * direction.slope, intercept: fit.intercept + size * direction.intercept };
}
