import type { Manifest } from '../model/manifest.ts';
import { type BootstrapOptions, bootstrapIntervals, type Interval } from './bootstrap.ts';
import { areaUnderRoc, averagePrecision, rankCases } from './ranked-cases.ts';
import type { ReferenceState } from './reference-states.ts';
import type { Target } from './reference-table.ts';

/** One recording, scored and read. */
export interface EvaluatedCase {
  readonly source: string;
  /** Cases of one unit, a patient, are not independent. */
  readonly unit: string;
  /** By output of the network. */
  readonly scores: ArrayLike<number>;
  /** By target. */
  readonly states: readonly ReferenceState[];
}

/** How often the references state a target. */
export interface TargetCounts {
  readonly name: string;
  readonly isUnion: boolean;
  readonly positives: number;
  readonly negatives: number;
  /** The reference leaves them open. */
  readonly leftOut: number;
  readonly positivesBySource: Readonly<Record<string, number>>;
}

/** How well a model tells the positive cases of one target from the negative ones. */
export interface TargetEvaluation extends TargetCounts {
  readonly auroc: number;
  /** 95 %; undefined without a bootstrap. */
  readonly interval: Interval | undefined;
  readonly averagePrecision: number;
  /** Cases at or above the thresholds of the manifest, before any rule of the label logic. */
  readonly truePositives: number;
  readonly falsePositives: number;
}

export interface Evaluation {
  /** Mean over the labels among `tested`, not over unions, which would count them twice; undefined without any. */
  readonly macro:
    | { readonly auroc: number; readonly interval: Interval | undefined; readonly labelCount: number }
    | undefined;
  readonly tested: readonly TargetEvaluation[];
  /** With a positive case, but too few to claim anything. */
  readonly notTestable: readonly TargetCounts[];
  /** With a positive case, but among the outputs that the model does not report. */
  readonly notReported: readonly TargetCounts[];
}

/** A target as one model answers it. */
interface Question {
  readonly counts: TargetCounts;
  /** Those of the target that the model reports. */
  readonly outputs: readonly number[];
  /** By case; undefined where the reference leaves it open. */
  readonly truths: readonly (boolean | undefined)[];
}

/** With fewer positive or negative cases nothing is claimed. */
export const MIN_CASES = 5;

/** Compares the scores of a model with what the references say. */
export function evaluateCases(
  cases: readonly EvaluatedCase[],
  targets: readonly Target[],
  { manifest, bootstrap }: { readonly manifest: Manifest; readonly bootstrap: BootstrapOptions },
): Evaluation {
  const questions = targets
    .map((target, place): Question => {
      const truths = cases.map(({ states }) => truthOf(states[place]));
      const outputs = target.outputs.filter((output) => !manifest.disabledOutputs.includes(output));
      return { counts: countTruths(target, truths, cases), outputs, truths };
    })
    .filter(({ counts }) => counts.positives > 0);
  const reported = questions.filter(({ outputs }) => outputs.length > 0);
  const testable = reported.filter(isTestable);
  return {
    ...testQuestions(testable, cases, { manifest, bootstrap }),
    notTestable: reported.filter((question) => !isTestable(question)).map(({ counts }) => counts),
    notReported: questions.filter(({ outputs }) => outputs.length === 0).map(({ counts }) => counts),
  };
}

function testQuestions(
  questions: readonly Question[],
  cases: readonly EvaluatedCase[],
  { manifest, bootstrap }: { readonly manifest: Manifest; readonly bootstrap: BootstrapOptions },
): Pick<Evaluation, 'macro' | 'tested'> {
  const ranked = questions.map((question) => ({
    ...question,
    ranking: rankCases(cases.map(scoreOn(question.outputs)), question.truths),
  }));
  const labelCount = ranked.filter(({ counts }) => !counts.isUnion).length;
  /** The macro average first, then the area of each question. */
  const statistics = (weights?: Float64Array) => {
    const areas = ranked.map(({ ranking }) => areaUnderRoc(ranking, weights));
    return [mean(areas.filter((area, index) => !ranked[index]?.counts.isUnion && !Number.isNaN(area))), ...areas];
  };
  const [auroc = Number.NaN, ...areas] = statistics();
  const units = cases.map(({ unit }) => unit);
  const [interval, ...intervals] = bootstrapIntervals(units, statistics, bootstrap);
  return {
    macro: labelCount === 0 ? undefined : { auroc, interval, labelCount },
    tested: ranked.map(({ counts, outputs, truths, ranking }, index) => ({
      ...counts,
      auroc: areas[index] ?? Number.NaN,
      interval: intervals[index],
      averagePrecision: averagePrecision(ranking),
      ...countFlagged({ outputs, truths }, cases, manifest),
    })),
  };
}

function truthOf(state: ReferenceState | undefined): boolean | undefined {
  return state === undefined || state === 'unknown' ? undefined : state === 'positive';
}

function countTruths({ name, isUnion }: Target, truths: Question['truths'], cases: readonly EvaluatedCase[]) {
  const positives = cases.filter((_, index) => truths[index]);
  const bySource = Map.groupBy(positives, ({ source }) => source);
  return {
    name,
    isUnion,
    positives: positives.length,
    negatives: truths.filter((truth) => truth === false).length,
    leftOut: truths.filter((truth) => truth === undefined).length,
    positivesBySource: Object.fromEntries([...bySource].map(([source, members]) => [source, members.length])),
  };
}

function isTestable({ counts }: Question): boolean {
  return Math.min(counts.positives, counts.negatives) >= MIN_CASES;
}

function scoreOn(outputs: readonly number[]) {
  return ({ scores }: EvaluatedCase) => Math.max(...outputs.map((output) => scores[output] ?? Number.NaN));
}

function countFlagged(
  { outputs, truths }: Pick<Question, 'outputs' | 'truths'>,
  cases: readonly EvaluatedCase[],
  { thresholds }: Manifest,
) {
  const isFlagged = ({ scores }: EvaluatedCase) =>
    outputs.some((output) => (scores[output] ?? 0) >= (thresholds.byOutput[String(output)] ?? thresholds.default));
  const count = (truth: boolean) => cases.filter((each, index) => truths[index] === truth && isFlagged(each)).length;
  return { truePositives: count(true), falsePositives: count(false) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
