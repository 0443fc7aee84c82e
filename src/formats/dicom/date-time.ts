import { existsInCalendar } from '../exists-in-calendar.ts';

/**
 * DICOM dates and times (DA, TM, DT of PS3.5 6.2) as ISO 8601 and back. The old separated spellings
 * "2024.03.01" and "10:15:00" are read as well.
 */

const DATE = /^(\d{4})\.?(\d\d)\.?(\d\d)$/;
const TIME = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?$/;
const DATE_TIME = /^(\d{4})(\d\d)?(\d\d)?(\d[\d.]*)?([+-]\d{4})?$/;
const OFFSET = /^([+-])(\d\d)(\d\d)$/;
const MAX_OFFSET_MINUTES = 14 * 60;
const ISO = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?\d*)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** "YYYY-MM-DD" of a DA value; undefined for what is no date. */
export function isoDate(da: string): string | undefined {
  const [, year, month, day] = DATE.exec(da) ?? [];
  const date = `${year}-${month}-${day}`;
  return existsInCalendar(date) ? date : undefined;
}

/** "+hh:mm" of an offset from UTC written "&ZZXX" (PS3.3 C.12.1.1.8, PS3.5 6.2); undefined for what is none. */
export function isoOffset(offset: string): string | undefined {
  const [, sign, hours, minutes] = OFFSET.exec(offset) ?? [];
  const isOffset = Number(minutes) < 60 && Number(hours) * 60 + Number(minutes) <= MAX_OFFSET_MINUTES;
  return isOffset ? `${sign}${hours}:${minutes}` : undefined;
}

/**
 * ISO 8601 of a DA and a TM value, to the millisecond; the date alone where there is no valid time; undefined for
 * what is no date.
 * @param offset as {@link isoOffset} gives it, appended to a time.
 */
export function isoDateTime(da: string, tm: string | undefined, offset: string | undefined): string | undefined {
  const date = isoDate(da);
  if (date === undefined || tm === undefined) return date;
  const [, hours, minutes = '00', seconds = '00', fraction = ''] = TIME.exec(tm) ?? [];
  const isTime = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) <= 60;
  if (!isTime) return date;
  // A leap second, 60, has no ISO instant that every reader takes.
  const second = seconds === '60' ? '59' : seconds;
  return `${date}T${hours}:${minutes}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${offset ?? ''}`;
}

/**
 * ISO 8601 of a DT value, as precise as it is: a year, a month, a date, or a time to the millisecond; undefined for
 * what is no DT.
 * @param offset as {@link isoOffset} gives it, for a time that states none.
 */
export function isoFromDateTime(dt: string, offset: string | undefined): string | undefined {
  const match = DATE_TIME.exec(dt);
  if (match === null) return undefined;
  const [, year, month, day, time, ownOffset] = match;
  if (month === undefined) return year;
  if (day === undefined) return existsInCalendar(`${year}-${month}-01`) ? `${year}-${month}` : undefined;
  const zone = ownOffset === undefined ? offset : isoOffset(ownOffset);
  return ownOffset !== undefined && zone === undefined ? undefined : isoDateTime(`${year}${month}${day}`, time, zone);
}

/** The DA, TM, DT and offset that write an ISO 8601 date or time; empty where it is less precise than they are. */
export function dicomDateTime(iso: string | undefined): {
  readonly date: string;
  readonly time: string;
  readonly dateTime: string;
  readonly offset: string;
} {
  const [, year = '', month = '', day = '', hours = '', minutes = '', seconds = '', fraction = '', zone = ''] =
    ISO.exec(iso ?? '') ?? [];
  const time = hours === '' ? '' : `${hours}${minutes}${seconds || '00'}${fraction}`;
  const offset = zone === 'Z' ? '+0000' : zone.replace(':', '');
  return { date: day === '' ? '' : year + month + day, time, dateTime: year + month + day + time + offset, offset };
}
