import fc from 'fast-check';
import { createRunningMedian } from '../../src/signal/running-median.ts';

const runningMedian = (samples: Float64Array, window: number): Float64Array => {
  const medians = new Float64Array(samples.length);
  createRunningMedian(samples.length, window)(samples, medians);
  return medians;
};

/** By definition: sort every window. */
const sortedMedian = (samples: Float64Array, window: number): Float64Array => {
  const half = (window - 1) / 2;
  return samples.map((_, i) => {
    const neighbours = Float64Array.from({ length: window }, (_, k) => samples[i - half + k] ?? 0);
    return neighbours.sort()[half]!;
  });
};

const odd = fc.integer({ min: 0, max: 15 }).map((half) => 2 * half + 1);

describe('createRunningMedian', () => {
  it('is the median of every window for any finite samples', () => {
    const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(samples, odd, (values, window) => {
        const signal = Float64Array.from(values, (value) => value + 0);
        expect(Array.from(runningMedian(signal, window))).toEqual(Array.from(sortedMedian(signal, window)));
      }),
      { seed: 1 },
    );
  });

  it('is the median where many samples are equal', () => {
    const samples = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(samples, odd, (values, window) => {
        const signal = Float64Array.from(values);
        expect(Array.from(runningMedian(signal, window))).toEqual(Array.from(sortedMedian(signal, window)));
      }),
      { seed: 2 },
    );
  });

  it('tells apart samples that are one in single precision', () => {
    const samples = Float64Array.from({ length: 300 }, (_, i) => 1000 + ((i * 7919) % 300) * 1e-9);
    expect(runningMedian(samples, 21)).toEqual(sortedMedian(samples, 21));
  });

  it('keeps nothing of the signal before', () => {
    const [first, second] = [1, 2].map((factor) =>
      Float64Array.from({ length: 500 }, (_, i) => Math.sin(i * factor)),
    ) as [Float64Array, Float64Array];
    const shared = createRunningMedian(500, 201);
    const medians = new Float64Array(500);
    shared(first, medians);
    shared(second, medians);
    expect(medians).toEqual(runningMedian(second, 201));
  });

  it('takes a signal shorter than its window', () => {
    expect(Array.from(runningMedian(Float64Array.of(5, 6, 7), 201))).toEqual([0, 0, 0]);
  });
});
