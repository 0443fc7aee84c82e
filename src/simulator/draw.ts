/** Uniform numbers in [0, 1); see `seededRandom`. */
export type Random = () => number;

/** Uniform between two bounds. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** One of the values, all equally likely. */
export function oneOf<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

/** Mean 0, standard deviation 1, within ±3.46: the sum of four uniform numbers, which is close enough for anatomy. */
export function normal(random: Random): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}

/** A factor around 1 whose logarithm has the given standard deviation. */
export function factor(random: Random, deviation: number): number {
  return Math.exp(deviation * normal(random));
}
