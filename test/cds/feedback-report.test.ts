import fc from 'fast-check';
import { feedbackReport } from '../../src/cds/feedback-report.ts';
import { wilsonInterval } from '../../src/wilson-interval.ts';

describe('the interval of a rate', () => {
  it.each([
    // Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i of %i is that of Wilson', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it('holds the rate, within 0 and 1, and mirrors', () => {
    const counts = fc.tuple(fc.nat(500), fc.nat(500)).filter(([yes, no]) => yes + no > 0);
    fc.assert(
      fc.property(counts, ([yes, no]) => {
        const { low, high } = wilsonInterval(yes, yes + no) ?? { low: 2, high: -1 };
        const mirrored = wilsonInterval(no, yes + no);
        expect(low).toBeLessThanOrEqual(yes / (yes + no) + 1e-12);
        expect(high).toBeGreaterThanOrEqual(yes / (yes + no) - 1e-12);
        expect(1 - (mirrored?.high ?? 0)).toBeCloseTo(low, 10);
      }),
    );
  });

  it('is none without a trial', () => {
    expect(wilsonInterval(0, 0)).toBeUndefined();
  });
});

describe('the report on feedback', () => {
  it('gives shares of answered cards, and none where none was answered', () => {
    const common = { service: 's', model: 'm@1', reasons: [] };
    const [finding, rule] = feedbackReport(
      [
        { ...common, subject: 'finding', name: '3', shown: 10, accepted: 1, overridden: 3 },
        { ...common, subject: 'rule', name: 'r', shown: 5, accepted: 0, overridden: 0 },
      ],
      (index) => `finding ${index}`,
    );
    expect(finding).toMatchObject({ name: 'finding 3', acceptance: { share: 0.25 }, override: { share: 0.75 } });
    expect(rule).toMatchObject({ name: 'r', acceptance: null, override: null });
  });
});
