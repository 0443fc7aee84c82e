import { chooseThreshold, confusionAt, type Judged } from '../../src/calibration/choose-threshold.ts';
import { brierScore, calibrationError, reliabilityBins } from '../../src/calibration/reliability.ts';

/** Negatives at 0.001, 0.002 … and positives at 0.9505, 0.9515 …, so that the cases overlap. */
const CASES: readonly Judged[] = [
  ...Array.from({ length: 1000 }, (_, at) => ({ probability: (at + 1) / 1000, isPositive: false })),
  ...Array.from({ length: 100 }, (_, at) => ({ probability: 0.9005 + at / 1000, isPositive: true })),
];

describe('a threshold for a target', () => {
  it('keeps the specificity with its interval, and flags the most positive cases that allows', () => {
    // Wilson's lower end for 962 of 1000 is 0.9483, for 964 of 1000 0.9506 and for 963 of 1000 0.9495.
    const threshold = chooseThreshold(CASES, { measure: 'specificity', atLeast: 0.95 });
    expect(threshold).toBeCloseTo(0.96425, 10);
    expect(confusionAt(CASES, threshold ?? 0)).toEqual({
      truePositives: 36,
      falsePositives: 36,
      falseNegatives: 64,
      trueNegatives: 964,
    });
  });

  it('keeps the sensitivity with its interval, and flags the fewest cases that allows', () => {
    // Wilson's lower end for 97 of 100 is 0.9155, for 96 of 100 0.9016, for 95 of 100 0.8882.
    const threshold = chooseThreshold(CASES, { measure: 'sensitivity', atLeast: 0.9 });
    expect(threshold).toBeCloseTo(0.90425, 10);
    expect(confusionAt(CASES, threshold ?? 0)).toMatchObject({ truePositives: 96, falsePositives: 96 });
  });

  it('keeps the PPV with its interval at the lowest score that does', () => {
    const pure = [
      ...Array.from({ length: 60 }, (_, at) => ({ probability: 0.9 + at / 1000, isPositive: true })),
      ...Array.from({ length: 60 }, (_, at) => ({ probability: 0.1 + at / 1000, isPositive: at % 2 === 0 })),
    ];
    // Wilson's lower end for 61 of 62 is 0.9141, for 62 of 64 0.8931.
    const threshold = chooseThreshold(pure, { measure: 'ppv', atLeast: 0.9 }) ?? 0;
    expect(confusionAt(pure, threshold)).toMatchObject({ truePositives: 61, falsePositives: 1 });
  });

  it('is none where the cases are too few to vouch for it, though none contradicts it', () => {
    const few = CASES.filter((_, at) => at % 20 === 0).map((each) => ({ ...each, isPositive: each.probability > 0.9 }));
    expect(chooseThreshold(few, { measure: 'specificity', atLeast: 0.95 })).toBeUndefined();
    expect(chooseThreshold(few, { measure: 'specificity', atLeast: 0.9 })).toBeDefined();
  });

  it('lies half-way between the cases it tells apart, however low the target would let it be', () => {
    const separated = [
      ...Array.from({ length: 400 }, (_, at) => ({ probability: at / 1000, isPositive: false })),
      ...Array.from({ length: 40 }, (_, at) => ({ probability: 0.9 + at / 1000, isPositive: true })),
    ];
    expect(chooseThreshold(separated, { measure: 'specificity', atLeast: 0.95 })).toBeCloseTo((0.9 + 0.399) / 2, 10);
  });
});

describe('reliability', () => {
  /** In each tenth of the probabilities as many positives as foretold. */
  const honest = Array.from({ length: 1000 }, (_, at) => {
    const bin = Math.floor(at / 100);
    return { probability: (bin + 0.5) / 10, isPositive: at % 100 < bin * 10 + 5 };
  });

  it('of honest probabilities is free of error', () => {
    expect(calibrationError(honest)).toBeCloseTo(0, 12);
    expect(reliabilityBins(honest).map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 100));
  });

  it('of probabilities that are 0.2 too high is 0.2', () => {
    const high = honest.filter(({ probability }) => probability < 0.8);
    expect(calibrationError(high.map((each) => ({ ...each, probability: each.probability + 0.2 })))).toBeCloseTo(
      0.2,
      12,
    );
  });

  it("by Brier's score is the mean squared error", () => {
    expect(
      brierScore([
        { probability: 0.9, isPositive: true },
        { probability: 0.4, isPositive: false },
        { probability: 0.5, isPositive: true },
      ]),
    ).toBeCloseTo((0.01 + 0.16 + 0.25) / 3, 12);
  });

  it('has fewer bins for fewer cases', () => {
    expect(reliabilityBins(honest.slice(0, 3))).toHaveLength(3);
    expect(reliabilityBins([])).toEqual([]);
  });
});
