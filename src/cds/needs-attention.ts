import type { Finding } from '../findings/finding.ts';

const HOUR_MS = 3_600_000;
const CLOCK_SKEW_MS = HOUR_MS;
/** A time without zone may be meant twelve hours later. */
const ZONE_MS = 12 * HOUR_MS;

/**
 * Whether a finding is worth interrupting somebody for: a critical one always, whatever its trust, since it is named
 * "possible"; an urgent one only where it is dependable.
 */
export function needsAttention({ urgency, tier }: Finding): boolean {
  return urgency === 'critical' || (urgency === 'urgent' && tier === 'standard');
}

/** Whether a recording was made within the `hours` before `now`; not where its time is unknown or in the future. */
export function isRecent(recordedAt: string | undefined, now: Date, hours: number): boolean {
  if (recordedAt === undefined) return false;
  const isZoned = /T.*(Z|[+-]\d\d:\d\d)$/.test(recordedAt);
  const ageMs = now.getTime() - Date.parse(recordedAt.includes('T') && !isZoned ? `${recordedAt}Z` : recordedAt);
  const slackMs = isZoned ? 0 : ZONE_MS;
  return ageMs >= -CLOCK_SKEW_MS - slackMs && ageMs <= hours * HOUR_MS + slackMs;
}
