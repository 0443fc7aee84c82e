import type { Coding } from '../findings/finding.ts';
import type { SnomedEdition } from '../terminology/concept-map.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';
import type { EcgUnderReview } from './ecg-under-review.ts';

/** Something said of a tracing that a clinician keeps or takes away. */
export interface Statement {
  /** On the form; the same as long as the report has the same version. */
  readonly key: string;
  readonly text: string;
  readonly codings: readonly Coding[];
  /** Output index of the model's finding, where it is one. */
  readonly index?: number;
}

/** A clinician's decision on a tracing. */
export interface OverRead {
  readonly kept: readonly Statement[];
  readonly removed: readonly Statement[];
  readonly added: readonly Statement[];
  readonly comment: string;
  /** Of a report that was signed already: that it was wrong, not just incomplete. */
  readonly isCorrection: boolean;
}

/** What is up for decision: what the report says once signed, else what the model reads. */
export function statementsOf({ report, reading }: Pick<EcgUnderReview, 'report' | 'reading'>): readonly Statement[] {
  if (report?.isSigned)
    return report.stated.map(({ text, codings }, place) => ({ key: `stated-${place}`, text, codings }));
  if (!('interpretation' in reading)) return [];
  return reading.interpretation.findings.map(({ index, text, coding, additionalCodings = [] }) => ({
    key: `finding-${index}`,
    text: asAsserted(text),
    codings: coding ? [coding, ...additionalCodings] : [],
    index,
  }));
}

/** Everything that may be added: what the model knows to say, stands by itself and has a code; in the order of the alphabet. */
export function addableStatements(edition: SnomedEdition): readonly Statement[] {
  const rows = ECGFOUNDER.labels.flatMap(({ index, text, standalone }) => {
    const translation = standalone ? ECGFOUNDER.translate(index, edition) : undefined;
    if (translation === undefined) return [];
    const codings = [translation.coding, ...translation.additional];
    return [{ key: `added-${index}`, text: capitalised(asAsserted(text)), codings }];
  });
  // Two labels may be worded alike.
  return rows
    .filter(({ text }, place) => rows.findIndex((other) => other.text === text) === place)
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** A finding in the words of who asserts it: what a clinician has confirmed neither asks for that nor is unconfirmed. */
export function asAsserted(text: string): string {
  const confirmed = text.replace(/^possible (.*), confirm on tracing$/i, '$1');
  return capitalised(confirmed.replace(/ by the model, unconfirmed$/, ''));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
