import { CONDUCTION_RULES } from './conduction-rules.ts';
import type { LabelContext, LabelRule, Presence } from './label-context.ts';
import { MORPHOLOGY_RULES } from './morphology-rules.ts';
import { RHYTHM_RULES } from './rhythm-rules.ts';

const RULES: readonly LabelRule[] = [...RHYTHM_RULES, ...CONDUCTION_RULES, ...MORPHOLOGY_RULES];

/** The overall verdicts: they follow from the graver of the other labels. */
const ABNORMAL = 0;
const NORMAL = 2;
const OTHERWISE_NORMAL = 7;
const BORDERLINE = 10;

/** Indices of the labels that simulated recordings can have; all others are never judged. */
export const SIMULATED_LABELS: readonly number[] = [
  ...new Set([ABNORMAL, NORMAL, OTHERWISE_NORMAL, BORDERLINE, ...RULES.map(({ label }) => label)]),
].sort((a, b) => a - b);

/** Which labels hold of a recording, and which are a matter of opinion; the others do not hold. */
export function findLabels(context: LabelContext): {
  readonly present: readonly number[];
  readonly unknown: readonly number[];
} {
  const judged = RULES.map((rule) => ({ ...rule, presence: rule.present(context) }));
  const verdicts = new Map<number, Presence>(judged.map(({ label, presence }) => [label, presence]));
  for (const [label, presence] of summary(judged)) verdicts.set(label, presence);
  const having = (wanted: Presence): number[] =>
    [...verdicts].flatMap(([label, presence]) => (presence === wanted ? [label] : [])).sort((a, b) => a - b);
  return { present: having(true), unknown: having(undefined) };
}

function summary(
  judged: readonly (LabelRule & { readonly presence: Presence })[],
): readonly (readonly [number, Presence])[] {
  const any = (grade: LabelRule['grade'], presence: Presence): boolean =>
    judged.some((rule) => rule.grade === grade && rule.presence === presence);
  if (any('abnormal', true)) return verdict({ abnormal: true });
  const doubtful = any('abnormal', undefined);
  if (any('borderline', true)) return verdict({ abnormal: undefined, borderline: doubtful ? undefined : true });
  if (any('minor', true)) {
    return verdict({
      abnormal: doubtful ? undefined : false,
      borderline: undefined,
      minor: doubtful ? undefined : true,
      normal: undefined,
    });
  }
  if (doubtful || any('borderline', undefined)) {
    return verdict({ abnormal: undefined, borderline: undefined, minor: undefined, normal: undefined });
  }
  return verdict({ normal: true });
}

function verdict(values: {
  readonly abnormal?: Presence;
  readonly borderline?: Presence;
  readonly minor?: Presence;
  readonly normal?: Presence;
}): readonly (readonly [number, Presence])[] {
  const of = (key: keyof typeof values): Presence => (key in values ? values[key] : false);
  return [
    [ABNORMAL, of('abnormal')],
    [BORDERLINE, of('borderline')],
    [OTHERWISE_NORMAL, of('minor')],
    [NORMAL, of('normal')],
  ];
}
