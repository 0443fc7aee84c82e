import { EcgError } from '../../errors.ts';

/** A point in time as HL7 v3 TS and ISO 8601 write it. */
export interface Hl7Time {
  /** ISO 8601, as precise as written, to nine decimals of a second; a bare date where there is no time of day. */
  readonly iso: string;
  /** Whether an offset from UTC is known; only times of one clock can be compared. */
  readonly clock: 'local' | 'zoned';
  /** Seconds since 1970; a local time counts as if it were UTC. */
  readonly seconds: number;
}

/** YYYY[MM[DD[HH[MM[SS[.f]]]]]][±ZZ[ZZ]] (HL7 v3 TS), with or without the separators of ISO 8601. */
const TIME =
  /^(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ]?(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9})\d*)?)?)?)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** The time a text states; undefined where absent, malformed or not in the calendar. Minutes and seconds left out are 0. */
export function parseHl7Time(text: string | undefined): Hl7Time | undefined {
  const [match, year, month, day, hour, minute = '00', second = '00', fraction, zone] = TIME.exec(text ?? '') ?? [];
  if (match === undefined || year === undefined) return undefined;
  const wall = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute}:${second}`;
  const milliseconds = Date.parse(`${wall}Z`);
  const offset = hour === undefined ? '' : isoOffset(zone);
  const offsetMinutes = minutesOf(offset);
  const exists = !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(wall);
  if (!exists || Math.abs(offsetMinutes) > 14 * 60) return undefined;
  const decimals = fraction === undefined ? '' : `.${fraction}`;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return {
    iso: hour === undefined ? date : `${wall}${decimals}${offset}`,
    clock: offset === '' ? 'local' : 'zoned',
    seconds: milliseconds / 1000 + Number(`0${decimals}`) - offsetMinutes * 60,
  };
}

/** ISO 8601 as HL7 v3 TS: "2024-07-02T14:34:57.5+08:00" → "20240702143457.5+0800". */
export function toHl7Time(iso: string): string {
  const time = parseHl7Time(iso);
  if (time === undefined)
    throw new EcgError('SOURCE_INVALID', 'the time of the recording is not a valid ISO 8601 time');
  const [date = '', clock = ''] = time.iso.split('T');
  return date.replaceAll('-', '') + clock.replaceAll(':', '').replace('Z', '+0000');
}

/** The ISO time so many seconds later (to the microsecond) on the same clock; undefined for a bare date. */
export function addSeconds(iso: string, seconds: number): string | undefined {
  const time = parseHl7Time(iso);
  if (time === undefined || !hasTimeOfDay(time.iso)) return undefined;
  if (seconds === 0) return time.iso;
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(time.iso)?.[0] ?? '';
  const microseconds = Math.round((time.seconds + minutesOf(offset) * 60 + seconds) * 1e6);
  const wholeSeconds = Math.floor(microseconds / 1e6);
  const wall = new Date(wholeSeconds * 1000).toISOString().slice(0, 19);
  const decimals = String(microseconds - wholeSeconds * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${wall}${decimals === '' ? '' : `.${decimals}`}${offset}`;
}

export function hasTimeOfDay(iso: string): boolean {
  return iso.includes('T');
}

function isoOffset(zone: string | undefined): string {
  if (zone === undefined) return '';
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return sign === undefined || `${hours}${minutes}` === '0000' ? 'Z' : `${sign}${hours}:${minutes}`;
}

function minutesOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
