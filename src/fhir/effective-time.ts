import type { Element } from 'fhir/r4';

/** `effective[x]` of a DiagnosticReport or an Observation. */
export type EffectiveTime = { effectiveDateTime: string } | { _effectiveDateTime: Element };

/** R4 dateTime (2.24.0.1): a time of day always has seconds and an offset. */
const DATE = String.raw`\d{4}-\d\d-\d\d`;
const DATE_TIME = new RegExp(String.raw`^(${DATE}T\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)$`);
const DATE_ONLY = /^\d{4}(-\d\d(-\d\d)?)?$/;
const LOCAL_TIME = new RegExp(String.raw`^(${DATE})T(\d\d:\d\d(:\d\d(\.\d+)?)?)$`);

/** R4 core extension; US Core asks for it where a mandatory element is not known. */
const DATA_ABSENT_REASON = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

/**
 * The time of the recording as FHIR can say it. A zone is never invented: local time without an offset
 * keeps its date alone ({@link timeNote} carries the rest), and an unknown time is said to be unknown,
 * so that `effective[x]` is there as US Core's us-core-8 wants it.
 * @param recordedAt of an Ecg.
 */
export function effectiveTime(recordedAt: string | undefined): EffectiveTime {
  const [, minutes, seconds = ':00', offset] = DATE_TIME.exec(recordedAt ?? '') ?? [];
  if (minutes !== undefined && offset !== undefined) return { effectiveDateTime: `${minutes}${seconds}${offset}` };
  if (recordedAt !== undefined && DATE_ONLY.test(recordedAt)) return { effectiveDateTime: recordedAt };
  const [, date] = LOCAL_TIME.exec(recordedAt ?? '') ?? [];
  if (date !== undefined) return { effectiveDateTime: date };
  return { _effectiveDateTime: { extension: [{ url: DATA_ABSENT_REASON, valueCode: 'unknown' }] } };
}

/** What {@link effectiveTime} could not say, as a sentence. */
export function timeNote(recordedAt: string | undefined): string | undefined {
  if (recordedAt === undefined) return 'The time of the recording is not known.';
  const [, date, time] = LOCAL_TIME.exec(recordedAt) ?? [];
  if (date !== undefined) return `Recorded on ${date} at ${time} local time; the time zone is not stated.`;
  return DATE_TIME.test(recordedAt) || DATE_ONLY.test(recordedAt)
    ? undefined
    : 'The time of the recording is not readable.';
}
