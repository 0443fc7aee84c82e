import { incrementOf, samplingRateOf } from '../../../src/formats/aecg/sampling-rate.ts';

describe('samplingRateOf', () => {
  it.each([
    [0.002, 's', 500],
    [2, 'ms', 500],
    [2000, 'us', 500],
    [3.90625, 'ms', 256],
    [1.953125e-3, 's', 512],
    [0.0033333333333, 's', 300],
    [0.01, 's', 100],
  ])('takes %d %s as %d Hz', (increment, unit, rate) => {
    expect(samplingRateOf(increment, unit)).toBe(rate);
  });

  it('gives one rate for one step, whatever its unit', () => {
    expect(samplingRateOf(0.0039, 's')).toBe(samplingRateOf(3.9, 'ms'));
    expect(samplingRateOf(0.0039, 's')).toBe(1000 / 3.9);
  });

  it('does not guess a unit', () => {
    expect(() => samplingRateOf(2, undefined)).toThrow(expect.objectContaining({ code: 'UNIT_UNKNOWN' }));
    expect(() => samplingRateOf(2, 'uV')).toThrow(expect.objectContaining({ code: 'UNIT_UNKNOWN' }));
  });
});

describe('incrementOf', () => {
  it.each([1, 60, 100, 128, 240, 250, 256, 300, 360, 400, 499, 500, 512, 800, 977, 1000, 2000, 8000, 1000 / 3.9])(
    'is taken back to %d Hz',
    (rate) => {
      expect(samplingRateOf(incrementOf(rate), 's')).toBe(rate);
    },
  );
});
