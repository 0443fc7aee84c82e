import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { type Loopback, listen } from '../edges/fhir-server/loopback.ts';
import type { Answer } from '../edges/http/published-schemas.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { type Ehr, newKey, nowSeconds, type Saying, startEhr } from './ehr.ts';

const OTHER_FHIR = 'https://other.example/fhir';
const PATIENT = 'patient-of-great-fame';

let ehr: Ehr;
let other: Ehr;
let elsewhere: Loopback;
let service: RunningService;
const tokens: string[] = [];

beforeAll(async () => {
  [ehr, other] = await Promise.all([startEhr('https://ehr.example/fhir'), startEhr('https://other.example')]);
  elsewhere = await listen((_request, response) => void response.end('{"keys":[]}'));
  service = await startService({
    isBare: true,
    clients: [
      { issuer: ehr.issuer, jwksUrl: ehr.jwksUrl, jku: 'https://public.example/jwks.json' },
      { issuer: 'https://many.example', jwksUrl: ehr.jwksUrl, tenant: 'north', algorithms: ['RS256'] },
      { issuer: 'https://apps.example', jwks: { keys: [ehr.keys[0]?.publicJwk] }, subject: 'our-app' },
    ],
    furtherTenants: [
      { name: 'other', fhirServer: OTHER_FHIR, clients: [{ issuer: other.issuer, jwksUrl: other.jwksUrl }] },
    ],
    config: { authenticateDiscovery: true },
  });
});
afterAll(async () => {
  await service.stop();
  await Promise.all([ehr.jwks, other.jwks, elsewhere].map((server) => server.close()));
});

const HOOK = '/cds-services/ecg-patient-view';
const searchset = { resourceType: 'Bundle', type: 'searchset', entry: [] };
const request = (more: Readonly<Record<string, unknown>> = {}) => ({
  hook: 'patient-view',
  hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
  context: { userId: 'Practitioner/1', patientId: PATIENT },
  prefetch: {
    patient: { resourceType: 'Patient', id: PATIENT },
    ecgObservations: searchset,
    ecgDocuments: searchset,
  },
  ...more,
});

async function send(token: string | undefined, body: unknown = request(), path = HOOK): Promise<Answer> {
  if (token !== undefined) tokens.push(token);
  return await service.post(path, body, token === undefined ? {} : { Authorization: `Bearer ${token}` });
}
const endpoint = () => `${service.address}${HOOK}`;
/** The status of a hook with a token that says so. */
const statusOf = async (saying: Saying = {}, from: Ehr = ehr) =>
  (await send(await from.jwt(endpoint(), saying))).status;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const keyOf = (algorithm: string) => ehr.keys.find((key) => key.algorithm === algorithm);

