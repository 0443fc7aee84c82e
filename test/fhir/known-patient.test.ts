import { ageInYears } from '../../src/fhir/known-patient.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const age = (birthDate: string | undefined, recordedAt?: string, now = NOW) => ageInYears(birthDate, recordedAt, now);

describe('the age at a recording', () => {
  it.each([
    ['the day before a birthday', '1950-06-02', '2026-06-01T10:00:00Z', 75],
    ['on a birthday', '1950-06-01', '2026-06-01T10:00:00Z', 76],
    ['by the year of birth alone', '1950', '2026-06-01T10:00:00Z', 75],
    ['by the month of birth alone', '1950-05', '2026-06-01T10:00:00Z', 76],
    ['in a year alone', '1950-06-01', '2026', 75],
  ])('%s is in whole years, the lowest that the dates allow', (_case, birthDate, recordedAt, years) => {
    expect(age(birthDate, recordedAt)).toBe(years);
  });

  it('is not known without a birth date', () => {
    expect(age(undefined, '2026-06-01T10:00:00Z')).toBeUndefined();
  });

  it('is that of today where the recording has no time that can be read', () => {
    expect(age('2010-01-01')).toBe(16);
    expect(age('2010-01-01', 'in spring')).toBe(16);
  });
});

describe('a possible child is never taken for an adult', () => {
  it.each([
    ['born today, the time of the recording in another zone', '2026-11-26', '2026-11-25T23:30:00Z'],
    ['of whom this year of birth alone is known', '2026', '2026-06-01T10:00:00Z'],
    ['of whom this month of birth alone is known', '2026-11', '2026-11-20T10:00:00Z'],
  ])('being %s', (_case, birthDate, recordedAt) => {
    expect(age(birthDate, recordedAt)).toBe(0);
    expect(age(birthDate, recordedAt, new Date('2056-01-01T00:00:00Z'))).toBe(0);
  });

  it('by a clock that was reset to years before the birth: the age of today counts', () => {
    expect(age('2015-03-01', '2000-01-01T00:03:00')).toBe(11);
    expect(age('2002-03-01', '2000-01-01T00:03:00')).toBe(24);
  });

  it('by a clock that is years ahead: nobody was older than today', () => {
    expect(age('2015-03-01', '2036-01-01T10:00:00Z')).toBe(11);
  });

  it('born after today by the record', () => {
    expect(age('2030-01-01', '2026-11-01T10:00:00Z')).toBe(0);
  });
});
