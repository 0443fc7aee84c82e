import type { SerialComparison, SerialStatement } from './serial-comparison.ts';

/** The comparison in a sentence or two: with which ECG, what has changed, or why it cannot be told. */
export function comparisonText(comparison: SerialComparison): string {
  const which = `the ECG recorded ${comparison.when}`;
  if (comparison.outcome === 'not comparable') return `Not compared with ${which}: ${comparison.reason}`;
  const { statements } = comparison;
  if (statements.length === 0) return `Compared with ${which}: ${NO_CHANGE}`;
  return `Compared with ${which}: ${statements.map(statementText).join('; ')}`;
}

const NO_CHANGE = 'no change beyond the limits of this comparison, which does not exclude one';

/** "QTc longer by 62 ms than on 3 March 2026 (482 ms, was 420 ms)" */
export function statementText({ text, values }: SerialStatement): string {
  return values === undefined ? text : `${text} (${values})`;
}

/** The first of the urgent ones: what a line of a card has room for. */
export function firstUrgent(comparison: SerialComparison | undefined): SerialStatement | undefined {
  return comparison?.outcome === 'compared'
    ? comparison.statements.find(({ urgency }) => urgency === 'urgent')
    : undefined;
}
