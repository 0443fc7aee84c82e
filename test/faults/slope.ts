/** A straight line's rise, with its 95 % interval. */
export interface Slope {
  readonly perUnit: number;
  readonly low: number;
  readonly high: number;
}

/** Of Student's t with many degrees of freedom. */
const T_95 = 2.0;

/** Least squares over points (x, y); the interval takes the points' deviations from the line for independent. */
export function slopeOf(points: readonly (readonly [number, number])[]): Slope {
  const n = points.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const perUnit = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - perUnit * (x - meanX)) ** 2, 0);
  const margin = T_95 * Math.sqrt(rest / (n - 2) / spread);
  return { perUnit, low: perUnit - margin, high: perUnit + margin };
}
