import { designBandPass, designNotch } from '../../src/signal/filter-design.ts';
import { bandPassFilter, type CausalFilter, filterZeroPhase, notchFilter } from '../../src/signal/zero-phase-filter.ts';

const NOTCH = notchFilter(designNotch(50, 30, 500));
const BAND_PASS = bandPassFilter(designBandPass([0.67, 40], 500));

const filtered = (samples: Float64Array, filter: CausalFilter): Float64Array => {
  const copy = samples.slice();
  filterZeroPhase(copy, filter, new Float64Array(copy.length + 2 * filter.padLength));
  return copy;
};
const sine = (frequency: number, length = 5000): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / 500));
const largestDifference = (a: Float64Array, b: Float64Array, margin: number): number =>
  a.slice(margin, -margin).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i + margin]!)), 0);

describe('filterZeroPhase', () => {
  it('lets a constant through the notch unchanged, from the first sample to the last', () => {
    for (const sample of filtered(new Float64Array(500).fill(3.5), NOTCH)) expect(sample).toBeCloseTo(3.5, 12);
  });

  it('lets nothing of a constant through the band-pass', () => {
    for (const sample of filtered(new Float64Array(500).fill(3.5), BAND_PASS)) expect(sample).toBeCloseTo(0, 12);
  });

  it('removes mains hum with the notch and keeps 10 Hz in place', () => {
    expect(largestDifference(filtered(sine(50), NOTCH), new Float64Array(5000), 1000)).toBeLessThan(1e-3);
    expect(largestDifference(filtered(sine(10), NOTCH), sine(10), 500)).toBeLessThan(1e-3);
  });

  it('keeps 10 Hz in place through the band-pass', () => {
    expect(largestDifference(filtered(sine(10), BAND_PASS), sine(10), 1500)).toBeLessThan(1e-3);
  });

  it('uses no scratch memory beyond what it asks for, and only the part that it needs', () => {
    const samples = sine(7, 100);
    const roomy = samples.slice();
    filterZeroPhase(roomy, BAND_PASS, new Float64Array(1000).fill(Number.NaN));
    expect(roomy).toEqual(filtered(samples, BAND_PASS));
  });

  it('works on the shortest signal that can be extended', () => {
    expect(filtered(sine(10, BAND_PASS.padLength + 1), BAND_PASS).every(Number.isFinite)).toBe(true);
  });
});
