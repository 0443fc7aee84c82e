import { effectiveTime, timeNote } from '../../src/fhir/effective-time.ts';

/** R4 dateTime, as the specification prints it (2.24.0.1). */
const FHIR_DATE_TIME =
  /^([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])(T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?$/;

describe('the time of a recording', () => {
  it.each([
    ['2026-03-01T10:15:30.250+01:00', '2026-03-01T10:15:30.250+01:00'],
    ['2026-03-01T10:15:30Z', '2026-03-01T10:15:30Z'],
    ['2026-03-01T10:15-05:00', '2026-03-01T10:15:00-05:00'],
    ['2026-03-01', '2026-03-01'],
    ['2026-03', '2026-03'],
    ['2026', '2026'],
  ])('is %s as FHIR says it, without a note', (recordedAt, dateTime) => {
    expect(effectiveTime(recordedAt)).toEqual({ effectiveDateTime: dateTime });
    expect(dateTime).toMatch(FHIR_DATE_TIME);
    expect(timeNote(recordedAt)).toBeUndefined();
  });

  it.each(['2026-03-01T10:15:30', '2026-03-01T10:15', '2026-03-01T10:15:30.25'])(
    'keeps the date of %s and never invents its zone',
    (recordedAt) => {
      expect(effectiveTime(recordedAt)).toEqual({ effectiveDateTime: '2026-03-01' });
      expect(timeNote(recordedAt)).toBe(
        `Recorded on 2026-03-01 at ${recordedAt.slice(11)} local time; the time zone is not stated.`,
      );
    },
  );

  it.each([
    [undefined, 'The time of the recording is not known.'],
    ['yesterday', 'The time of the recording is not readable.'],
  ])('is said to be unknown where it is %s', (recordedAt, note) => {
    expect(effectiveTime(recordedAt)).toEqual({
      _effectiveDateTime: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
      },
    });
    expect(timeNote(recordedAt)).toBe(note);
  });
});
