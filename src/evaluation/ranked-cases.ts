/** Cases of one target that the reference decides, in order of their scores. */
export interface RankedCases {
  /** Place of each case in the list that was ranked, least score first. */
  readonly cases: readonly number[];
  readonly isPositive: readonly boolean[];
  /** Whether the next case has the same score. */
  readonly isTied: readonly boolean[];
}

/** Ranks cases by score. @param isPositive undefined for a case that the reference leaves open, which is left out. */
export function rankCases(scores: readonly number[], isPositive: readonly (boolean | undefined)[]): RankedCases {
  const cases = scores.flatMap((_, index) => (isPositive[index] === undefined ? [] : [index]));
  cases.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  return {
    cases,
    isPositive: cases.map((index) => isPositive[index] === true),
    isTied: cases.map((index, rank) => scores[index] === scores[cases[rank + 1] ?? -1]),
  };
}

/**
 * Area under the ROC curve: how often a positive case has a higher score than a negative one, ties counting half (the
 * Mann-Whitney statistic; Hanley and McNeil, Radiology 1982;143:29). NaN without a positive or a negative case.
 * @param weights how often each case of the list that was ranked counts; once each unless given.
 */
export function areaUnderRoc({ cases, isPositive, isTied }: RankedCases, weights?: ArrayLike<number>): number {
  let positives = 0;
  let negatives = 0;
  let wins = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  for (let rank = 0; rank < cases.length; rank += 1) {
    const weight = weights === undefined ? 1 : weights[cases[rank]!]!;
    if (isPositive[rank]) tiedPositives += weight;
    else tiedNegatives += weight;
    if (isTied[rank]) continue;
    wins += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    tiedPositives = 0;
    tiedNegatives = 0;
  }
  return wins / (positives * negatives);
}

/**
 * Average precision: the precision at each score, weighted by the recall it adds, cases of one score together (without
 * interpolation). NaN without a positive case.
 */
export function averagePrecision({ isPositive, isTied }: RankedCases): number {
  const positives = isPositive.filter(Boolean).length;
  let found = 0;
  let flagged = 0;
  let foundBefore = 0;
  let sum = 0;
  for (let rank = isPositive.length - 1; rank >= 0; rank -= 1) {
    flagged += 1;
    if (isPositive[rank]) found += 1;
    if (rank > 0 && isTied[rank - 1]) continue;
    sum += ((found - foundBefore) / positives) * (found / flagged);
    foundBefore = found;
  }
  return positives === 0 ? Number.NaN : sum;
}
