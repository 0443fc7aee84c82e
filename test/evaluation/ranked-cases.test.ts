import fc from 'fast-check';
import { areaUnderRoc, averagePrecision, rankCases } from '../../src/evaluation/ranked-cases.ts';

/** Cases with scores that often tie, both kinds present. */
const cases = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 6 }), isPositive: fc.boolean(), weight: fc.nat(3) }), {
    minLength: 2,
    maxLength: 30,
  })
  .filter((all) => all.some(({ isPositive }) => isPositive) && all.some(({ isPositive }) => !isPositive));

const rank = (all: readonly { readonly score: number; readonly isPositive: boolean }[]) =>
  rankCases(
    all.map(({ score }) => score),
    all.map(({ isPositive }) => isPositive),
  );

describe('areaUnderRoc', () => {
  it.each<[string, readonly number[], readonly (boolean | undefined)[], number]>([
    ['no positive case below a negative one', [1, 2, 3, 4], [false, false, true, true], 1],
    ['every positive case below every negative one', [1, 2, 3, 4], [true, true, false, false], 0],
    ['one of four pairs in the wrong order', [0.1, 0.4, 0.35, 0.8], [false, false, true, true], 0.75],
    ['one tie in four pairs', [1, 2, 2, 3], [false, false, true, true], 0.875],
    ['nothing but ties', [5, 5, 5], [true, false, true], 0.5],
    ['a case left out', [9, 1, 2], [undefined, false, true], 1],
  ])('is right for %s', (_what, scores, isPositive, expected) => {
    expect(areaUnderRoc(rankCases(scores, isPositive))).toBe(expected);
  });

  it('is no number without a positive or a negative case', () => {
    expect(areaUnderRoc(rankCases([1, 2], [true, true]))).toBeNaN();
    expect(areaUnderRoc(rankCases([1, 2], [undefined, false]))).toBeNaN();
    expect(areaUnderRoc(rankCases([], []))).toBeNaN();
  });

  it('is the share of pairs in which the positive case has the higher score, ties counting half', () => {
    fc.assert(
      fc.property(cases, (all) => {
        const pairs = all
          .filter(({ isPositive }) => isPositive)
          .flatMap((positive) =>
            all
              .filter(({ isPositive }) => !isPositive)
              .map((negative) => (Math.sign(positive.score - negative.score) + 1) / 2),
          );
        expect(areaUnderRoc(rank(all))).toBeCloseTo(pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length, 12);
      }),
      { seed: 1 },
    );
  });

  it('counts a case as often as its weight says', () => {
    fc.assert(
      fc.property(cases, (all) => {
        const repeated = all.flatMap((each) => Array.from({ length: each.weight }, () => each));
        const weights = all.map(({ weight }) => weight);
        const expected = areaUnderRoc(rank(repeated));
        const area = areaUnderRoc(rank(all), weights);
        if (Number.isNaN(expected)) expect(area).toBeNaN();
        else expect(area).toBeCloseTo(expected, 12);
      }),
      { seed: 1 },
    );
  });
});

describe('averagePrecision', () => {
  it.each<[string, readonly number[], readonly (boolean | undefined)[], number]>([
    ['the example of scikit-learn', [0.1, 0.4, 0.35, 0.8], [false, false, true, true], 5 / 6],
    ['all positive cases first', [1, 2, 3, 4], [false, false, true, true], 1],
    ['the positive case last of four', [1, 2, 3, 4], [true, false, false, false], 0.25],
    ['ties, which come together', [1, 1, 1, 1], [true, false, false, false], 0.25],
    ['a tie at the top', [1, 2, 2], [true, true, false], 0.5 * 0.5 + 0.5 * (2 / 3)],
  ])('is right for %s', (_what, scores, isPositive, expected) => {
    expect(averagePrecision(rankCases(scores, isPositive))).toBeCloseTo(expected, 12);
  });

  it('is no number without a positive case', () => {
    expect(averagePrecision(rankCases([1, 2], [false, false]))).toBeNaN();
  });
});
