import fc from 'fast-check';
import { draftTests } from '../../src/cds/draft-tests.ts';
import { draftBundle, draftTest } from './ordered.ts';

const OWNER = { patientId: 'p1', baseUrl: undefined };
const LOINC = 'http://loinc.org';
const testsIn = (...drafts: readonly unknown[]) => draftTests(draftBundle(...drafts), OWNER);

describe('draft orders of tests', () => {
  it.each([
    ['a 12-lead ECG by SNOMED CT', draftTest('268400002'), 'ecg'],
    ['any ECG by SNOMED CT', draftTest('29303009'), 'ecg'],
    ['an ECG by LOINC', draftTest('0', { code: { coding: [{ system: LOINC, code: '34534-8' }] } }), 'ecg'],
    ['an ECG by name', draftTest('0', { code: { text: ' 12-lead ECG ' } }), 'ecg'],
    ['potassium', draftTest('0', { code: { coding: [{ system: LOINC, code: '2823-3' }] } }), 'potassium'],
  ])('are known: %s', (_case, order, test) => {
    expect(testsIn(order)).toEqual([{ reference: 'ServiceRequest/draft-test', isDraft: true, test, isUrgent: false }]);
  });

  it.each([
    ['of ECG monitoring', draftTest('46825001')],
    ['by a name that only contains it', draftTest('0', { code: { text: 'no ECG needed' } })],
    ['of another patient', draftTest('268400002', { subject: { reference: 'Patient/p2' } })],
    ['that was revoked', draftTest('268400002', { status: 'revoked' })],
    ['not to do it', draftTest('268400002', { doNotPerform: true })],
    ['of a medicine', draftTest('268400002', { resourceType: 'MedicationRequest' })],
  ])('leave out one %s', (_case, order) => {
    expect(testsIn(order)).toEqual([]);
  });

  it('say that they cannot wait, or when they are due', () => {
    expect(testsIn(draftTest('268400002', { priority: 'stat' }))).toMatchObject([{ isUrgent: true }]);
    const period = { occurrencePeriod: { start: '2026-03-20' } };
    expect(testsIn(draftTest('268400002', period))).toMatchObject([{ dueAt: '2026-03-20' }]);
  });

  it('of any shape break nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(draftTests(value, OWNER)).toEqual([]);
        for (const key of [
          'id',
          'status',
          'priority',
          'code',
          'occurrencePeriod',
          'occurrenceDateTime',
          'doNotPerform',
        ]) {
          testsIn(draftTest('268400002', { [key]: value }));
        }
      }),
      { seed: 6 },
    );
  });
});
