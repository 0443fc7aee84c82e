import { ecgOrderDispatch } from '../../cds-hooks/ecg-order-dispatch.ts';
import type { HookMoment } from '../../src/cds/cds-service.ts';
import type { PatientEcgReading } from '../../src/cds/patient-ecg-reading.ts';
import { draft, draftTest, NOW, readingOf } from '../cds/ordered.ts';

const SINUS = 3;
const LONG_QT = 80;
const COMPLETE_BLOCK = 121;
const SOTALOL = { ...draft('9947', 'sotalol'), id: 'm1', status: 'active' };
const ECG = { ...draftTest('268400002'), id: 's1', status: 'active' };
const V11 = { dispatchedOrders: ['MedicationRequest/m1', 'ServiceRequest/s1'], performer: 'Organization/lab' };
const V10 = { order: 'ServiceRequest/s1', performer: 'Organization/lab' };

function momentOf(orders: readonly unknown[], context: object = V11): HookMoment {
  return {
    request: {
      hook: 'order-dispatch',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      context: { patientId: 'p1', ...context },
    },
    now: NOW,
    newUuid: () => 'uuid',
    further: orders,
  };
}
const cardsOn = (reading: PatientEcgReading, orders: readonly unknown[]) =>
  ecgOrderDispatch.cards(reading, momentOf(orders));

describe('orders that are sent out', () => {
  it.each([
    ['1.1', V11, ['MedicationRequest/m1', 'ServiceRequest/s1']],
    ['1.0', V10, ['ServiceRequest/s1']],
    ['an order of no concern', { order: 'DeviceRequest/1' }, []],
    ['a path', { dispatchedOrders: ['ServiceRequest/../Patient/1', 7] }, []],
  ])('are asked for by their references: %s', (_case, context, references) => {
    expect(ecgOrderDispatch.references?.(momentOf([], context).request)).toEqual(references);
  });

  it('of a drug that the ECG speaks against are warned of, without a suggestion to change what is signed', () => {
    const [card, ...more] = cardsOn(readingOf([LONG_QT]), [SOTALOL]);
    expect(more).toEqual([]);
    expect(card?.summary).toBe('Sotalol with possible prolonged QT on ECG 20 h ago');
    expect(card).not.toHaveProperty('suggestions');
    expect(card).not.toHaveProperty('selectionBehavior');
  });

  it('of a drug that is named by a Medication have it fetched too, and are warned of by its name', () => {
    const { medicationCodeableConcept: code, ...order } = SOTALOL;
    const referring = { ...order, medicationReference: { reference: 'Medication/9' } };
    const { request } = momentOf([]);
    expect(ecgOrderDispatch.referencesIn?.(referring, request)).toEqual(['Medication/9']);
    expect(ecgOrderDispatch.referencesIn?.(SOTALOL, request)).toEqual([]);
    expect(ecgOrderDispatch.referencesIn?.({ ...referring, subject: { reference: 'Patient/p2' } }, request)).toEqual(
      [],
    );
    const [card] = cardsOn(readingOf([LONG_QT]), [referring, { resourceType: 'Medication', id: '9', code }]);
    expect(card?.summary).toBe('Sotalol with possible prolonged QT on ECG 20 h ago');
  });

  it('of an ECG come with what the last one found that cannot wait', () => {
    expect(cardsOn(readingOf([COMPLETE_BLOCK]), [ECG])[0]?.summary).toMatch(/^ECG 20 h ago: /);
    expect(cardsOn(readingOf([COMPLETE_BLOCK]), [])).toEqual([]);
    expect(cardsOn(readingOf([COMPLETE_BLOCK]), [{ ...ECG, subject: { reference: 'Patient/p2' } }])).toEqual([]);
  });

  it.each<[string, PatientEcgReading]>([
    ['where the ECG is unremarkable', readingOf([SINUS])],
    ['without an ECG', { outcome: 'none', notes: [] }],
    ['without a reading in time', { outcome: 'pending', notes: [] }],
  ])('are passed over in silence %s', (_case, reading) => {
    expect(cardsOn(reading, [{ ...SOTALOL, medicationCodeableConcept: { text: 'aspirin' } }])).toEqual([]);
  });
});
