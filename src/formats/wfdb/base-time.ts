import type { WfdbHeader } from './parse-header.ts';

/**
 * Start of the recording as local ISO 8601 (a header has no time zone). Undefined where it is not stated, where only
 * the time of day is, or where it is no date.
 */
export function readBaseTime({ baseTime, baseDate }: WfdbHeader): string | undefined {
  const [, day = '', month = '', year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(baseDate ?? '') ?? [];
  const [, hour = '', minute = '', second = '', fraction = ''] =
    /^(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?$/.exec(baseTime ?? '') ?? [];
  const two = (digits: string) => digits.padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  const instant = new Date(`${date}T${time}Z`);
  const isReal = !Number.isNaN(instant.valueOf()) && instant.toISOString().startsWith(`${date}T${time}`);
  return isReal ? `${date}T${time}${fraction}` : undefined;
}
