import type { Finding } from '../findings/finding.ts';
import { isMeasured } from '../measurement/measurement.ts';
import { amount } from '../measurement/preferred-value.ts';
import { type IntervalChange, isUrgent, sizeOf } from './interval-changes.ts';
import type { ReadEcg, SerialStatement } from './serial-comparison.ts';
import { SERIAL_RULES } from './serial-rules.ts';
import type { FoundWaveChange } from './wave-changes.ts';

/** Of the leads of a change so many are named. */
const NAMED_LEADS = 6;

/** "QTc longer by 62 ms than on 3 March 2026" */
export function intervalStatements(changes: readonly IntervalChange[], when: string): readonly SerialStatement[] {
  return changes
    .filter(({ direction }) => direction !== 'none')
    .map((change) => {
      const { rule, now, before, direction } = change;
      return {
        rule: rule.id,
        text: `${rule.name} ${rule.words[direction === 'up' ? 'up' : 'down']} by ${sizeOf(change)} than ${when}`,
        values: `${amount(now)}, was ${amount(before)}`,
        urgency: isUrgent(change) ? 'urgent' : 'routine',
      };
    });
}

/** "ST elevation greater than on 3 March 2026 in II, aVF, III" */
export function waveStatements(changes: readonly FoundWaveChange[], when: string): readonly SerialStatement[] {
  return changes.flatMap(({ rule, leads }): readonly SerialStatement[] => {
    const [first] = [...leads].sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before));
    if (rule.states === undefined || first === undefined) return [];
    const named = leads.slice(0, NAMED_LEADS).map(({ lead }) => lead);
    return [
      {
        rule: rule.id,
        text: `${rule.states} than ${when} in ${named.join(', ')}`,
        values: `in ${first.lead} ${level(first.now)}, was ${level(first.before)}`,
        urgency: rule.urgent ? 'urgent' : 'routine',
      },
    ];
  });
}

/** "atrial fibrillation now, sinus rhythm on 3 March 2026": only where both ECGs have one rhythm that is named dependably. */
export function rhythmStatements(previous: ReadEcg, present: ReadEcg, when: string): readonly SerialStatement[] {
  const [before, now] = [rhythmOf(previous), rhythmOf(present)];
  if (before === undefined || now === undefined || before === now) return [];
  const text = `${now.name} now, ${before.name} ${when}`;
  return [{ rule: 'rhythm', text, urgency: now.urgent ? 'urgent' : 'routine' }];
}

/** "left bundle branch block, which was not there on 3 March 2026": the QRS of before must have been too narrow for one. */
export function blockStatements(previous: ReadEcg, present: ReadEcg, when: string): readonly SerialStatement[] {
  const [before, now] = [previous.measurements.qrs, present.measurements.qrs];
  if (!isMeasured(before) || !isMeasured(now) || before.confidence === 'low') return [];
  return SERIAL_RULES.blocks
    .filter(({ labels, qrsBelowBefore }) => {
      const isThere = (read: ReadEcg) => findingsOf(read).some(({ index }) => labels.includes(index));
      return isThere(present) && !isThere(previous) && before.value < qrsBelowBefore && now.value >= qrsBelowBefore;
    })
    .map(({ id, name, urgent }) => ({
      rule: id,
      text: `${name}, which was not there ${when}`,
      values: `QRS ${amount(now)}, was ${amount(before)}`,
      urgency: urgent ? 'urgent' : 'routine',
    }));
}

function rhythmOf(read: ReadEcg): (typeof SERIAL_RULES)['rhythms']['kinds'][number] | undefined {
  const dependable = findingsOf(read).filter(({ tier, addedBy }) => tier === 'standard' && addedBy === undefined);
  const [only, ...more] = SERIAL_RULES.rhythms.kinds.filter(({ labels }) =>
    dependable.some(({ index }) => labels.includes(index)),
  );
  return more.length === 0 ? only : undefined;
}

/** By ECGFounder's labels; none of a network with labels of its own. */
function findingsOf({ manifest, interpretation }: ReadEcg): readonly Finding[] {
  return manifest.labelSet === 'ecgfounder' ? interpretation.findings : [];
}

/** "-0.25 mV" */
function level(millivolts: number): string {
  return `${millivolts.toFixed(2)} mV`;
}