describe('authentication of CDS clients', () => {
  it('10 discovery asks for a token where it is configured to', async () => {
    const discover = (token?: string) =>
      fetch(
        `${service.address}/cds-services`,
        token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } },
      );
    expect((await discover()).status).toBe(401);
    expect((await discover(await ehr.jwt(`${service.address}/cds-services`))).status).toBe(200);
    expect((await discover(await ehr.jwt(endpoint()))).status).toBe(401);
  });

  it.each([
    ['58 ES384', 'ES384'],
    ['59 RS384', 'RS384'],
  ])('%s is accepted', async (_case, algorithm) => {
    expect(await statusOf({ key: keyOf(algorithm) })).toBe(200);
  });

  it('59 RS256 is accepted only from a client that is configured for it', async () => {
    const key = keyOf('RS256');
    const claims = { iss: 'https://many.example', tenant: 'north' };
    expect([await statusOf({ key }), await statusOf({ key, claims })]).toEqual([401, 200]);
  });

  it('60 a token without signature is refused', async () => {
    const now = nowSeconds();
    const claims = { iss: ehr.issuer, aud: endpoint(), iat: now, exp: now + 60, jti: 'none-1' };
    const unsigned = `${encoded({ alg: 'none', typ: 'JWT', kid: ehr.keys[0]?.kid })}.${encoded(claims)}.`;
    expect((await send(unsigned)).status).toBe(401);
    expect((await send(`${unsigned}c2lnbmVk`)).status).toBe(401);
  });

  it('61 HS256 with the public key as its secret is refused', async () => {
    const now = nowSeconds();
    const claims = { iss: ehr.issuer, aud: endpoint(), iat: now, exp: now + 60, jti: 'hs-1' };
    const key: JsonWebKey = { ...ehr.keys[0]?.publicJwk };
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, JSON.stringify(key)]) {
      const signed = `${encoded({ alg: 'HS256', typ: 'JWT', kid: ehr.keys[0]?.kid })}.${encoded(claims)}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect((await send(`${signed}.${mac}`)).status).toBe(401);
    }
  });

  it('62 an unknown issuer is refused, and so is a listed one with the key of another', async () => {
    expect(await statusOf({ claims: { iss: 'https://evil.example' } })).toBe(401);
    expect(await statusOf({ claims: { iss: other.issuer } })).toBe(401);
    const stolenName = { ...(await newKey('ES384', ehr.keys[0]?.kid)) };
    expect(await statusOf({ key: stolenName })).toBe(401);
  });

  it('63 a jku that is not listed is refused and not fetched; a listed one is compared only', async () => {
    const jku = `${elsewhere.origin}/jwks.json`;
    expect(await statusOf({ header: { jku } })).toBe(401);
    expect(await statusOf({ header: { jku: ehr.jwksUrl } })).toBe(200);
    expect(await statusOf({ header: { jku: 'https://public.example/jwks.json' } })).toBe(200);
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('64 a token for another service is refused', async () => {
    for (const audience of [
      `${service.address}/cds-services/ecg-order-sign`,
      `${service.address}/cds-services`,
      service.address,
      `https://elsewhere.example${HOOK}`,
    ]) {
      expect([audience, (await send(await ehr.jwt(audience))).status]).toEqual([audience, 401]);
    }
  });

  it('65 aud may be a list', async () => {
    expect((await send(await ehr.jwt(['https://elsewhere.example', endpoint()]))).status).toBe(200);
    expect((await send(await ehr.jwt(['https://elsewhere.example']))).status).toBe(401);
  });

  it.each([
    ['that ran out', { iat: -400, exp: -100 }, 401],
    ['that ran out within the skew', { iat: -300, exp: -30 }, 200],
    ['of the future', { iat: 120, exp: 300 }, 401],
    ['of the future within the skew', { iat: 30, exp: 300 }, 200],
    ['that does not hold yet', { nbf: 120 }, 401],
    ['with nbf five minutes back, as Epic sends it', { nbf: -300 }, 200],
    ['that lives for an hour', { exp: 3_600 }, 401],
  ])('66 a token %s', async (_case, times, status) => {
    const now = nowSeconds();
    const claims = Object.fromEntries(Object.entries(times).map(([claim, offset]) => [claim, now + offset]));
    expect(await statusOf({ claims })).toBe(status);
  });

  it.each(['exp', 'iat', 'jti', 'aud', 'iss'])('66 a token without %s is refused', async (claim) => {
    expect(await statusOf({ claims: { [claim]: undefined } })).toBe(401);
  });

  it.each([
    ['no kid', { kid: undefined }],
    ['another typ', { typ: 'at+jwt' }],
    ['no typ', { typ: undefined }],
  ])('66 a token with %s is refused', async (_case, header) => {
    expect(await statusOf({ header })).toBe(401);
  });

  it('67 a token works once', async () => {
    const token = await ehr.jwt(endpoint());
    const statuses = await Promise.all([send(token), send(token), send(token)]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('68 a new kid causes one fetch, and unknown ones no more until a while later', async () => {
    const added = await newKey('ES384');
    ehr.keys.push(added);
    const unknown = await newKey('ES384');
    const saying = [added, added, unknown].map((key) => ehr.jwt(endpoint(), { key }));
    const [first, second, third] = await Promise.all(saying);
    const realNow = Date.now;
    const before = ehr.jwks.requests.length;
    try {
      // The cool-down after the fetch at start is over.
      Date.now = () => realNow() + 31_000;
      const known = await Promise.all([send(first), send(second)]);
      expect(known.map(({ status }) => status)).toEqual([200, 200]);
      expect((await send(third)).status).toBe(401);
      expect(ehr.jwks.requests.length - before).toBe(1);
    } finally {
      Date.now = realNow;
    }
  });

  it('69 a client speaks for its own tenant alone', async () => {
    const to = async (from: Ehr, fhirServer: string) =>
      (await send(await from.jwt(endpoint()), request({ fhirServer }))).status;
    expect([await to(ehr, service.fhirServer), await to(other, OTHER_FHIR)]).toEqual([200, 200]);
    expect([await to(ehr, OTHER_FHIR), await to(other, service.fhirServer)]).toEqual([401, 401]);
  });

  it.each([
    ['the claim tenant', { iss: 'https://many.example' }, { tenant: 'north' }, { tenant: 'south' }, 'RS256'],
    ['sub', { iss: 'https://apps.example' }, { sub: 'our-app' }, { sub: 'an-app' }, 'ES384'],
  ])('69 %s must be the configured one', async (_case, claims, right, wrong, algorithm) => {
    const key = keyOf(algorithm);
    const statuses = [right, wrong, {}].map((more) => statusOf({ key, claims: { ...claims, ...more } }));
    expect(await Promise.all(statuses)).toEqual([200, 401, 401]);
  });

  it('70 a refusal says nothing but that it is one, whatever the reason and the body', async () => {
    const answers = [
      await send(undefined),
      await send('x.y.z'),
      await send(await ehr.jwt(endpoint(), { claims: { iss: 'https://evil.example' } })),
      await send(await ehr.jwt(endpoint(), { claims: { exp: 1 } })),
      await send(await ehr.jwt(endpoint()), request({ fhirServer: OTHER_FHIR })),
      await send(undefined, { feedback: [] }, `${HOOK}/feedback`),
      await send(undefined, {}, '/cds-services/none'),
    ];
    for (const { status, headers, body } of answers) {
      expect([status, headers.get('www-authenticate'), body['text']]).toEqual([401, 'Bearer', '']);
    }
  });

  it('70 a report on request needs an access token for the FHIR server', async () => {
    const parameter = [
      { name: 'fhirServer', valueUri: service.fhirServer },
      { name: 'ecg', valueReference: { reference: 'Observation/1' } },
    ];
    const answer = await send(undefined, { resourceType: 'Parameters', parameter }, '/fhir/$interpret');
    expect([answer.status, answer.body['text']]).toEqual([401, '']);
    expect(service.fhirRequests).toEqual([]);
  });

  it('71 the log gives the reason of a refusal, and no token, no part of one and no patient', () => {
    for (const reason of ['no JWT', 'ERR_JWT_EXPIRED', 'ERR_JWT_CLAIM_VALIDATION_FAILED aud', 'jti was used before']) {
      expect(service.logged()).toContain(`"reason":"${reason}"`);
    }
    const parts = tokens.flatMap((token) => token.split('.').slice(1)).filter((part) => part.length > 3);
    expect(parts.length).toBeGreaterThan(80);
    expect(parts.filter((part) => service.logged().includes(part))).toEqual([]);
    expect(service.logged()).not.toContain(PATIENT);
  });

  it('72 a browser of a listed origin may send the token, and no other', async () => {
    const preflight = async (origin: string) => {
      const headers = {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type',
      };
      const { headers: answered } = await fetch(endpoint(), { method: 'OPTIONS', headers });
      return [answered.get('access-control-allow-origin'), answered.get('access-control-allow-headers')];
    };
    expect(await preflight('https://ehr.example')).toEqual(['https://ehr.example', 'Content-Type,Authorization']);
    expect((await preflight('https://evil.example'))[0]).toBeNull();
  });
});
