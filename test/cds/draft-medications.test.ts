import fc from 'fast-check';
import { draftMedications, medicationsToFetch } from '../../src/cds/draft-medications.ts';
import { draft, draftBundle } from './ordered.ts';

const OWNER = { patientId: 'p1', baseUrl: 'https://ehr.example/fhir' };
const medicinesOf = (bundle: unknown) => draftMedications(bundle, OWNER).map(({ medicines }) => medicines);
const CODE = { coding: [{ code: '9947' }] };
const { medicationCodeableConcept: _, ...unnamed } = draft('9947', 'sotalol');
const refers = (reference: string, more: object = {}) => ({ ...unnamed, medicationReference: { reference }, ...more });

describe('draft orders', () => {
  it.each([
    ['contained', draftBundle(refers('#m', { contained: [{ resourceType: 'Medication', id: 'm', code: CODE }] }))],
    ['beside it', draftBundle(refers('Medication/m'), { resourceType: 'Medication', id: 'm', code: CODE })],
    [
      'beside it under a urn',
      {
        resourceType: 'Bundle',
        entry: [
          { resource: refers('urn:uuid:1') },
          { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Medication', code: CODE } },
        ],
      },
    ],
    [
      'as ingredient of a combination',
      draftBundle(refers('Medication/m'), {
        resourceType: 'Medication',
        id: 'm',
        ingredient: [{ itemCodeableConcept: CODE }],
      }),
    ],
  ])('name a medicine by reference to a Medication %s', (_case, bundle) => {
    expect(medicinesOf(bundle)).toEqual([[CODE]]);
  });

  it('name a medicine by reference to a Medication that was fetched', () => {
    const fetched = [{ resourceType: 'Medication', id: 'm', code: CODE }, null, { resourceType: 'Condition', id: 'm' }];
    const medicines = (reference: string) =>
      draftMedications(draftBundle(refers(reference)), OWNER, fetched)[0]?.medicines;
    expect(medicines('Medication/m')).toEqual([CODE]);
    expect(medicines('https://ehr.example/fhir/Medication/m')).toEqual([CODE]);
    expect(medicines('https://other.example/fhir/Medication/m')).toEqual([]);
    expect(medicines('Medication/n')).toEqual([]);
  });

  it.each([
    ['one on the server', 'Medication/m', ['Medication/m']],
    ['one by its full address', 'https://ehr.example/fhir/Medication/m', ['Medication/m']],
    ['none of another server', 'https://other.example/fhir/Medication/m', []],
    ['none that is contained', '#m', []],
    ['none of another type', 'Patient/p2', []],
    ['none with a path', 'Medication/../Patient/p2', []],
    ['none with a query', 'Medication/m?_include=*', []],
  ])('ask the server for a Medication: %s', (_case, reference, expected) => {
    expect(medicationsToFetch(draftBundle(refers(reference), refers(reference)), OWNER)).toEqual(expected);
  });

  it('ask for no Medication that is at hand, nor for more than twenty', () => {
    const medication = { resourceType: 'Medication', id: 'm', code: CODE };
    expect(
      medicationsToFetch(draftBundle(refers('Medication/m'), medication, draft('9947', 'sotalol')), OWNER),
    ).toEqual([]);
    const many = Array.from({ length: 50 }, (_, index) => refers(`Medication/${index}`));
    expect(medicationsToFetch(draftBundle(...many), OWNER)).toHaveLength(20);
  });

  it.each([
    ['of another patient', { subject: { reference: 'Patient/p2' } }],
    ['of a patient of another server', { subject: { reference: 'https://other.example/fhir/Patient/p1' } }],
    ['of nobody', { subject: undefined }],
    ['not to give it', { doNotPerform: true }],
    ['that was stopped', { status: 'stopped' }],
    ['of a test', { resourceType: 'ServiceRequest' }],
  ])('leave out one %s', (_case, fault) => {
    expect(medicinesOf(draftBundle(draft('9947', 'sotalol', fault)))).toEqual([]);
  });

  it('that were signed before count, by the full address of the patient too', () => {
    const signed = draft('9947', 'sotalol', {
      status: 'active',
      subject: { reference: 'https://ehr.example/fhir/Patient/p1' },
    });
    expect(medicinesOf(draftBundle(signed))).toHaveLength(1);
  });

  it('without a usable id have no reference', () => {
    const [medication] = draftMedications(draftBundle(draft('9947', 'sotalol', { id: 'a b/../c' })), OWNER);
    expect(medication).not.toHaveProperty('reference');
  });

  it('of any shape break nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(medicinesOf(value)).toEqual([]);
        for (const key of [
          'id',
          'medicationCodeableConcept',
          'medicationReference',
          'contained',
          'dosageInstruction',
        ]) {
          medicinesOf(draftBundle(draft('9947', 'sotalol', { [key]: value })));
        }
      }),
      { seed: 5 },
    );
  });
});
