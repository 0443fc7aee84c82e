import { ecgEncounterDischarge } from '../../cds-hooks/ecg-encounter-discharge.ts';
import { ecgEncounterStart } from '../../cds-hooks/ecg-encounter-start.ts';
import type { CdsService } from '../../src/cds/cds-service.ts';
import type { PatientEcgReading } from '../../src/cds/patient-ecg-reading.ts';
import { SYSTEMS } from '../../src/fhir/identity.ts';
import { NOW, type ReadingSettings, readingOf } from '../cds/ordered.ts';

const COMPLETE_BLOCK = 121;
const FIRST_DEGREE_BLOCK = 22;
const YESTERDAY = '2026-03-09T16:00:00Z';

function cardsOf(service: CdsService, reading: PatientEcgReading, further: readonly unknown[] = []) {
  return service.cards(reading, {
    request: {
      hook: service.hook,
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      context: { patientId: 'p1', encounterId: 'e1' },
    },
    now: NOW,
    newUuid: () => 'uuid',
    further,
  });
}
const unreadable = (recordedAt: string | undefined) =>
  ({ outcome: 'unreadable', code: 'NO_WAVEFORM', reason: 'r', source: 's', notes: [], recordedAt }) as const;

describe('when an encounter starts', () => {
  it.each<[string, readonly number[], ReadingSettings, number]>([
    ['a critical finding of the last day is shown', [COMPLETE_BLOCK], {}, 1],
    ['a critical finding of low confidence is shown', [COMPLETE_BLOCK], { basis: 'uncalibrated' }, 1],
    ['a critical finding of last week is not', [COMPLETE_BLOCK], { recordedAt: '2026-03-03T16:00:00Z' }, 0],
    ['a critical finding of unknown time is not', [COMPLETE_BLOCK], { recordedAt: undefined }, 0],
    ['a finding that can wait is not', [FIRST_DEGREE_BLOCK], {}, 0],
  ])('%s', (_case, labels, settings, cards) => {
    expect(cardsOf(ecgEncounterStart, readingOf(labels, settings))).toHaveLength(cards);
  });

  it('an ECG of the last day that cannot be read is named, an older one is not', () => {
    expect(cardsOf(ecgEncounterStart, unreadable(YESTERDAY))[0]?.summary).toMatch(/was not interpreted/);
    expect(cardsOf(ecgEncounterStart, unreadable('2026-01-01T16:00:00Z'))).toEqual([]);
    expect(cardsOf(ecgEncounterStart, unreadable(undefined))).toEqual([]);
  });

  it('nothing is said where there is no ECG, or none in time', () => {
    expect(cardsOf(ecgEncounterStart, { outcome: 'none', notes: [] })).toEqual([]);
    expect(cardsOf(ecgEncounterStart, { outcome: 'pending', notes: [] })).toEqual([]);
  });
});

describe('before discharge', () => {
  const reading = readingOf([COMPLETE_BLOCK]);
  const report = (status: string, more: object = {}) => ({
    resourceType: 'DiagnosticReport',
    status,
    identifier: [{ system: SYSTEMS.ecg, value: reading.ecgIdentity }],
    subject: { reference: 'Patient/p1' },
    ...more,
  });

  it('a critical finding that nobody has signed is said to be unconfirmed', () => {
    const [card] = cardsOf(ecgEncounterDischarge, reading);
    expect(card?.summary).toMatch(/^ECG 20 h ago, still unconfirmed: /);
    expect(card?.detail).toContain('over-read before discharge');
  });

  it.each([
    ['our preliminary report', report('preliminary'), 1],
    ['our report, signed', report('final'), 0],
    ['our report, corrected', report('corrected'), 0],
    ['our report, entered in error', report('entered-in-error'), 1],
    ['a signed report on another ECG', report('final', { identifier: [] }), 1],
    [
      "the cardiologist's own report on the tracing of that time",
      report('final', { identifier: [], effectiveDateTime: '2026-03-09T17:00:00+01:00' }),
      0,
    ],
    ['a signed report of another patient', report('final', { subject: { reference: 'Patient/p2' } }), 1],
    ['something else', { resourceType: 'OperationOutcome' }, 1],
  ])('beside %s', (_case, found, cards) => {
    expect(cardsOf(ecgEncounterDischarge, reading, [found])).toHaveLength(cards);
  });

  it.each<[string, PatientEcgReading]>([
    ['a finding that can wait', readingOf([FIRST_DEGREE_BLOCK])],
    ['an ECG of another stay', readingOf([COMPLETE_BLOCK], { recordedAt: '2025-12-01T16:00:00Z' })],
    ['an ECG that cannot be read', unreadable(YESTERDAY)],
    ['no ECG', { outcome: 'none', notes: [] }],
  ])('nothing is said of %s', (_case, outcome) => {
    expect(cardsOf(ecgEncounterDischarge, outcome)).toEqual([]);
  });
});
