import type { Lead } from '../ecg/lead.ts';
import { isMeasured, type LeadAmplitudes } from '../measurement/measurement.ts';
import type { ReadEcg } from './serial-comparison.ts';
import { SERIAL_RULES, type WaveChange } from './serial-rules.ts';

/** mV, of one lead. */
interface LeadChange {
  readonly lead: Lead;
  readonly now: number;
  readonly before: number;
}

/** Where ST or T has changed as a rule says. */
export interface FoundWaveChange {
  readonly rule: WaveChange;
  /** Two or more that look at neighbouring parts of the heart; empty where it is not so. */
  readonly leads: readonly LeadChange[];
}

/**
 * Changes of ST and T that could be looked for: of neither where a QRS is wide or unmeasured, nor in a lead that something is
 * wrong with, nor of a T that is not there.
 */
export function waveChanges(previous: ReadEcg, present: ReadEcg): readonly FoundWaveChange[] {
  const { changes, qrsBelow } = SERIAL_RULES.waves;
  const isNarrow = ({ measurements: { qrs } }: ReadEcg) =>
    isMeasured(qrs) && qrs.confidence === 'high' && qrs.value < qrsBelow;
  if (!isNarrow(previous) || !isNarrow(present)) return [];
  const before = new Map(previous.measurements.leads.map((each) => [each.lead, each]));
  const doubtful = [previous, present].flatMap(({ quality }) => quality.defects.map(({ lead }) => lead));
  const both = present.measurements.leads.flatMap((now) => {
    const earlier = before.get(now.lead);
    return earlier === undefined || doubtful.includes(now.lead) ? [] : [{ lead: now.lead, now, before: earlier }];
  });
  return changes.flatMap((rule) => {
    const compared = both.flatMap((each) => levelsOf(rule, each) ?? []);
    return compared.length === 0 ? [] : [{ rule, leads: contiguous(compared.filter((each) => isChange(rule, each))) }];
  });
}

interface Levels extends LeadChange {
  /** ST is looked at twice. */
  readonly differences: readonly number[];
}

function levelsOf(
  { wave }: WaveChange,
  { lead, now, before }: { readonly lead: Lead; readonly now: LeadAmplitudes; readonly before: LeadAmplitudes },
): Levels | undefined {
  if (wave === 'st')
    return { lead, now: now.j, before: before.j, differences: [now.j - before.j, now.j60 - before.j60] };
  return now.t === undefined || before.t === undefined
    ? undefined
    : { lead, now: now.t, before: before.t, differences: [now.t - before.t] };
}

function isChange(rule: WaveChange, { now, before, differences }: Levels): boolean {
  const sign = rule.direction === 'up' ? 1 : -1;
  return (
    differences.every((each) => sign * each >= rule.by) && isWithin(now, rule.now) && isWithin(before, rule.before)
  );
}

function isWithin(level: number, { least, most }: NonNullable<WaveChange['now']> = {}): boolean {
  return level >= (least ?? Number.NEGATIVE_INFINITY) && level <= (most ?? Number.POSITIVE_INFINITY);
}

/** Of the leads those with a neighbour among them. */
function contiguous(found: readonly LeadChange[]): readonly LeadChange[] {
  const has = (lead: string | undefined) => found.some((each) => each.lead === lead);
  const isBeside = ({ lead }: LeadChange) =>
    SERIAL_RULES.waves.contiguous.some((row) => {
      const place = row.indexOf(lead);
      return place >= 0 && (has(row[place - 1]) || has(row[place + 1]));
    });
  return found.filter(isBeside);
}
