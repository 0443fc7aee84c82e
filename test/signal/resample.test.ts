import fc from 'fast-check';
import { createResampler } from '../../src/signal/resample.ts';

const RATES = [50, 62.5, 100, 128, 240, 250, 257, 360, 400, 499.98, 500, 500.02, 512, 800, 960, 1000, 2000, 4000];
const LENGTH = 1000;

const sine = (frequency: number, rate: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate + 0.3));
/** As many samples as LENGTH at 500 Hz last. */
const lengthAt = (rate: number): number => Math.round((LENGTH * rate) / 500);
const resampled = (samples: Float64Array, rate: number): Float64Array => createResampler(rate, LENGTH)(samples, 0);
const largestDifference = (a: Float64Array, b: Float64Array, margin = 0): number =>
  a.slice(margin, a.length - margin).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i + margin]!)), 0);
/** The kernel's half width at the lowest rate, in output samples. */
const EDGE = 160;

describe('createResampler', () => {
  it.each(RATES)('keeps a 10 Hz sine in place from %d Hz, to 2e-4 of its amplitude', (rate) => {
    const result = resampled(sine(10, rate, lengthAt(rate)), rate);
    expect(largestDifference(result, sine(10, 500, LENGTH), EDGE)).toBeLessThan(2e-4);
  });

  it.each(RATES.filter((rate) => rate >= 240))('keeps a 100 Hz sine in place from %d Hz, to 5e-4', (rate) => {
    const result = resampled(sine(100, rate, lengthAt(rate)), rate);
    expect(largestDifference(result, sine(100, 500, LENGTH), EDGE)).toBeLessThan(5e-4);
  });

  it.each([800, 1000, 4000])('lets nothing above 250 Hz fold back from %d Hz', (rate) => {
    for (const frequency of [260, 300, 390]) {
      const result = resampled(sine(frequency, rate, lengthAt(rate)), rate);
      expect(largestDifference(result, new Float64Array(LENGTH), EDGE)).toBeLessThan(2e-4);
    }
  });

  it.each(RATES)('gives a constant for a constant from %d Hz, edges included', (rate) => {
    const result = resampled(new Float64Array(lengthAt(rate)).fill(1.7), rate);
    expect(result).toHaveLength(LENGTH);
    expect(largestDifference(result, new Float64Array(LENGTH).fill(1.7))).toBeLessThan(1e-12);
  });

  it('copies at 500 Hz', () => {
    const samples = sine(13, 500, 1200).with(150, Number.NaN);
    const result = createResampler(500, LENGTH)(samples, 100);
    expect(result).toEqual(samples.slice(100, 1100));
    result.fill(0);
    expect(samples[100]).not.toBe(0);
  });

  it('keeps the source’s own samples when the rate rises', () => {
    const samples = sine(17, 250, 500);
    const result = resampled(samples, 250);
    expect(
      largestDifference(
        samples,
        result.filter((_, i) => i % 2 === 0),
      ),
    ).toBeLessThan(1e-14);
  });

  it('is linear', () => {
    const signal = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 72, maxLength: 72 });
    const resample = createResampler(360, 100);
    fc.assert(
      fc.property(signal, signal, fc.double({ min: -3, max: 3, noNaN: true }), (a, b, factor) => {
        const mixed = resample(
          Float64Array.from(a, (value, i) => value + factor * b[i]!),
          0,
        );
        const alone = resample(Float64Array.from(a), 0);
        const other = resample(Float64Array.from(b), 0);
        const sum = alone.map((value, i) => value + factor * other[i]!);
        expect(largestDifference(mixed, sum)).toBeLessThan(1e-12);
      }),
      { seed: 4, numRuns: 30 },
    );
  });

  it('begins at the asked sample and uses the recording around the stretch', () => {
    const samples = sine(10, 1000, 6000);
    const result = createResampler(1000, LENGTH)(samples, 2000);
    expect(largestDifference(result, sine(10, 500, 2000).slice(1000))).toBeLessThan(2e-4);
  });

  it('reflects oddly at the ends, so that a slope runs on', () => {
    const ramp = Float64Array.from({ length: lengthAt(250) }, (_, i) => i / 250);
    const longer = Float64Array.from({ length: LENGTH }, (_, k) => k / 500);
    expect(largestDifference(resampled(ramp, 250), longer)).toBeLessThan(1e-3);
  });

  it('keeps a gap a gap, and its neighbours clean', () => {
    const clean = sine(5, 250, 500);
    const result = resampled(
      clean.map((sample, i) => (i >= 200 && i < 210 ? Number.NaN : sample)),
      250,
    );
    const gap = [...result.keys()].filter((k) => Number.isNaN(result[k]!));
    expect(gap).toEqual(Array.from({ length: 21 }, (_, i) => 399 + i));
    const kept = result.map((sample, k) => (Number.isNaN(sample) ? sine(5, 500, LENGTH)[k]! : sample));
    expect(largestDifference(kept, sine(5, 500, LENGTH), 100)).toBeLessThan(0.01);
  });

  it('keeps gaps at the ends and a recording of nothing but gaps', () => {
    const samples = sine(5, 1000, 2000).fill(Number.NaN, 0, 100).fill(Number.NaN, 1900);
    const result = resampled(samples, 1000);
    expect(result.findIndex((sample) => !Number.isNaN(sample))).toBe(50);
    expect(result.findLastIndex((sample) => !Number.isNaN(sample))).toBe(949);
    expect(resampled(new Float64Array(500).fill(Number.NaN), 250).every(Number.isNaN)).toBe(true);
  });

  it('lets no infinite sample outside the stretch into it', () => {
    const result = createResampler(1000, LENGTH)(sine(5, 1000, 4000).with(2005, Number.POSITIVE_INFINITY), 0);
    expect(result.every(Number.isFinite)).toBe(true);
  });

  it('takes a recording shorter than its kernel', () => {
    const result = createResampler(100, 5)(Float64Array.of(2), 0);
    expect(largestDifference(result, new Float64Array(5).fill(2))).toBeLessThan(1e-14);
  });

  it.each([0, 49.9, 16_001, Number.NaN])('refuses %d Hz', (rate) => {
    expect(() => createResampler(rate, LENGTH)).toThrow(expect.objectContaining({ code: 'SIGNAL_UNUSABLE' }));
  });
});
