import { isOnServer, patientIdOf } from '../../src/fhir/patient-reference.ts';

const BASE = 'https://ehr.example.org/fhir/r4';

describe('a reference to a patient', () => {
  it.each([
    'Patient/p1',
    'Patient/p1/_history/7',
    `${BASE}/Patient/p1`,
    `${BASE}/Patient/p1/_history/7`,
    'HTTPS://EHR.example.org:443/fhir/r4/Patient/p1',
  ])('%s is that of p1', (reference) => {
    expect(patientIdOf(reference, BASE)).toBe('p1');
    expect(patientIdOf(reference, `${BASE}/`)).toBe('p1');
  });

  it.each([
    undefined,
    '',
    '#p1',
    'p1',
    'patient/p1',
    'PATIENT/p1',
    'Group/p1',
    'RelatedPerson/p1',
    'Patient/',
    'Patient/p1/',
    'Patient/p1?x',
    'Patient/p1#x',
    'Patient/../Patient/p1',
    'Patient?identifier=p1',
    'NotAPatient/p1',
    '/Patient/p1',
    'r4/Patient/p1',
    '//ehr.example.org/fhir/r4/Patient/p1',
    'urn:uuid:0b8f0d0e-6d5f-4f9e-8a3a-1d1c3c1f0a11',
    'https://other.example.org/fhir/r4/Patient/p1',
    'http://ehr.example.org/fhir/r4/Patient/p1',
    'https://ehr.example.org/fhir/Patient/p1',
    'https://ehr.example.org/fhir/r4/other/Patient/p1',
    'https://ehr.example.org/fhir/r4/../Patient/p1',
    'https://ehr.example.org/fhir/r4Patient/p1',
    'https://ehr.example.org.evil.example/fhir/r4/Patient/p1',
    'https://other.example.org/?x=https://ehr.example.org/fhir/r4/Patient/p1',
  ])('%s is not that of anybody on the server', (reference) => {
    expect(patientIdOf(reference, BASE)).toBeUndefined();
  });

  it('is relative where no server is known', () => {
    expect(patientIdOf('Patient/p1', undefined)).toBe('p1');
    expect(patientIdOf(`${BASE}/Patient/p1`, undefined)).toBeUndefined();
  });
});

describe('a URL', () => {
  it.each([
    [`${BASE}/Observation/1`, true],
    [`${BASE}-test/Observation/1`, false],
    ['https://other.example.org/fhir/r4/Observation/1', false],
    [`${BASE}/../Observation/1`, false],
    ['urn:uuid:0b8f0d0e-6d5f-4f9e-8a3a-1d1c3c1f0a11', false],
  ])('%s is on the server: %s', (url, expected) => {
    expect(isOnServer(url, BASE)).toBe(expected);
  });
});
