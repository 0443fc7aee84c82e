import { leadOfConcept, leadsOfDimensions, namesEcg } from '../../../src/formats/fhir/codeable-concept.ts';

type Coding = { system?: string; code?: string; display?: string };
const concept = (codings: readonly Coding[], text?: string) => ({
  coding: codings.map(({ system, code, display }) => ({ system, code, display })),
  text,
});
const OID = 'urn:oid:2.16.840.1.113883.6.24';

describe('leadOfConcept', () => {
  it.each([
    ['urn:iso:std:iso:11073:10101', '131329', 'I'],
    [' urn:iso:std:iso:11073:10101', '131391', 'aVL'],
    [OID, '131336', 'V6'],
    [OID, 'MDC_ECG_LEAD_V2', 'V2'],
    ['http://loinc.org', 'LP7389-2', 'V1'],
    ['http://snomed.info/sct', '257474006', 'aVR'],
  ])('knows %s|%s as %s', (system, code, lead) => {
    expect(leadOfConcept(concept([{ system, code }]))).toMatchObject({ lead, isConflicting: false });
  });

  it('reads a lead that is only text, display or a local code', () => {
    expect(leadOfConcept(concept([], 'Lead II'))).toMatchObject({ lead: 'II', isConflicting: false });
    expect(leadOfConcept(concept([{ display: 'aVF' }])).lead).toBe('aVF');
    expect(leadOfConcept(concept([{ system: 'http://local', code: 'V4' }])).lead).toBe('V4');
    expect(
      leadOfConcept(concept([{ system: 'http://loinc.org', code: '44967-8', display: 'EKG lead' }], 'V5')),
    ).toMatchObject({ lead: 'V5', isConflicting: false });
  });

  it('follows the code and flags a display or text that names another lead', () => {
    const shifted = { system: OID, code: '131331', display: 'MDC_ECG_ELEC_POTL_I' };
    expect(leadOfConcept(concept([shifted]))).toMatchObject({ lead: 'V1', isConflicting: true });
    expect(leadOfConcept(concept([{ system: OID, code: '131329' }], 'Lead II'))).toMatchObject({
      lead: 'I',
      isConflicting: true,
    });
  });

  it('flags the code of no lead whose display names one', () => {
    const generic = { system: OID, code: '131328', display: 'MDC_ECG_ELEC_POTL_I' };
    expect(leadOfConcept(concept([generic]))).toMatchObject({ lead: 'I', isConflicting: true });
  });

  it('names no lead when codes, or names without a code, differ', () => {
    const one = { system: OID, code: '131329' };
    const two = { system: 'http://snomed.info/sct', code: '272730000' };
    expect(leadOfConcept(concept([one, two]))).toMatchObject({ lead: undefined, isConflicting: true });
    expect(leadOfConcept(concept([{ display: 'Lead I' }], 'Lead II'))).toMatchObject({
      lead: undefined,
      isConflicting: true,
    });
  });

  it('names no lead where a display or text says that it is inverted, whatever the code', () => {
    const aVR = { system: OID, code: '131390' };
    for (const name of ['-aVR', 'Lead -aVR', 'aVR (inverted)']) {
      expect(leadOfConcept(concept([{ ...aVR, display: name }]))).toMatchObject({
        lead: undefined,
        isConflicting: true,
      });
      expect(leadOfConcept(concept([aVR], name))).toMatchObject({ lead: undefined, isConflicting: true });
    }
  });

  it('names no lead for anything else', () => {
    expect(leadOfConcept(undefined)).toMatchObject({ lead: undefined, isConflicting: false });
    expect(leadOfConcept(concept([{ system: OID, code: '150452', display: 'MDC_PULS_OXIM_PLETH' }])).lead).toBe(
      undefined,
    );
    expect(leadOfConcept(concept([{ code: '131329' }])).lead).toBe(undefined);
  });
});

describe('leadsOfDimensions', () => {
  it('takes as many different leads as there are dimensions, in the order written', () => {
    const codes = [
      { system: OID, code: '131330' },
      { system: OID, code: '131329' },
    ];
    expect(leadsOfDimensions(concept(codes), 2)).toEqual(['II', 'I']);
    expect(leadsOfDimensions(concept([], 'I, II, V5'), 3)).toEqual(['I', 'II', 'V5']);
  });

  it('names none when their number differs', () => {
    expect(leadsOfDimensions(concept([{ system: OID, code: '131329' }]), 2)).toEqual([]);
    expect(leadsOfDimensions(concept([], 'I II'), 3)).toEqual([]);
  });
});

describe('namesEcg', () => {
  it('knows an ECG by code or by word', () => {
    expect(namesEcg(concept([{ system: 'http://loinc.org', code: '11524-6' }]))).toBe(true);
    expect(namesEcg(concept([{ system: OID, code: '131328' }]))).toBe(true);
    expect(namesEcg(concept([{ code: 'HKElectrocardiogram' }]))).toBe(true);
    expect(namesEcg(concept([], 'Resting EKG'))).toBe(true);
  });

  it('does not take other waveforms for one', () => {
    expect(namesEcg(concept([{ system: OID, code: '150452', display: 'Plethysmogram' }]))).toBe(false);
    expect(namesEcg(undefined)).toBe(false);
  });
});
