import { ECGFOUNDER_LOGIC } from '../findings/label-logic.ts';
import type { LabelledRecord } from './labelled-record.ts';
import type { ReferenceRule, ReferenceTable } from './reference-table.ts';

/** What a reference says of a target; `unknown` where it leaves it open, and the case is left out of its test. */
export type ReferenceState = 'positive' | 'negative' | 'unknown';

const ABSTAINED_BELOW_YEARS = Math.max(
  0,
  ...ECGFOUNDER_LOGIC.rules.map((rule) => (rule.kind === 'abstain' ? rule.ageBelowYears : 0)),
);

type Reference = Pick<LabelledRecord, 'scheme' | 'statements'>;

/**
 * What the reference of one record says of every target of the table, in their order: what its statements mean, what
 * they leave open, and what follows by the rules. A target that the scheme has no words for is always unknown.
 * @param reference one that {@link unfitReason} has no objection to.
 */
export function referenceStates(reference: Reference, table: ReferenceTable): readonly ReferenceState[] {
  const { positive, open, unions, isRhythmStated } = statedLabels(reference, table);
  const stated = table.targets.flatMap(({ outputs: [label = 0], isUnion }): ReferenceState[] => {
    if (isUnion) return [];
    if (positive.has(label)) return ['positive'];
    if (open.has(label)) return ['unknown'];
    return [table.rhythmLabels.has(label) && !isRhythmStated ? 'unknown' : 'negative'];
  });
  const states = table.rules.reduce(applyRule, stated);
  const { asked } = table.schemes[reference.scheme];
  return table.targets.map((target) => {
    if (!asked.has(target)) return 'unknown';
    return unions.has(target.name) ? 'positive' : anyOf(target.outputs.map((label) => states[label]));
  });
}

/**
 * Why a record cannot be used, if so: its reference states nothing, has a code that the table does not know, or one
 * that makes the tracing unfit; or the patient is a child, for whom the label logic abstains.
 */
export function unfitReason(
  { scheme, statements, ageYears }: LabelledRecord,
  table: ReferenceTable,
): string | undefined {
  const { codes } = table.schemes[scheme];
  if (statements.length === 0) return 'its reference states nothing';
  if (statements.some(({ code }) => !codes.has(code))) return 'its reference has a code that the table does not know';
  if (ageYears !== undefined && ageYears < ABSTAINED_BELOW_YEARS) {
    return `under ${ABSTAINED_BELOW_YEARS} years, where the label logic abstains`;
  }
  return statements.map(({ code }) => codes.get(code)).find((meaning) => meaning?.unfit)?.reason;
}

function statedLabels({ scheme, statements }: Reference, table: ReferenceTable) {
  const positive = new Set<number>();
  const open = new Set<number>();
  const unions = new Set<string>();
  let isRhythmStated = false;
  for (const { code, likelihood = 0 } of statements) {
    const meaning = table.schemes[scheme].codes.get(code);
    if (meaning === undefined) continue;
    const isDoubtful = likelihood > 0 && likelihood < table.doubtfulBelow;
    const union = table.targets.find(({ name, isUnion }) => isUnion && name === meaning.meansUnion);
    for (const label of meaning.means) (isDoubtful ? open : positive).add(label);
    for (const label of [...meaning.open, ...(union?.outputs ?? [])]) open.add(label);
    if (union && !isDoubtful) unions.add(union.name);
    if (meaning.rhythm && !isDoubtful) isRhythmStated = true;
  }
  return { positive, open, unions, isRhythmStated };
}

function applyRule(states: readonly ReferenceState[], rule: ReferenceRule): readonly ReferenceState[] {
  if (rule.kind === 'opposites') {
    const [a, b] = rule.between;
    const isDecided = [states[a], states[b]].toSorted().join() === 'negative,positive';
    return isDecided ? states : states.with(a, 'unknown').with(b, 'unknown');
  }
  const members = rule.of.map((label) => states[label]);
  return states.with(rule.label, anyOf([states[rule.label], rule.kind === 'all-of' ? allOf(members) : anyOf(members)]));
}

function anyOf(states: readonly (ReferenceState | undefined)[]): ReferenceState {
  if (states.includes('positive')) return 'positive';
  return states.includes('unknown') ? 'unknown' : 'negative';
}

function allOf(states: readonly (ReferenceState | undefined)[]): ReferenceState {
  if (states.includes('negative')) return 'negative';
  return states.includes('unknown') ? 'unknown' : 'positive';
}
