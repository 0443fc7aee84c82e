import { fitPlatt, type ScoredCase } from '../../src/calibration/fit-platt.ts';
import { boundedLogit, calibratedScore } from '../../src/model/site-calibration.ts';
import { seededRandom } from '../../src/random.ts';

/** Cases whose probability follows a known curve from their log odds. */
function simulated(count: number, { slope, intercept }: { readonly slope: number; readonly intercept: number }) {
  const random = seededRandom(7);
  return Array.from({ length: count }, (): ScoredCase => {
    const logit = 8 * random() - 6;
    return { logit, isPositive: random() < 1 / (1 + Math.exp(-(slope * logit + intercept))) };
  });
}

describe('Platt scaling', () => {
  it.each([
    { slope: 0.6, intercept: -1.2 },
    { slope: 1, intercept: 0 },
    { slope: 2.5, intercept: 3 },
  ])('finds slope and intercept again that the cases were drawn by: %j', (known) => {
    const { slope, intercept } = fitPlatt(simulated(40_000, known));
    expect(slope).toBeCloseTo(known.slope, 1);
    expect(intercept).toBeCloseTo(known.intercept, 1);
  });

  it('agrees with a general optimiser (SciPy, BFGS) on ten cases', () => {
    const logits = [-2, -1.5, -1, -0.5, -0.2, 0.1, 0.4, 0.9, 1.3, 2.2];
    const truths = [0, 0, 0, 1, 0, 0, 1, 1, 0, 1];
    const { slope, intercept } = fitPlatt(logits.map((logit, at) => ({ logit, isPositive: truths[at] === 1 })));
    expect(slope).toBeCloseTo(0.67369112, 5);
    expect(intercept).toBeCloseTo(-0.40433823, 5);
  });

  it('stays finite where the score separates the cases, and steep where it is reversed downwards', () => {
    const cases = (sign: 1 | -1) =>
      Array.from({ length: 80 }, (_, at) => ({ logit: sign * (at - 39.5), isPositive: at >= 40 }));
    const fit = fitPlatt(cases(1));
    expect(fit.slope).toBeGreaterThan(0);
    expect(fit.slope).toBeLessThan(10);
    expect(fitPlatt(cases(-1)).slope).toBeLessThan(0);
  });

  it('makes a probability of every score, also of 0 and 1', () => {
    expect([0, 0.2, 1].map((score) => calibratedScore(score, { slope: 1, intercept: 0 }))).toEqual([
      expect.closeTo(0, 12),
      expect.closeTo(0.2, 12),
      expect.closeTo(1, 12),
    ]);
    expect(boundedLogit(1)).toBe(36);
  });
});
