import { isZoned } from '../ecg/recording-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What may stand on a card: a resource whose ECG cannot be read may say anything. */
const ISO_TIME = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** The time of a recording as printed on a card: "2026-11-22 09:15 +01:00", "2026-11-22 09:15 (time zone not stated)". */
export function timeOf(recordedAt: string | undefined): string {
  if (recordedAt === undefined || !ISO_TIME.test(recordedAt)) return 'of unknown time';
  const [date, time] = recordedAt.split('T');
  if (time === undefined) return recordedAt;
  const zone = /(Z|[+-]\d\d:\d\d)$/.exec(time)?.[1];
  return `${date} ${time.slice(0, 5)} ${zone === undefined ? '(time zone not stated)' : /^(Z|[+-]00:00)$/.test(zone) ? 'UTC' : zone}`;
}

/**
 * How long ago a recording was made, as a clinician says it: "25 min ago", "3 h ago", "12 days ago", "4 months ago";
 * "of 2026-03-09" where no instant is known.
 */
export function ageOf(recordedAt: string | undefined, now: Date): string {
  if (recordedAt === undefined || !ISO_TIME.test(recordedAt)) return 'of unknown time';
  const instant = isZoned(recordedAt) ? Date.parse(recordedAt) : Number.NaN;
  if (Number.isNaN(instant)) return `of ${recordedAt.slice(0, 10)}`;
  const ageMs = now.getTime() - instant;
  if (ageMs < -5 * MINUTE_MS) return `dated in the future (${recordedAt.slice(0, 10)})`;
  if (ageMs < HOUR_MS) return `${Math.max(0, Math.round(ageMs / MINUTE_MS))} min ago`;
  if (ageMs < 2 * DAY_MS) return `${Math.round(ageMs / HOUR_MS)} h ago`;
  if (ageMs < 60 * DAY_MS) return `${Math.round(ageMs / DAY_MS)} days ago`;
  if (ageMs < 730 * DAY_MS) return `${Math.round(ageMs / (30.44 * DAY_MS))} months ago`;
  return `${Math.floor(ageMs / (365.25 * DAY_MS))} years ago`;
}
