import { isMeasured, type Measured } from '../measurement/measurement.ts';
import { amount, preferredValue } from '../measurement/preferred-value.ts';
import type { ReadEcg } from './serial-comparison.ts';
import { SERIAL_RULES, type SerialRules } from './serial-rules.ts';

type IntervalRule = SerialRules['intervals'][number];

/** One measurement of two ECGs. */
export interface IntervalChange {
  readonly rule: IntervalRule;
  readonly now: Measured;
  readonly before: Measured;
  /** Now less before; of an axis the shorter way round. */
  readonly difference: number;
  /** Beyond the limit. */
  readonly direction: 'up' | 'down' | 'none';
}

/**
 * Measurements that both ECGs have by the same method and that can be relied on. What the source states is by another
 * method on another recorder; it only makes a measurement doubtful that it contradicts.
 */
export function intervalChanges(previous: ReadEcg, present: ReadEcg): readonly IntervalChange[] {
  return SERIAL_RULES.intervals.flatMap((rule): readonly IntervalChange[] => {
    const [before, now] = [dependable(previous, rule), dependable(present, rule)];
    if (before === undefined || now === undefined) return [];
    const difference = differenceOf(now, before);
    const direction = Math.abs(difference) < rule.limit ? 'none' : difference > 0 ? 'up' : 'down';
    return [{ rule, now, before, difference, direction }];
  });
}

/** "62 ms" */
export function sizeOf({ difference, now }: IntervalChange): string {
  return amount({ value: Math.abs(difference), unit: now.unit });
}

export function isUrgent({ rule, difference }: IntervalChange): boolean {
  return rule.urgentWhen === 'longer' && rule.urgentFrom !== undefined && difference >= rule.urgentFrom;
}

function dependable(read: ReadEcg, { measurement }: IntervalRule): Measured | undefined {
  const measured = read.measurements[measurement];
  if (!isMeasured(measured) || measured.confidence === 'low') return undefined;
  const isContradicted = preferredValue(read, measurement)?.confidence === 'low';
  return isContradicted ? undefined : measured;
}

function differenceOf(now: Measured, before: Measured): number {
  const difference = now.value - before.value;
  return now.unit === 'deg' ? ((((difference + 180) % 360) + 360) % 360) - 180 : difference;
}
