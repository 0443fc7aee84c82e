import type { Interpretation } from './finding.ts';

/** How soon a human should look at a reading, most urgent first. */
export const READING_URGENCIES = ['critical', 'urgent', 'routine'] as const;
export type ReadingUrgency = (typeof READING_URGENCIES)[number];

/** The most urgent finding decides; a reading that asks for a human is urgent at least. */
export function readingUrgency({
  findings,
  overReadReasons,
}: Pick<Interpretation, 'findings' | 'overReadReasons'>): ReadingUrgency {
  const urgencies = new Set(findings.map(({ urgency }) => urgency));
  if (urgencies.has('critical')) return 'critical';
  return urgencies.has('urgent') || overReadReasons.length > 0 ? 'urgent' : 'routine';
}
