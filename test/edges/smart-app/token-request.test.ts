import { parseConfig } from '../../../src/config.ts';
import { requestTokens, revokeToken, type SmartClient } from '../../../src/edges/smart-app/token-request.ts';
import { type Loopback, listen } from '../fhir-server/loopback.ts';

describe('the token endpoint', () => {
  let server: Loopback;
  let status = 200;
  let answer: unknown;
  const bodies: URLSearchParams[] = [];
  beforeAll(async () => {
    server = await listen(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(new URLSearchParams(body));
      response.statusCode = status;
      response.end(JSON.stringify(answer));
    });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    status = 200;
    answer = { access_token: 'opaque', token_type: 'Bearer', patient: 'p1' };
  });

  const endpoints = () => ({
    authorizeUrl: '',
    token: { url: `${server.origin}/token`, algorithms: undefined },
    revokeUrl: `${server.origin}/revoke`,
    identity: undefined,
  });
  const [tenant] = parseConfig({
    tenants: [{ name: 't', fhirServer: 'https://e.example/fhir', authentication: 'none' }],
  }).tenants;
  const client = (): SmartClient => {
    if (tenant === undefined) throw new Error('no tenant');
    return { tenant, clientId: 'a client', redirectUrl: '', keys: [], secret: 's:ec+ret%' };
  };

  it('is shown a client secret in the header, encoded, and nowhere else', async () => {
    await requestTokens(client(), endpoints(), { grant_type: 'authorization_code', code: 'c' });
    const [scheme, credentials = ''] = server.requests.at(-1)?.headers.authorization?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe('a+client:s%3Aec%2Bret%25');
    expect(Object.fromEntries(bodies.at(-1) ?? [])).toEqual({ grant_type: 'authorization_code', code: 'c' });
  });

  it('may give what is beside the point in any form', async () => {
    answer = { ...Object(answer), expires_in: '300', fhirContext: 'none', id_token: 7, need_patient_banner: 'yes' };
    expect(await requestTokens(client(), endpoints(), {})).toMatchObject({
      ...{ access_token: 'opaque', expires_in: 300, patient: 'p1', fhirContext: [] },
    });
    answer = { ...Object(answer), fhirContext: ['Observation/1', { reference: 'Observation/2' }, { canonical: 'x' }] };
    expect((await requestTokens(client(), endpoints(), {})).fhirContext).toEqual([
      'Observation/1',
      'Observation/2',
      undefined,
    ]);
  });

  it.each([
    ['a refusal', 400, { error: 'invalid_grant', error_description: 'code of Mr X' }, '(HTTP 400, invalid_grant)'],
    ['a refusal in no known words', 400, { error: '<script>' }, '(HTTP 400)'],
    ['another kind of token', 200, { access_token: 'a', token_type: 'mac' }, '(HTTP 200)'],
    ['a patient that is no id', 200, { access_token: 'a', token_type: 'bearer', patient: '../x' }, '(HTTP 200)'],
    ['a redirect', 302, {}, '(HTTP 302)'],
    ['no JSON', 200, undefined, '(HTTP 200)'],
  ])('that answers with %s gives no tokens', async (_case, code, body, reason) => {
    [status, answer] = [code, body];
    await expect(requestTokens(client(), endpoints(), {})).rejects.toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      message: `the EHR gives no access token ${reason}; launch again`,
    });
  });

  it('takes a token back, and nothing fails where it cannot', async () => {
    await revokeToken(client(), endpoints(), 'refresh');
    expect([server.requests.at(-1)?.url, bodies.at(-1)?.get('token')]).toEqual(['/revoke', 'refresh']);
    status = 500;
    await revokeToken(client(), endpoints(), 'refresh');
    await revokeToken(client(), { ...endpoints(), revokeUrl: 'http://127.0.0.1:1/' }, 'refresh');
  });
});
