import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { filterLeads, preprocess } from '../../src/signal/preprocess.ts';

const AUTHORS = { recipe: 'ecgfounder', notch: 50 } as const;
const Z_SCORE = { recipe: 'z-score', notch: 50 } as const;
const LENGTH = 5000;

/**
 * Two leads of beats, drift and hum at both mains frequencies. In NumPy, with t = np.arange(5000) / 500:
 * 0.3*np.sin(2*np.pi*1.1*t + l) + np.cos(l)*np.exp(-((t % 0.8 - 0.3)/0.012)**2)
 *   + 0.05*np.sin(2*np.pi*50*t) + 0.04*np.sin(2*np.pi*60*t) + 0.05*t - 0.2   for l in (0, 1)
 */
const LEADS = [0, 1].map((lead) =>
  Float64Array.from({ length: LENGTH }, (_, i) => {
    const t = i / 500;
    const turn = 2 * Math.PI * t;
    return (
      0.3 * Math.sin(1.1 * turn + lead) +
      Math.cos(lead) * Math.exp(-((((t % 0.8) - 0.3) / 0.012) ** 2)) +
      0.05 * Math.sin(50 * turn) +
      0.04 * Math.sin(60 * turn) +
      0.05 * t -
      0.2
    );
  }),
);
const AT = [0, 1, 150, 777, 2500, 4850, 4999];

/**
 * The same leads through SciPy 1.17 at the samples AT: iirnotch(f, 30, 500), butter(4, [0.67, 40], 'bandpass', fs=500),
 * both in b, a form by filtfilt; minus medfilt(·, 201); (y - y.mean()) / (y.std() + 1e-8) over both leads.
 */
const SCIPY = [
  {
    notch: 50,
    filtered: [
      [-0.032714333, -0.025851868, 0.981499799, -0.056855896, -0.062414063, -0.040741148, 0.005063382],
      [0, 0, 0.449889368, 0, -0.045210967, -0.026113342, 0.051389645],
    ],
    scored: [
      [-0.40916125, -0.34724512, 8.74151765, -0.62697688, -0.67712507, -0.48158265, -0.06831435],
      [-0.11399838, -0.11399838, 3.94509823, -0.11399838, -0.52191129, -0.34960426, 0.34966124],
    ],
  },
  {
    notch: 60,
    filtered: [
      [-0.058239395, -0.05077153, 0.987749536, -0.062129272, -0.060901796, -0.03563684, -0.003606614],
      [0, 0, 0.448994461, -0.001483416, -0.050005838, -0.028161935, 0.042858117],
    ],
    scored: [
      [-0.63734897, -0.57010105, 8.78175225, -0.67237721, -0.66132381, -0.43381359, -0.14538229],
      [-0.11290484, -0.11290484, 3.93027779, -0.12626296, -0.56320602, -0.36650227, 0.27303131],
    ],
  },
] as const;
const SCIPY_Z_SCORE_ALONE = [
  [-0.96572593, -0.74848097, 3.58401294, -1.74979756, -0.0756392, -0.17494441, 0.59720258],
  [-0.06694734, 0.1434248, 1.08406883, -1.50147953, -0.97441779, -0.17766335, 1.50268226],
];

const largestDifference = (a: Float64Array, b: ArrayLike<number>): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const sampled = (signal: Float64Array): Float64Array =>
  Float64Array.from([0, 1].flatMap((lead) => AT.map((i) => signal[lead * LENGTH + i]!)));
const moments = (signal: Float64Array): { mean: number; deviation: number } => {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  return { mean, deviation: Math.sqrt(signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / signal.length) };
};

describe('preprocess', () => {
  it.each(SCIPY)('does what SciPy does, with the notch at $notch Hz', ({ notch, filtered, scored }) => {
    const recipe = { recipe: 'ecgfounder', notch } as const;
    expect(largestDifference(sampled(filterLeads(LEADS, recipe)), filtered.flat())).toBeLessThan(1e-6);
    expect(largestDifference(sampled(preprocess(LEADS, recipe)), scored.flat())).toBeLessThan(1e-5);
  });

  it('only z-scores for the recipe of that name', () => {
    expect(largestDifference(sampled(preprocess(LEADS, Z_SCORE)), SCIPY_Z_SCORE_ALONE.flat())).toBeLessThan(1e-7);
    expect(Array.from(filterLeads(LEADS, Z_SCORE))).toEqual(LEADS.flatMap((lead) => Array.from(lead)));
  });

  it('scores all leads together, not each alone', () => {
    const scored = preprocess([LEADS[0]!, LEADS[0]!.map((sample) => 10 * sample)], AUTHORS);
    const { mean, deviation } = moments(scored);
    expect(mean).toBeCloseTo(0, 10);
    expect(deviation).toBeCloseTo(1, 6);
    const [small, large] = [moments(scored.subarray(0, LENGTH)), moments(scored.subarray(LENGTH))];
    expect(large.deviation / small.deviation).toBeCloseTo(10, 6);
  });

  it('takes missing samples as 0', () => {
    const gap = LEADS.map((lead) => lead.map((sample, i) => (i > 2000 && i < 2100 ? Number.NaN : sample)));
    const zero = LEADS.map((lead) => lead.map((sample, i) => (i > 2000 && i < 2100 ? 0 : sample)));
    for (const recipe of [AUTHORS, Z_SCORE]) expect(preprocess(gap, recipe)).toEqual(preprocess(zero, recipe));
  });

  it('leaves its arguments alone', () => {
    const before = LEADS[0]!.slice();
    preprocess(LEADS, AUTHORS);
    expect(LEADS[0]).toEqual(before);
  });

  it('gives zeros for a constant', () => {
    const scored = preprocess([new Float64Array(100).fill(0.5)], Z_SCORE);
    expect(scored.every((value) => value === 0)).toBe(true);
  });

  it('refuses infinite samples and amplitudes beyond computing', () => {
    for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300]) {
      const lead = LEADS[0]!.with(2500, value);
      for (const recipe of [AUTHORS, Z_SCORE]) {
        expect(() => preprocess([lead], recipe)).toThrow(expect.objectContaining({ code: 'SIGNAL_UNUSABLE' }));
      }
    }
  });

  it('refuses what is too short to filter', () => {
    expect(() => preprocess([new Float64Array(27)], AUTHORS)).toThrow(
      expect.objectContaining({ code: 'RECORDING_TOO_SHORT' }),
    );
    expect(() => preprocess([], AUTHORS)).toThrow(expect.objectContaining({ code: 'RECORDING_TOO_SHORT' }));
    expect(preprocess([LEADS[0]!.slice(0, 28)], AUTHORS)).toHaveLength(28);
  });
});

const golden = fileURLToPath(new URL('../../../shared/golden/', import.meta.url));
const readGolden = (name: string): Float64Array =>
  new Float64Array(new Uint8Array(readFileSync(`${golden}${name}.f64`)).buffer);

(existsSync(golden) ? describe : describe.skip)('preprocess against the authors’ code (reference samples)', () => {
  it.each(['preprocess-12lead-500', 'preprocess-1lead-500'])('agrees on %s', (name) => {
    const input = readGolden(`${name}.input`);
    const leads = Array.from({ length: input.length / LENGTH }, (_, row) =>
      input.slice(row * LENGTH, (row + 1) * LENGTH),
    );
    expect(largestDifference(filterLeads(leads, AUTHORS), readGolden(`${name}.filtered`))).toBeLessThan(5e-6);
    expect(largestDifference(preprocess(leads, AUTHORS), readGolden(`${name}.zscored`))).toBeLessThan(2e-5);
  });
});
