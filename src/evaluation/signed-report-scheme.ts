import type { Label, LabelSet } from '../terminology/label-set.ts';
import type { CodeMeaning } from './reference-table.ts';

/** What the concepts of reports that clinicians signed say of the labels. */
export interface SignedReportScheme {
  readonly codes: ReadonlyMap<string, CodeMeaning>;
  /** Labels that a signed report denies by not stating them. */
  readonly asked: ReadonlySet<number>;
}

/** How a label that a report names in its words is told from a code: no SNOMED CT code has a colon. */
export function labelCode(index: number): string {
  return `label:${index}`;
}

/**
 * Signed reports state SNOMED CT codes, ours and those of annotated databases: what a code of the latter means is known;
 * one of ours means the label it is equivalent to, if that is only one, and leaves open every other label it stands for.
 * A label that is named in words is meant, whatever its code leaves open. Fragments, comparisons and words on the ECG as a
 * whole are never denied: who signs seldom codes them.
 */
export function signedReportScheme(known: ReadonlyMap<string, CodeMeaning>, labelSet: LabelSet): SignedReportScheme {
  const codes = new Map(known);
  const labelsOf = new Map<string, Label[]>();
  for (const label of labelSet.labels) {
    for (const code of codesOf(label, labelSet)) labelsOf.set(code, [...(labelsOf.get(code) ?? []), label]);
  }
  for (const [code, labels] of labelsOf) {
    if (!known.has(code)) codes.set(code, meaningOf(labels, labelSet));
  }
  const meant = [...codes.values()].flatMap(({ means }) => means);
  const asked = meant.filter((index) => isDeniable(labelSet.labels[index]));
  for (const label of labelSet.labels) {
    const ofCodes = codesOf(label, labelSet).flatMap((code) => codes.get(code) ?? []);
    const open = ofCodes
      .flatMap((meaning) => [...meaning.means, ...meaning.open])
      .filter((each) => each !== label.index);
    codes.set(labelCode(label.index), { ...meaning([label.index], open), rhythm: isRhythm(label) });
  }
  return { codes, asked: new Set(asked) };
}

function codesOf({ index }: Label, labelSet: LabelSet): readonly string[] {
  const translation = labelSet.translate(index, 'all');
  return translation === undefined ? [] : [translation.coding, ...translation.additional].map(({ code }) => code);
}

function meaningOf(labels: readonly Label[], labelSet: LabelSet): CodeMeaning {
  const equivalent = labels.filter(({ index }) => labelSet.translate(index, 'all')?.equivalence === 'equivalent');
  const [only, ...more] = equivalent;
  const means = only !== undefined && more.length === 0 ? [only.index] : [];
  const open = labels.map(({ index }) => index).filter((index) => !means.includes(index));
  return { ...meaning(means, open), rhythm: labels.every(isRhythm) };
}

function meaning(means: readonly number[], open: readonly number[]): Omit<CodeMeaning, 'rhythm'> {
  return { means, open, unfit: false, reason: 'the code of the label in ecgfounder-snomed.conceptmap.json' };
}

function isRhythm({ kind, standalone }: Label): boolean {
  return kind === 'rhythm' && standalone;
}

function isDeniable(label: Label | undefined): boolean {
  return label?.standalone === true && label.kind !== 'quality/normality';
}
