import { editionOf, parseConfig, tenantOf } from '../src/config.ts';

const OPEN = { authentication: 'none' };

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
      { name: 'a', fhirServer: 'https://ehr.example/fhir', ...OPEN },
      { name: 'b', fhirServer: 'https://ehr.example/fhir/', ...OPEN },
    ];
    expect(() => parseConfig({ tenants })).toThrow('given twice');
  });

  it.each(['http://localhost:8080/fhir', 'http://127.0.0.1/fhir', 'http://[::1]:8080/fhir'])(
    'takes plain http on this machine: %s',
    (fhirServer) => {
      expect(() => parseConfig({ tenants: [{ name: 'a', fhirServer, ...OPEN }] })).not.toThrow();
    },
  );

  it.each(['http://ehr.example/fhir', 'http://127.0.0.1.evil.example/fhir', 'http://localhost.evil.example/fhir'])(
    'takes plain http to another machine only where that is asked for: %s',
    (fhirServer) => {
      expect(() => parseConfig({ tenants: [{ name: 'a', fhirServer, ...OPEN }] })).toThrow('plain http');
      expect(() => parseConfig({ tenants: [{ name: 'a', fhirServer, allowHttp: true, ...OPEN }] })).not.toThrow();
    },
  );

  it.each(['https://user:secret@ehr.example/fhir', 'https://ehr.example/fhir?x', 'https://ehr.example/fhir#x'])(
    'refuses %s as a FHIR base',
    (fhirServer) => {
      expect(() => parseConfig({ tenants: [{ name: 'a', fhirServer, ...OPEN }] })).toThrow('no credentials');
    },
  );

  it.each(['nonsense', 'http://a b', 7, null])('names a FHIR base that is no URL: %j', (fhirServer) => {
    expect(() => parseConfig({ tenants: [{ name: 'a', fhirServer, ...OPEN }] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('tenants[0].fhirServer') }),
    );
  });

  it.each([
    [{ trigger: 'subscription' }, 'notifications need a secret'],
    [{ trigger: 'topic', secret: 'sixteen-letters-or-more' }, 'the URL of a SubscriptionTopic'],
    [{ trigger: 'subscription', secret: 'sixteen-letters-or-more' }, 'needs publicUrl'],
    [{ trigger: 'subscription', secret: 'short' }, '16 to 200 characters'],
  ])('says what a trigger lacks: %j', (writeBack, message) => {
    const tenants = [{ name: 'a', fhirServer: 'https://ehr.example/fhir', authentication: 'none', writeBack }];
    expect(() => parseConfig({ tenants })).toThrow(message);
  });

  it('compares origins as browsers send them', () => {
    expect(() => parseConfig({ corsOrigins: ['*'] })).toThrow('corsOrigins[0]');
    const corsOrigins = ['https://Sandbox.example:443/', 'http://localhost:8000/index.html'];
    expect(parseConfig({ corsOrigins }).corsOrigins).toEqual(['https://sandbox.example', 'http://localhost:8000']);
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
    const config = parseConfig({ tenants: [{ name: 'a', fhirServer: 'https://ehr.example/fhir', ...OPEN }] });
    expect(tenantOf(config, fhirServer) !== undefined).toBe(expected);
  });

  it('allows without a tenant the codes that every tenant may use', () => {
    const free = { name: 'free', fhirServer: 'https://free.example/fhir', snomedEdition: 'gps', ...OPEN };
    const licensed = { name: 'licensed', fhirServer: 'https://licensed.example/fhir', ...OPEN };
    const config = parseConfig({ tenants: [free, licensed] });
    expect(config.tenants.map((tenant) => editionOf(config, tenant))).toEqual(['gps', 'all']);
    expect(editionOf(config, undefined)).toBe('gps');
    expect(editionOf(parseConfig({ tenants: [licensed] }), undefined)).toBe('all');
  });

  describe('of who may call', () => {
    const key = { kty: 'EC', crv: 'P-384', kid: 'k', x: 'x', y: 'y' };
    const client = { issuer: 'https://ehr.example', jwksUrl: 'https://ehr.example/jwks.json' };
    const pinned = { issuer: 'https://ehr.example', jwks: { keys: [key] } };
    const parsed = (clients: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) =>
      parseConfig({
        tenants: [{ name: 'a', fhirServer: 'https://ehr.example/fhir', clients }],
        publicUrl: 'https://cardhook.example/',
        ...more,
      });

    it('takes signed tokens of listed clients only, by the two algorithms that CDS Hooks prefers', () => {
      const config = parsed([client]);
      expect(config.publicUrl).toBe('https://cardhook.example');
      expect(config.tenants[0]).toMatchObject({ authentication: 'jwt', clients: [{ algorithms: ['ES384', 'RS384'] }] });
      expect(() => parsed([pinned])).not.toThrow();
    });

    it.each([
      ['nobody', [], 'list who may call'],
      ['keys neither pinned nor fetched', [{ issuer: 'i' }], 'give either jwksUrl or jwks'],
      ['keys both pinned and fetched', [{ ...client, ...pinned }], 'give either jwksUrl or jwks'],
      ['keys fetched in clear', [{ ...client, jwksUrl: 'http://ehr.example/jwks' }], 'plain http'],
      ['a private key', [{ ...pinned, jwks: { keys: [{ ...key, d: 'secret' }] } }], 'a private key'],
      ['a symmetric key', [{ ...pinned, jwks: { keys: [{ kty: 'oct', kid: 'k', k: 'secret' }] } }], 'kty'],
      ['an algorithm that anybody can sign with', [{ ...client, algorithms: ['HS256'] }], 'algorithms'],
      ['two clients that a token does not tell apart', [client, { ...pinned, subject: 'x' }], 'is given twice'],
    ])('refuses %s', (_case, clients, message) => {
      expect(() => parsed(clients)).toThrow(message);
      expect(() => parsed(clients)).not.toThrow('secret');
    });

    it('tells clients of one issuer apart by tenant or subject', () => {
      expect(() =>
        parsed([
          { ...client, subject: 'x' },
          { ...client, subject: 'y' },
        ]),
      ).not.toThrow();
      expect(() =>
        parsed([
          { ...client, tenant: 'x' },
          { ...client, tenant: 'y' },
        ]),
      ).not.toThrow();
    });

    it('needs the address that tokens are for', () => {
      expect(() => parsed([client], { publicUrl: undefined })).toThrow('publicUrl is missing');
    });

    it('refuses clients beside an open door', () => {
      const tenant = { name: 'a', fhirServer: 'https://ehr.example/fhir', clients: [client], ...OPEN };
      expect(() => parsed([], { tenants: [tenant] })).toThrow('list who may call');
    });
  });
});
