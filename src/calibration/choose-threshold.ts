import type { CalibrationTarget } from '../model/site-calibration.ts';
import { wilsonInterval } from '../wilson-interval.ts';

/** A case with its probability. */
export interface Judged {
  readonly probability: number;
  readonly isPositive: boolean;
}

/** Cases by what they are and whether they are flagged. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** What a proportion is of, by measure: successes and trials. */
export const MEASURES: Readonly<
  Record<CalibrationTarget['measure'], (confusion: Confusion) => readonly [successes: number, trials: number]>
> = {
  sensitivity: ({ truePositives, falseNegatives }) => [truePositives, truePositives + falseNegatives],
  specificity: ({ trueNegatives, falsePositives }) => [trueNegatives, trueNegatives + falsePositives],
  ppv: ({ truePositives, falsePositives }) => [truePositives, truePositives + falsePositives],
};

/**
 * The threshold that keeps a target: the lower end of the measure's 95 % interval is at least what was asked. Among those
 * that do, it flags most positive cases for specificity and PPV, and fewest cases for sensitivity. It lies just below a
 * positive case, half-way to the next: lower down nothing is gained but false alarms.
 * @returns undefined where no threshold keeps the target on these cases.
 */
export function chooseThreshold(cases: readonly Judged[], target: CalibrationTarget): number | undefined {
  const kept = candidates(cases).filter(({ confusion }) => {
    const interval = wilsonInterval(...MEASURES[target.measure](confusion));
    return interval !== undefined && interval.low >= target.atLeast;
  });
  // Candidates fall.
  return (target.measure === 'sensitivity' ? kept[0] : kept.at(-1))?.threshold;
}

export function confusionAt(cases: readonly Judged[], threshold: number): Confusion {
  return confusionOf(cases.map((each) => ({ isPositive: each.isPositive, isFlagged: each.probability >= threshold })));
}

export function confusionOf(
  cases: readonly { readonly isPositive: boolean; readonly isFlagged: boolean }[],
): Confusion {
  const count = (isPositive: boolean, isFlagged: boolean) =>
    cases.filter((each) => each.isPositive === isPositive && each.isFlagged === isFlagged).length;
  return {
    truePositives: count(true, true),
    falsePositives: count(false, true),
    falseNegatives: count(true, false),
    trueNegatives: count(false, false),
  };
}

/** A threshold below each distinct probability of a positive case, from the highest, in one pass over the sorted cases. */
function candidates(cases: readonly Judged[]) {
  const sorted = [...cases].sort((a, b) => b.probability - a.probability);
  const positives = cases.filter(({ isPositive }) => isPositive).length;
  const negatives = cases.length - positives;
  const found: { readonly threshold: number; readonly confusion: Confusion }[] = [];
  let [truePositives, falsePositives, isOfPositive] = [0, 0, false];
  for (const [place, { probability, isPositive }] of sorted.entries()) {
    if (isPositive) truePositives += 1;
    else falsePositives += 1;
    isOfPositive ||= isPositive;
    const below = sorted[place + 1]?.probability ?? probability;
    if (place + 1 < sorted.length && below === probability) continue;
    if (isOfPositive) {
      const [falseNegatives, trueNegatives] = [positives - truePositives, negatives - falsePositives];
      found.push({
        threshold: (probability + below) / 2,
        confusion: { truePositives, falsePositives, falseNegatives, trueNegatives },
      });
    }
    isOfPositive = false;
  }
  return found;
}
