import { periodMsOf, rateOfPeriod, samplingRateOf } from '../../../src/formats/fhir/sampling-rate.ts';
import { errorCodeOf } from '../error-code.ts';

const withTimes = (times: { period?: number; interval?: number; intervalUnit?: string }) => ({
  period: times.period,
  interval: times.interval,
  intervalUnit: times.intervalUnit,
  factor: undefined,
  dimensions: undefined,
  codeMap: undefined,
  offsets: undefined,
  data: undefined,
  origin: { value: 0, comparator: undefined, unit: undefined, system: undefined, code: undefined },
});

describe('rateOfPeriod', () => {
  it.each([
    [2, 500],
    [1.953125, 512],
    [4.16666666666667, 240],
    [4.166666666666667, 240],
    [1000 / 128.5, 128.5],
    [3.333333333333, 300],
  ])('takes a period of %d ms as %d Hz exactly', (period, rate) => expect(rateOfPeriod(period)).toBe(rate));

  it('leaves a rate that is not a short decimal as it is', () => expect(rateOfPeriod(3)).toBe(1000 / 3));
});

describe('periodMsOf', () => {
  it('reads the R4 period and the R5 interval in any unit of time', () => {
    expect(periodMsOf(withTimes({ period: 2 }))).toBe(2);
    expect(periodMsOf(withTimes({ interval: 2, intervalUnit: 'ms' }))).toBeCloseTo(2, 12);
    expect(periodMsOf(withTimes({ interval: 0.002, intervalUnit: 's' }))).toBeCloseTo(2, 12);
    expect(periodMsOf(withTimes({ interval: 2000, intervalUnit: 'us' }))).toBeCloseTo(2, 12);
  });

  it('refuses none, an interval without a unit of time, and two that disagree', () => {
    expect(errorCodeOf(() => periodMsOf(withTimes({})))).toBe('SOURCE_INVALID');
    expect(errorCodeOf(() => periodMsOf(withTimes({ interval: 2 })))).toBe('UNIT_UNKNOWN');
    expect(errorCodeOf(() => periodMsOf(withTimes({ interval: 2, intervalUnit: 'mV' })))).toBe('UNIT_UNKNOWN');
    expect(errorCodeOf(() => periodMsOf(withTimes({ period: 4, interval: 2, intervalUnit: 'ms' })))).toBe(
      'SOURCE_INVALID',
    );
  });
});

describe('samplingRateOf', () => {
  it('takes an ordinary period as it is, with or without an agreeing sampling frequency', () => {
    expect(samplingRateOf(2, undefined)).toEqual({ samplingRate: 500, warnings: [] });
    expect(samplingRateOf(2, 499)).toEqual({ samplingRate: 500, warnings: [] });
  });

  it('corrects a period written in seconds and says so', () => {
    for (const stated of [512, undefined]) {
      const { samplingRate, warnings } = samplingRateOf(0.001953125, stated);
      expect(samplingRate).toBe(512);
      expect(warnings.map(({ code }) => code)).toEqual(['SAMPLING_RATE_ADJUSTED']);
    }
  });

  it('corrects to an unusual rate only where a stated sampling frequency confirms it', () => {
    expect(samplingRateOf(1 / 8000, 8000).samplingRate).toBe(8000);
    expect(errorCodeOf(() => samplingRateOf(1 / 8000, undefined))).toBe('SOURCE_INVALID');
  });

  it.each([
    ['a sampling frequency that contradicts the period', 2, 250],
    ['a sampling frequency that contradicts the corrected period', 0.002, 250],
    ['a period in microseconds', 2000, undefined],
    ['a period that is a frequency', 500, undefined],
    ['a period without end', Number.MIN_VALUE, undefined],
  ])('refuses %s', (_, period, stated) => {
    expect(errorCodeOf(() => samplingRateOf(period, stated))).toBe('SOURCE_INVALID');
  });
});
