import { ageOf, timeOf } from '../../src/cds/ecg-time.ts';

const now = new Date('2026-03-10T12:00:00Z');

describe('the age of an ECG on a card', () => {
  it.each([
    ['2026-03-10T11:58:00Z', '2 min ago'],
    ['2026-03-10T12:01:00Z', '0 min ago'],
    ['2026-03-10T09:00:00+00:00', '3 h ago'],
    ['2026-03-10T13:00:00+02:00', '1 h ago'],
    ['2026-02-26T12:00:00Z', '12 days ago'],
    ['2025-11-10T12:00:00Z', '4 months ago'],
    ['2021-03-01T12:00:00Z', '5 years ago'],
    ['2026-03-10T09:00:00.000', 'of 2026-03-10'],
    ['2026-03-09', 'of 2026-03-09'],
    ['2027-01-01T00:00:00Z', 'dated in the future (2027-01-01)'],
    ['2026', 'of 2026'],
    ['yesterday <b>', 'of unknown time'],
    [undefined, 'of unknown time'],
  ])('%s is "%s"', (recordedAt, expected) => {
    expect(ageOf(recordedAt, now)).toBe(expected);
  });
});

describe('the time of an ECG on a card', () => {
  it.each([
    ['2026-03-10T09:05:00.000+01:00', '2026-03-10 09:05 +01:00'],
    ['2026-03-10T09:05:00Z', '2026-03-10 09:05 UTC'],
    ['2026-03-10T09:05:00.000+00:00', '2026-03-10 09:05 UTC'],
    ['2026-03-10T09:05:00.000', '2026-03-10 09:05 (time zone not stated)'],
    ['2026-03-10', '2026-03-10'],
    ['2026-03', '2026-03'],
    ['2026-03-10T09:05:00Z <b>', 'of unknown time'],
    [undefined, 'of unknown time'],
  ])('%s prints as "%s"', (recordedAt, expected) => {
    expect(timeOf(recordedAt)).toBe(expected);
  });
});
