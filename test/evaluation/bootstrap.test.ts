import { bootstrapIntervals } from '../../src/evaluation/bootstrap.ts';
import { seededRandom } from '../../src/random.ts';

const UNITS = Array.from({ length: 200 }, (_, i) => `patient ${i}`);
const random = seededRandom(7);
const VALUES = UNITS.map(() => random());
const weightedMean = (weights: Float64Array) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, i) => sum + weight * (VALUES[i] ?? 0), 0) / total;
};

describe('bootstrapIntervals', () => {
  it('agrees with the normal interval of a mean', () => {
    const [interval] = bootstrapIntervals(UNITS, (weights) => [weightedMean(weights)], { replicates: 2000, seed: 1 });
    const mean = VALUES.reduce((sum, value) => sum + value, 0) / VALUES.length;
    const deviation = Math.sqrt(VALUES.reduce((sum, value) => sum + (value - mean) ** 2, 0) / VALUES.length);
    const half = (1.96 * deviation) / Math.sqrt(VALUES.length);
    expect(Math.abs((interval?.low ?? 0) - (mean - half))).toBeLessThan(0.1 * half);
    expect(Math.abs((interval?.high ?? 0) - (mean + half))).toBeLessThan(0.1 * half);
  });

  it('repeats for the same seed and differs for another', () => {
    const run = (seed: number) =>
      bootstrapIntervals(UNITS, (weights) => [weightedMean(weights)], { replicates: 50, seed });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it('draws as many units as there are, and cases of one unit together', () => {
    const draws: number[][] = [];
    const statistics = (weights: Float64Array) => {
      draws.push([...weights]);
      return [0];
    };
    bootstrapIntervals(['a', 'b', 'a', 'c'], statistics, { replicates: 100, seed: 1 });
    for (const [first, second, third, fourth] of draws) {
      expect(third).toBe(first);
      expect((first ?? 0) + (second ?? 0) + (fourth ?? 0)).toBe(3);
    }
    expect(new Set(draws.map(String)).size).toBeGreaterThan(5);
  });

  it('leaves out replicates that do not define a statistic, and gives no interval where none does', () => {
    let replicate = 0;
    const statistics = () => {
      replicate += 1;
      return [replicate % 2 === 0 ? Number.NaN : 3, Number.NaN];
    };
    expect(bootstrapIntervals(['a'], statistics, { replicates: 10, seed: 1 })).toEqual([
      { low: 3, high: 3 },
      undefined,
    ]);
  });

  it('gives nothing without replicates', () => {
    expect(bootstrapIntervals(UNITS, () => [1], { replicates: 0, seed: 1 })).toEqual([]);
  });
});
