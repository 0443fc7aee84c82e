import type { Ecg } from '../ecg/ecg.ts';
import { independentLeads } from '../ecg/independent-leads.ts';

const HOUR_MS = 3_600_000;
/** From a time without zone it is at most so far to UTC (zones reach from -12 to +14 h). */
const ZONE_MS = 14 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** mV. Formats round differently; no two recordings of a heart are that much alike. */
const SAME = 0.01;

/** Between which instants a recording began, ms since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly isZoned: boolean;
}

/**
 * Whether one recording was certainly made before another. Two times without a zone are taken as of one clock; beside a
 * time with a zone, one without may be meant up to 14 hours off. What has no time of day is a whole day.
 */
export function isEarlier(previous: string | undefined, present: string | undefined): boolean {
  const [a, b] = [spanOf(previous), spanOf(present)];
  if (a === undefined || b === undefined) return false;
  const slackMs = a.isZoned === b.isZoned ? 0 : ZONE_MS;
  return a.to + slackMs < b.from;
}

function spanOf(recordedAt: string | undefined): Span | undefined {
  if (recordedAt === undefined) return undefined;
  if (DATE.test(recordedAt)) {
    const from = Date.parse(recordedAt);
    return Number.isNaN(from) ? undefined : { from, to: from + DAY_MS, isZoned: false };
  }
  const zone = TIME.exec(recordedAt)?.[3];
  const at = TIME.test(recordedAt) ? Date.parse(zone === undefined ? `${recordedAt}Z` : recordedAt) : Number.NaN;
  return Number.isNaN(at) ? undefined : { from: at, to: at, isZoned: zone !== undefined };
}

/**
 * Whether two ECGs are one tracing in two forms, whatever time either states: their identity differs where one form
 * states the time zone and the other does not.
 */
export function isSameTracing(a: Ecg, b: Ecg): boolean {
  const [leadsA, leadsB] = [independentLeads(a.leads), independentLeads(b.leads)];
  return (
    a.samplingRate === b.samplingRate &&
    leadsA.length === leadsB.length &&
    leadsA.every(({ lead, samples }, index) => {
      const other = leadsB[index];
      if (other?.lead !== lead || other.samples.length !== samples.length) return false;
      return samples.every((value, i) => !(Math.abs(value - other.samples[i]!) > SAME));
    })
  );
}
