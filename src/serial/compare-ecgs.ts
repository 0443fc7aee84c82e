import { notComparable } from './comparability.ts';
import { type IntervalChange, intervalChanges } from './interval-changes.ts';
import { dayOf } from './previous-day.ts';
import type { PreviousEcg, ReadEcg, SerialComparison } from './serial-comparison.ts';
import { SERIAL_RULES } from './serial-rules.ts';
import { blockStatements, intervalStatements, rhythmStatements, waveStatements } from './statements.ts';
import { type FoundWaveChange, waveChanges } from './wave-changes.ts';

/**
 * What has changed from the previous ECG of a patient to the present one, by the rules of `mappings/serial-comparison.json`.
 * Whether both are of one patient, and which came first, is for the caller to know.
 * @param ageYears at the time of the present one.
 */
export function compareEcgs(previous: PreviousEcg, present: ReadEcg, ageYears: number | undefined): SerialComparison {
  const when = dayOf(previous.ecg.recordedAt, present.ecg.recordedAt);
  const reason = notComparable(previous, present, ageYears);
  if (reason !== undefined) return { outcome: 'not comparable', previous, when, reason };
  const intervals = intervalChanges(previous, present);
  const waves = waveChanges(previous, present);
  const blocks = blockStatements(previous, present, when);
  const statements = [
    ...blocks,
    ...rhythmStatements(previous, present, when),
    ...waveStatements(waves, when),
    // A new block says how the QRS has changed.
    ...intervalStatements(intervals, when).filter(({ rule }) => blocks.length === 0 || rule !== 'qrs'),
  ];
  return {
    outcome: 'compared',
    previous,
    when,
    statements: [
      ...statements.filter(({ urgency }) => urgency === 'urgent'),
      ...statements.filter(({ urgency }) => urgency === 'routine'),
    ],
    serialLabels: borneOut(intervals, waves),
  };
}

/** Comparison labels of the network that may be told: those whose change was found, and few where it could not be looked for. */
function borneOut(intervals: readonly IntervalChange[], waves: readonly FoundWaveChange[]): readonly number[] {
  const looked = new Map([
    ...intervals.flatMap(({ rule, direction }) =>
      (['up', 'down'] as const).map((each) => [`${rule.id}-${each}`, direction === each] as const),
    ),
    ...waves.map(({ rule, leads }) => [rule.id, leads.length > 0] as const),
  ]);
  return SERIAL_RULES.serialLabels.flatMap(({ labels, anyOf, unmeasured }) => {
    const isFound = anyOf.some((id) => looked.get(id) === true);
    const isOpen = unmeasured === 'speaks' && anyOf.every((id) => !looked.has(id));
    return isFound || isOpen ? labels : [];
  });
}
