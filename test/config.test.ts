import { parseConfig, tenantOf } from '../src/config.ts';

describe('the configuration', () => {
  it('needs nothing but has safe defaults', () => {
    expect(parseConfig({})).toMatchObject({ host: '127.0.0.1', port: 8080, tenants: [], corsOrigins: [] });
  });

  it('names all faults at once', () => {
    const faulty = { port: 'x', tenants: [{ name: 'A B', fhirServer: 'ftp://x' }], colour: 1 };
    expect(() => parseConfig(faulty)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    for (const fault of ['port', 'name', 'fhirServer', 'colour']) expect(() => parseConfig(faulty)).toThrow(fault);
  });

  it('refuses one FHIR server under two tenants', () => {
    const tenants = [
      { name: 'a', fhirServer: 'https://ehr.example/fhir' },
      { name: 'b', fhirServer: 'https://ehr.example/fhir/' },
    ];
    expect(() => parseConfig({ tenants })).toThrow('given twice');
  });

  it.each([
    ['https://ehr.example/fhir', true],
    ['https://ehr.example/fhir/', true],
    ['HTTPS://EHR.example:443/fhir', true],
    ['https://ehr.example/fhir2', false],
    ['https://ehr.example/fhir/../other', false],
    ['https://ehr.example.attacker.example/fhir', false],
    ['https://ehr.example@attacker.example/fhir', false],
    ['http://ehr.example/fhir', false],
    ['not a url', false],
  ])('takes %s for the tenant: %s', (fhirServer, expected) => {
    const config = parseConfig({ tenants: [{ name: 'a', fhirServer: 'https://ehr.example/fhir' }] });
    expect(tenantOf(config, fhirServer) !== undefined).toBe(expected);
  });
});
