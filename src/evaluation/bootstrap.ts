import { seededRandom } from '../random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly replicates: number;
  readonly seed: number;
}

const COVERAGE = 0.95;

/**
 * 95 % intervals (percentiles) of statistics over cases. Units are drawn with replacement, and all statistics see the
 * same draw, so that what they have in common stays so.
 * @param units the unit of each case: cases of one patient are drawn together.
 * @param statistics from how often each case was drawn; NaN where a draw leaves one undefined, which is then left out.
 * @returns one for each statistic; undefined where no replicate defines it.
 */
export function bootstrapIntervals(
  units: readonly string[],
  statistics: (weights: Float64Array) => readonly number[],
  { replicates, seed }: BootstrapOptions,
): readonly (Interval | undefined)[] {
  const random = seededRandom(seed);
  const numbers = new Map([...new Set(units)].map((unit, number) => [unit, number]));
  const unitOfCase = units.map((unit) => numbers.get(unit) ?? 0);
  const drawn = new Float64Array(numbers.size);
  const samples = Array.from({ length: replicates }, () => {
    drawn.fill(0);
    for (let draw = 0; draw < drawn.length; draw += 1) drawn[Math.floor(random() * drawn.length)]! += 1;
    return statistics(Float64Array.from(unitOfCase, (unit) => drawn[unit]!));
  });
  return (samples[0] ?? []).map((_, index) => intervalOf(samples.map((sample) => sample[index] ?? Number.NaN)));
}

function intervalOf(values: readonly number[]): Interval | undefined {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return { low: quantile(sorted, (1 - COVERAGE) / 2), high: quantile(sorted, (1 + COVERAGE) / 2) };
}

/** Linear between order statistics (type 7 of Hyndman and Fan, Am Stat 1996;50:361). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
