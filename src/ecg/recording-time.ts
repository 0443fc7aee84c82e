const HOUR_MS = 3_600_000;
const CLOCK_SKEW_MS = HOUR_MS;
/** A time without zone is taken as UTC, and may be meant so much earlier. */
const EASTMOST_ZONE_MS = 14 * HOUR_MS;

/** Whether a time of recording is a time of day with its zone. */
export function isZoned(recordedAt: string): boolean {
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(recordedAt);
}

/** Milliseconds since 1970; NaN where it cannot be read. Without a zone it is taken as UTC, whatever the zone of this machine. */
export function instantOf(recordedAt: string): number {
  return Date.parse(recordedAt.includes('T') && !isZoned(recordedAt) ? `${recordedAt}Z` : recordedAt);
}

/** Whether a recording is dated so far after `now` that the clock it was dated by was wrong. */
export function isInFuture(recordedAt: string, now: Date): boolean {
  const slackMs = CLOCK_SKEW_MS + (isZoned(recordedAt) ? 0 : EASTMOST_ZONE_MS);
  return instantOf(recordedAt) - now.getTime() > slackMs;
}
