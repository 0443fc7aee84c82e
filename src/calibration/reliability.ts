import type { Interval } from '../evaluation/bootstrap.ts';
import { wilsonInterval } from '../wilson-interval.ts';
import type { Judged } from './choose-threshold.ts';

/** Cases of similar probability: what was foretold of them, and what they were. */
export interface ReliabilityBin {
  readonly count: number;
  readonly meanProbability: number;
  readonly observed: number;
  /** 95 % of `observed` (Wilson). */
  readonly interval: Interval;
}

const BINS = 10;

/** Ten bins of equal count: where the cases are, however rare the finding. */
export function reliabilityBins(cases: readonly Judged[]): readonly ReliabilityBin[] {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability);
  const edges = Array.from({ length: BINS + 1 }, (_, edge) => Math.round((edge * sorted.length) / BINS));
  return edges.slice(1).flatMap((end, bin) => {
    const members = sorted.slice(edges[bin], end);
    const positives = members.filter(({ isPositive }) => isPositive).length;
    const interval = wilsonInterval(positives, members.length);
    if (interval === undefined) return [];
    const meanProbability = members.reduce((sum, { probability }) => sum + probability, 0) / members.length;
    return [{ count: members.length, meanProbability, observed: positives / members.length, interval }];
  });
}

/** Expected calibration error (Naeini et al., AAAI 2015) over {@link reliabilityBins}. */
export function calibrationError(cases: readonly Judged[]): number {
  return reliabilityBins(cases).reduce(
    (sum, { count, meanProbability, observed }) => sum + (count / cases.length) * Math.abs(meanProbability - observed),
    0,
  );
}

/** Brier, Mon Weather Rev 1950;78:1: mean squared error of probabilities. */
export function brierScore(cases: readonly Judged[]): number {
  return (
    cases.reduce((sum, { probability, isPositive }) => sum + (probability - Number(isPositive)) ** 2, 0) / cases.length
  );
}
