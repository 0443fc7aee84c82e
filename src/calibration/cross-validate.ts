import { boundedLogit, type CalibrationTarget, calibratedScore } from '../model/site-calibration.ts';
import { seededRandom } from '../random.ts';
import { chooseThreshold, type Judged } from './choose-threshold.ts';
import { fitPlatt, type PlattFit } from './fit-platt.ts';

/** A case of one label: the model's score, and what it is. */
export interface LabelCase {
  readonly score: number;
  readonly isPositive: boolean;
}

/** A case as judged by a curve and a threshold that it had no part in. */
export type HeldOut = Judged & { readonly isFlagged: boolean };

export interface LabelFit extends PlattFit {
  readonly threshold: number;
}

const FOLDS = 5;
const SEED = 1;

/** Curve and threshold from cases; undefined where higher scores are no sign of the finding, or no threshold keeps the target. */
export function fitLabel(cases: readonly LabelCase[], target: CalibrationTarget): LabelFit | undefined {
  const fit = fitPlatt(cases.map(({ score, isPositive }) => ({ logit: boundedLogit(score), isPositive })));
  if (!(fit.slope > 0)) return undefined;
  const threshold = chooseThreshold(judgedBy(fit, cases), target);
  return threshold === undefined ? undefined : { ...fit, threshold };
}

/**
 * Judges every case by what was fitted on the others: five folds, each with its share of positive cases. Cases have to
 * be of different patients.
 * @returns in no particular order; undefined where a fold could not be fitted.
 */
export function crossValidate(cases: readonly LabelCase[], target: CalibrationTarget): readonly HeldOut[] | undefined {
  const folds = stratifiedFolds(cases);
  const judged = folds.map((fold, place) => {
    const fit = fitLabel(folds.toSpliced(place, 1).flat(), target);
    return fit && judgedBy(fit, fold).map((each) => ({ ...each, isFlagged: each.probability >= fit.threshold }));
  });
  return judged.every((fold) => fold !== undefined) ? judged.flat() : undefined;
}

function judgedBy(fit: PlattFit, cases: readonly LabelCase[]): readonly Judged[] {
  return cases.map(({ score, isPositive }) => ({ probability: calibratedScore(score, fit), isPositive }));
}

function stratifiedFolds(cases: readonly LabelCase[]): readonly (readonly LabelCase[])[] {
  const random = seededRandom(SEED);
  const dealt = [true, false].flatMap((isPositive) =>
    shuffled(
      cases.filter((each) => each.isPositive === isPositive),
      random,
    ).map((each, place) => ({ each, fold: place % FOLDS })),
  );
  return Array.from({ length: FOLDS }, (_, fold) => dealt.filter((each) => each.fold === fold).map(({ each }) => each));
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
