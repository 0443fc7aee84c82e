import { instantOf, isInFuture, isZoned } from '../ecg/recording-time.ts';
import type { Finding } from '../findings/finding.ts';

const HOUR_MS = 3_600_000;
/** A time without zone is taken as UTC, and may be meant so much later. */
const WESTMOST_ZONE_MS = 12 * HOUR_MS;

/**
 * Whether a finding is worth interrupting somebody for: a critical one always, whatever its trust, since it is named
 * "possible"; an urgent one only where it is dependable.
 */
export function needsAttention({ urgency, tier }: Finding): boolean {
  return urgency === 'critical' || (urgency === 'urgent' && tier === 'standard');
}

/** Whether a recording was made within the `hours` before `now`; not where its time is unknown or in the future. */
export function isRecent(recordedAt: string | undefined, now: Date, hours: number): boolean {
  if (recordedAt === undefined || isInFuture(recordedAt, now)) return false;
  const slackMs = isZoned(recordedAt) ? 0 : WESTMOST_ZONE_MS;
  return now.getTime() - instantOf(recordedAt) <= hours * HOUR_MS + slackMs;
}
