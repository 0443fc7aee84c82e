import { allowedBase, urlWithin } from '../../../src/edges/fhir-server/allowed-url.ts';

const ALLOWED = ['https://ehr.example.org/fhir/r4', 'http://localhost:8080/fhir/'];
const FORBIDDEN = expect.objectContaining({ name: 'EcgError', code: 'FHIR_FORBIDDEN' });

describe('the base URL of a FHIR server', () => {
  it.each([
    ['https://ehr.example.org/fhir/r4', 'https://ehr.example.org/fhir/r4'],
    ['https://ehr.example.org/fhir/r4/', 'https://ehr.example.org/fhir/r4'],
    ['HTTPS://EHR.example.org:443/fhir/r4', 'https://ehr.example.org/fhir/r4'],
    ['https://ehr.example.org/fhir/other/../r4', 'https://ehr.example.org/fhir/r4'],
    ['https://ehr.example.org/fhir/r4/tenant-7', 'https://ehr.example.org/fhir/r4/tenant-7'],
    ['http://localhost:8080/fhir', 'http://localhost:8080/fhir'],
  ])('may be %s', (baseUrl, normalised) => {
    expect(allowedBase(baseUrl, ALLOWED)).toBe(normalised);
  });

  it.each([
    'http://ehr.example.org/fhir/r4',
    'https://ehr.example.org:8443/fhir/r4',
    'https://ehr.example.org/fhir/r4b',
    'https://ehr.example.org/fhir',
    'https://ehr.example.org/fhir/r4/../secret',
    'https://ehr.example.org/fhir/r4/%2e%2e/secret',
    'https://ehr.example.org/fhir/r4/..%2fsecret',
    'https://ehr.example.org/fhir/r4/..;/secret',
    'https://ehr.example.org/fhir/r4?tenant=1',
    'https://ehr.example.org/fhir/r4#x',
    'https://ehr.example.org.evil.example/fhir/r4',
    'https://ehr.example.org@evil.example/fhir/r4',
    'https://user:password@ehr.example.org/fhir/r4',
    'https://evil.example/https://ehr.example.org/fhir/r4',
    'file:///fhir/r4',
    '//ehr.example.org/fhir/r4',
    'ehr.example.org/fhir/r4',
    '',
  ])('may not be %s', (baseUrl) => {
    expect(() => allowedBase(baseUrl, ALLOWED)).toThrow(FORBIDDEN);
  });

  it('is refused by an empty allow-list and by one that holds no URLs', () => {
    expect(() => allowedBase('https://ehr.example.org/fhir/r4', [])).toThrow(FORBIDDEN);
    expect(() => allowedBase('https://ehr.example.org/fhir/r4', ['*', ''])).toThrow(FORBIDDEN);
  });
});

describe('an address of a FHIR server', () => {
  const base = 'https://ehr.example.org/fhir/r4';

  it.each([
    ['Binary/1', `${base}/Binary/1`],
    [`${base}/Binary/1`, `${base}/Binary/1`],
    ['Observation?code=a|b&_sort=-date', `${base}/Observation?code=a|b&_sort=-date`],
    [`${base}?_getpages=1`, `${base}?_getpages=1`],
    ['./Binary/a..b', `${base}/Binary/a..b`],
  ])('may be %s', (address, url) => {
    expect(urlWithin(base, address)).toBe(url);
  });

  it.each([
    'https://storage.example.org/fhir/r4/Binary/1',
    'http://ehr.example.org/fhir/r4/Binary/1',
    'https://ehr.example.org/admin',
    'https://ehr.example.org/fhir/r4b/Binary/1',
    '//evil.example/fhir/r4/Binary/1',
    '\\\\evil.example\\fhir',
    '../../admin',
    'Binary/../../../admin',
    'Binary/%2e%2e/%2E%2E/admin',
    'Binary/..%2f..%2fadmin',
    'Binary/..;/..;/admin',
    '/admin',
    'Binary/1#x',
    'data:text/plain,x',
    'https://[',
  ])('may not be %s', (address) => {
    expect(() => urlWithin(base, address)).toThrow(FORBIDDEN);
  });
});
