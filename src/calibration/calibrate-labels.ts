import type { EvaluatedCase } from '../evaluation/evaluate-cases.ts';
import type { Target } from '../evaluation/reference-table.ts';
import type { Manifest } from '../model/manifest.ts';
import type { CalibratedLabel, CalibrationTarget, Performance, SiteCalibration } from '../model/site-calibration.ts';
import { wilsonInterval } from '../wilson-interval.ts';
import { type Confusion, confusionAt, confusionOf, type Judged, MEASURES } from './choose-threshold.ts';
import { crossValidate, fitLabel, type LabelCase } from './cross-validate.ts';
import { brierScore, calibrationError, type ReliabilityBin, reliabilityBins } from './reliability.ts';

/** Of either kind, for two parameters and a threshold: 10 events per parameter, and half as many again for the folds. */
export const MIN_CASES = 30;

/** A label with what its reliability diagram shows, by bins of equal count. */
export interface FittedLabel extends CalibratedLabel {
  readonly binsBefore: readonly ReliabilityBin[];
  /** By cross-validation. */
  readonly binsAfter: readonly ReliabilityBin[];
}

export interface LabelCalibrations {
  readonly labels: readonly FittedLabel[];
  readonly refused: SiteCalibration['refused'];
  /** Labels that the model reports and the references have no word for, or never state. */
  readonly unseen: readonly string[];
}

/**
 * Calibrates every label of a model that the references decide often enough. Of several ECGs of one patient the first
 * that decides a label counts for it: the others are no independent cases.
 * @param cases scored by the model as it comes.
 */
export function calibrateLabels(
  cases: readonly EvaluatedCase[],
  targets: readonly Target[],
  { manifest, target }: { readonly manifest: Manifest; readonly target: CalibrationTarget },
): LabelCalibrations {
  const labels: FittedLabel[] = [];
  const refused: SiteCalibration['refused'] = [];
  const unseen: string[] = [];
  for (const [place, { name, outputs, isUnion }] of targets.entries()) {
    const [output] = outputs;
    if (isUnion || output === undefined || manifest.disabledOutputs.includes(output)) continue;
    const decided = decidedCases(cases, place, output);
    const positives = decided.filter(({ isPositive }) => isPositive).length;
    const counted = { output, label: name, positives, negatives: decided.length - positives };
    if (positives === 0) {
      unseen.push(name);
      continue;
    }
    const result = calibrateLabel(decided, thresholdOf(manifest, output), { counted, target });
    if (typeof result === 'string') refused.push({ ...counted, reason: result });
    else labels.push(result);
  }
  return { labels, refused, unseen };
}

type Counted = Pick<CalibratedLabel, 'output' | 'label' | 'positives' | 'negatives'>;

/** The calibration of a label, or why there is none. */
function calibrateLabel(
  cases: readonly LabelCase[],
  threshold: number,
  { counted, target }: { readonly counted: Counted; readonly target: CalibrationTarget },
): FittedLabel | string {
  if (counted.positives < MIN_CASES) return `fewer than ${MIN_CASES} positive ECGs`;
  if (counted.negatives < MIN_CASES) return `fewer than ${MIN_CASES} negative ECGs`;
  const wanted = `${target.measure} of ${target.atLeast} with its 95 % interval`;
  const fit = fitLabel(cases, target);
  const heldOut = crossValidate(cases, target);
  if (fit === undefined || heldOut === undefined) {
    return `no threshold keeps a ${wanted}, or higher scores are no sign of the finding`;
  }
  const before = cases.map(({ score, isPositive }) => ({ probability: score, isPositive }));
  const confusion = confusionOf(heldOut);
  const reached = wilsonInterval(...MEASURES[target.measure](confusion));
  if (reached === undefined || reached.high < target.atLeast) {
    return `a ${wanted} does not hold on cases that were not fitted on`;
  }
  return {
    ...counted,
    ...fit,
    before: performance(before, confusionAt(before, threshold)),
    after: performance(heldOut, confusion),
    binsBefore: reliabilityBins(before),
    binsAfter: reliabilityBins(heldOut),
  };
}

function performance(cases: readonly Judged[], confusion: Confusion): Performance {
  const ppv = proportion(MEASURES.ppv(confusion));
  return {
    brier: brierScore(cases),
    ece: calibrationError(cases),
    sensitivity: proportion(MEASURES.sensitivity(confusion)) ?? NOTHING,
    specificity: proportion(MEASURES.specificity(confusion)) ?? NOTHING,
    ...(ppv === undefined ? {} : { ppv }),
  };
}

const NOTHING = { value: 0, low: 0, high: 1 };

function proportion([successes, trials]: readonly [number, number]) {
  const interval = wilsonInterval(successes, trials);
  return interval && { value: successes / trials, ...interval };
}

function decidedCases(cases: readonly EvaluatedCase[], place: number, output: number): readonly LabelCase[] {
  const units = new Set<string>();
  return cases.flatMap(({ unit, scores, states }) => {
    const [state, score] = [states[place], scores[output]];
    if (score === undefined || state === undefined || state === 'unknown' || units.has(unit)) return [];
    units.add(unit);
    return [{ score, isPositive: state === 'positive' }];
  });
}

function thresholdOf({ thresholds }: Manifest, output: number): number {
  return thresholds.byOutput[String(output)] ?? thresholds.default;
}
