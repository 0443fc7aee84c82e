import express from 'express';
import type { JWK } from 'jose';
import { backendServicesSchema } from '../../src/backend-services-config.ts';
import { createBackendTokenSource } from '../../src/edges/smart/backend-token-source.ts';
import { jwksRoute } from '../../src/edges/smart/jwks-route.ts';
import { newSigningKey, parseSigningKeys, type SigningKey } from '../../src/edges/smart/signing-keys.ts';
import { type Loopback, listen } from '../edges/fhir-server/loopback.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';

const SCOPE = 'system/Observation.rs';

let privateJwks: readonly JWK[];
let keys: readonly SigningKey[];
let oauth: AuthorizationServer;
let published: Loopback;
let jwks: { readonly keys: readonly JWK[] };
let cacheControl: string | null;
const others: Loopback[] = [];

beforeAll(async () => {
  privateJwks = [await newSigningKey('ES384'), await newSigningKey('RS384')];
  keys = await parseSigningKeys({ keys: privateJwks });
  published = await listen(express().use(jwksRoute(keys)));
  const jwksUrl = `${published.origin}/.well-known/jwks.json`;
  const response = await fetch(jwksUrl);
  cacheControl = response.headers.get('cache-control');
  jwks = (await response.json()) as typeof jwks;
  oauth = await startAuthorizationServer([
    { clientId: 'cardhook-es', jwksUrl, algorithm: 'ES384' },
    { clientId: 'cardhook-rs', jwksUrl, algorithm: 'RS384' },
  ]);
});
afterAll(async () => {
  await Promise.all([oauth, published, ...others].map((server) => server.close()));
});

function sourceFor(settings: Readonly<Record<string, unknown>>, among = keys) {
  return createBackendTokenSource({
    fhirServer: `${oauth.origin}/fhir`,
    allowHttp: false,
    settings: backendServicesSchema.parse({ scope: SCOPE, ...settings }),
    keys: among,
  });
}

describe('SMART Backend Services', () => {
  it.each([
    ['ES384', 'cardhook-es'],
    ['RS384', 'cardhook-rs'],
  ])(
    '86 an assertion signed with %s has the token URL as aud, five minutes at most, and gets a token',
    async (alg, clientId) => {
      const key = keys.find(({ algorithm }) => algorithm === alg);
      const source = sourceFor({ clientId, keyId: key?.kid });
      const before = oauth.assertions.length;
      expect(await source.token()).toMatch(/^[\w-]{20,}$/);
      const [sent] = oauth.assertions.slice(before);
      expect(sent?.header).toEqual({ alg, kid: key?.kid, typ: 'JWT' });
      expect(sent?.claims).toMatchObject({
        ...{ iss: clientId, sub: clientId, aud: `${oauth.origin}/token` },
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(Number(sent?.claims['exp']) - Number(sent?.claims['iat'])).toBeLessThanOrEqual(300);
    },
  );

  it('86 a token is asked for once by many, kept, and renewed when it is refused, with a fresh jti', async () => {
    const source = sourceFor({ clientId: 'cardhook-es' });
    const before = oauth.assertions.length;
    const tokens = await Promise.all(Array.from({ length: 5 }, () => source.token()));
    expect([new Set(tokens).size, oauth.assertions.length - before]).toEqual([1, 1]);
    source.refuse('another');
    expect(await source.token()).toBe(tokens[0]);
    source.refuse(tokens[0] ?? '');
    expect(await source.token()).not.toBe(tokens[0]);
    const jtis = oauth.assertions.slice(before).map(({ claims }) => claims['jti']);
    expect(new Set(jtis).size).toBe(2);
  });

  it('86 a key the server does not know is refused, and the error says so without the assertion', async () => {
    const strangers = await parseSigningKeys(await newSigningKey('ES384'));
    const failing = sourceFor({ clientId: 'cardhook-es' }, strangers);
    await expect(failing.token()).rejects.toMatchObject({
      code: 'FHIR_UNAVAILABLE',
      message: 'the authorization server gives no access token (HTTP 401, invalid_client)',
    });
  });

  it('86 a token URL on another host is used only where it is configured', async () => {
    const elsewhere = await listen((_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ token_endpoint: oauth.origin.replace('127.0.0.1', 'localhost') }));
    });
    others.push(elsewhere);
    const settings = backendServicesSchema.parse({ clientId: 'cardhook-es', scope: SCOPE });
    const client = { fhirServer: `${elsewhere.origin}/fhir`, allowHttp: false, keys };
    await expect(createBackendTokenSource({ ...client, settings }).token()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('set backendServices.tokenUrl'),
    });
    const configured = { ...settings, tokenUrl: `${oauth.origin}/token` };
    expect(await createBackendTokenSource({ ...client, settings: configured }).token()).toBeTruthy();
  });

  it('87 the JWKS holds public members only and may be cached', () => {
    expect(cacheControl).toBe('public, max-age=3600');
    expect(jwks.keys.map(({ kid }) => kid)).toEqual(privateJwks.map(({ kid }) => kid));
    expect(jwks.keys.map((key) => Object.keys(key).sort().join(' '))).toEqual([
      'alg crv kid kty use x y',
      'alg e kid kty n use',
    ]);
  });
});
