import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { readFhirUser } from '../../../src/edges/smart-app/id-token.ts';
import { type Loopback, listen } from '../fhir-server/loopback.ts';

const ISSUER = 'https://ehr.example.org';
const EXPECTED = { clientId: 'viewer', nonce: 'n', fhirServer: `${ISSUER}/fhir` };
const USER = `${ISSUER}/fhir/Practitioner/1`;

describe('the ID token of a launch', () => {
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let published: Loopback;
  beforeAll(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'ES256' }] };
    published = await listen((_request, response) => void response.end(JSON.stringify(jwks)));
  });
  afterAll(() => published.close());

  const sign = (claims: object = {}, key = keys.privateKey) =>
    new SignJWT({ iss: ISSUER, aud: 'viewer', nonce: 'n', sub: 's', fhirUser: USER, ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('exp' in claims ? Number(claims.exp) : '5 minutes')
      .sign(key);
  const read = async (token: string | undefined) =>
    await readFhirUser(
      token,
      {
        authorizeUrl: '',
        token: { url: '', algorithms: undefined },
        revokeUrl: undefined,
        identity: { issuer: ISSUER, jwksUrl: published.origin },
      },
      EXPECTED,
    );

  it('names the user of the FHIR server', async () => {
    expect(await read(await sign())).toBe('Practitioner/1');
    expect(await read(await sign({ fhirUser: 'PractitionerRole/2' }))).toBe('PractitionerRole/2');
  });

  it.each([
    ['a user of another server', { fhirUser: 'https://elsewhere.example/fhir/Practitioner/1' }],
    ['no user', { fhirUser: undefined }],
    ['something else than a person', { fhirUser: 'Device/1' }],
  ])('with %s names nobody', async (_case, claims) => {
    expect(await read(await sign(claims))).toBeUndefined();
  });

  it('names nobody where there is none', async () => {
    expect(await read(undefined)).toBeUndefined();
  });

  it.each([
    ['for another app', { aud: 'other' }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another launch', { nonce: 'other' }],
    ['that has run out', { exp: 1_000_000_000 }],
  ])('%s is refused', async (_case, claims) => {
    await expect(read(await sign(claims))).rejects.toMatchObject({ code: 'FHIR_FORBIDDEN' });
  });

  it('that somebody else signed, or nobody, is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await sign()).split('.')[1]}.`;
    for (const token of [await sign({}, privateKey), unsigned, 'x']) {
      await expect(read(token)).rejects.toMatchObject({ code: 'FHIR_FORBIDDEN' });
    }
  });
});
