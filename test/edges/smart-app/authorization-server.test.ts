import { discoverAuthorizationServer } from '../../../src/edges/smart-app/authorization-server.ts';
import { smartAppSchema } from '../../../src/smart-app-config.ts';
import { type Loopback, listen } from '../fhir-server/loopback.ts';

describe('the endpoints in a smart-configuration', () => {
  let server: Loopback;
  let answer: unknown;
  beforeAll(async () => {
    server = await listen((_request, response) => void response.end(JSON.stringify(answer)));
  });
  afterAll(() => server.close());

  const endpoints = (origin: string) => ({
    authorization_endpoint: `${origin}/auth`,
    token_endpoint: `${origin}/token`,
  });
  const discover = async (settings: object = {}) =>
    await discoverAuthorizationServer({
      fhirServer: `${server.origin}/fhir`,
      allowHttp: false,
      smartApp: smartAppSchema.parse({ clientId: 'c', ...settings }),
    });

  it('are used on the host of the FHIR server', async () => {
    answer = endpoints(server.origin);
    expect(await discover()).toMatchObject({ authorizeUrl: `${server.origin}/auth`, identity: undefined });
    expect(server.requests.at(-1)?.url).toBe('/fhir/.well-known/smart-configuration');
  });

  it('on another host are used only where the configuration lists it, and over TLS', async () => {
    answer = endpoints('https://login.example.org');
    await expect(discover()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('login.example.org; if that is right, list the host'),
    });
    const listed = { authorizationHosts: ['login.example.org'] };
    expect((await discover(listed)).token.url).toBe('https://login.example.org/token');
    answer = endpoints('http://login.example.org');
    await expect(discover(listed)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each([
    ['another token endpoint', { token_endpoint: 'https://evil.example/token' }],
    ['other keys', { jwks_uri: 'https://evil.example/jwks' }],
    ['another revocation endpoint', { revocation_endpoint: 'https://evil.example/revoke' }],
  ])('are refused with %s elsewhere', async (_case, change) => {
    answer = { ...endpoints(server.origin), ...change };
    await expect(discover()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each([[undefined], [{}], [{ ...endpoints('javascript:x') }], ['text']])('are missing in %j', async (body) => {
    answer = body;
    await expect(discover()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
  });
});
