import { isOnRecord } from '../../src/cds/confirmed-history.ts';
import { condition } from './ordered.ts';

const INFARCTION = { snomed: ['22298006'], icd10: ['I21', 'I25.2'], lasting: false };
const OWNER = { patientId: 'p1', baseUrl: undefined };
const icd = (code: string, system = 'http://hl7.org/fhir/sid/icd-10-cm') =>
  condition('1', { code: { coding: [{ system, code }] } });

describe('a diagnosis on record', () => {
  it.each([
    ['by SNOMED CT', condition('22298006'), true],
    ['by ICD-10 below a category', icd('I21.4'), true],
    ['by ICD-10-GM', icd('I25.2', 'http://fhir.de/CodeSystem/bfarm/icd-10-gm'), true],
    ['by another category of ICD-10', icd('I25.1'), false],
    ['by a code of an unknown system', icd('I21.4', 'http://example.org'), false],
    ['of another diagnosis', condition('38341003'), false],
    ['of another patient', condition('22298006', { subject: { reference: 'Patient/p2' } }), false],
    ['that was refuted', condition('22298006', { verificationStatus: { coding: [{ code: 'refuted' }] } }), false],
    ['whose certainty is not stated', condition('22298006', { verificationStatus: undefined }), false],
    ['that is resolved', condition('22298006', { clinicalStatus: { coding: [{ code: 'resolved' }] } }), false],
    ['that is no Condition', { resourceType: 'Observation' }, false],
    ['that is garbage', null, false],
  ])('%s counts: %#', (_case, resource, expected) => {
    expect(isOnRecord(INFARCTION, [resource], OWNER)).toBe(expected);
  });

  it('that lasts counts though it is resolved', () => {
    const resolved = condition('22298006', { clinicalStatus: { coding: [{ code: 'resolved' }] } });
    expect(isOnRecord({ ...INFARCTION, lasting: true }, [resolved], OWNER)).toBe(true);
  });
});
