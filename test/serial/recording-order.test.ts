import { isEarlier, isSameTracing } from '../../src/serial/recording-order.ts';
import { ecgIn } from '../formats/synthetic-ecg.ts';

describe('an ECG is earlier than another', () => {
  it.each<[string, string | undefined, string | undefined, boolean]>([
    ['by its time', '2026-03-03T10:00:00Z', '2026-03-03T10:00:01Z', true],
    ['in another zone', '2026-03-03T10:00:00+02:00', '2026-03-03T09:00:00Z', true],
    ['by the same clock without zone', '2026-03-03T10:00:00', '2026-03-03T10:15:00', true],
    ['by its date', '2026-03-02', '2026-03-03T10:00:00', true],
    ['not at the same time', '2026-03-03T10:00:00Z', '2026-03-03T10:00:00Z', false],
    ['not later', '2026-03-04T10:00:00Z', '2026-03-03T10:00:00Z', false],
    ['not where the zone could turn it round', '2026-03-03T08:00:00', '2026-03-03T10:00:00Z', false],
    ['whatever the zone', '2026-03-01T08:00:00', '2026-03-03T10:00:00Z', true],
    ['not of the same day without a time', '2026-03-03', '2026-03-03T10:00:00', false],
    ['not of unknown time', undefined, '2026-03-03T10:00:00Z', false],
    ['not beside one of unknown time', '2026-03-03T10:00:00Z', undefined, false],
    ['not at a time that is none', 'last week', '2026-03-03T10:00:00Z', false],
    ['not of a mere year', '2025', '2026-03-03T10:00:00Z', false],
  ])('%s', (_case, previous, present, expected) => {
    expect(isEarlier(previous, present)).toBe(expected);
  });
});

describe('one tracing in two forms', () => {
  it('is one, whatever time it states', () => {
    expect(isSameTracing(ecgIn('fhir'), { ...ecgIn('dicom'), recordedAt: '2020-01-01' })).toBe(true);
  });

  it('is not another recording', () => {
    const ecg = ecgIn('fhir');
    const other = ecg.leads.map(({ lead, samples }) => ({ lead, samples: samples.map((value) => value + 0.02) }));
    expect(isSameTracing(ecg, { ...ecg, leads: other })).toBe(false);
  });
});
