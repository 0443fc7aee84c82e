import type { Finding } from '../findings/finding.ts';

const HOUR_MS = 3_600_000;
const CLOCK_SKEW_MS = HOUR_MS;
/** A time without zone is taken as UTC, and may be meant twelve hours later or fourteen earlier. */
const ZONES_MS = { later: 12 * HOUR_MS, earlier: 14 * HOUR_MS };

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
  return ageMs(recordedAt, now) <= hours * HOUR_MS + (isZoned(recordedAt) ? 0 : ZONES_MS.later);
}

/** Whether a recording is dated so far after `now` that the clock it was dated by was wrong. */
export function isInFuture(recordedAt: string, now: Date): boolean {
  return ageMs(recordedAt, now) < -CLOCK_SKEW_MS - (isZoned(recordedAt) ? 0 : ZONES_MS.earlier);
}

/** NaN where the time cannot be read. */
function ageMs(recordedAt: string, now: Date): number {
  return now.getTime() - Date.parse(recordedAt.includes('T') && !isZoned(recordedAt) ? `${recordedAt}Z` : recordedAt);
}

function isZoned(recordedAt: string): boolean {
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(recordedAt);
}
