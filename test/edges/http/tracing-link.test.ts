import { generateKeyPairSync } from 'node:crypto';
import { importSPKI, jwtVerify } from 'jose';
import { parseConfig } from '../../../src/config.ts';
import { createTracingLinks, patientHash } from '../../../src/edges/http/tracing-link.ts';

const LAUNCH = 'https://viewer.example.org/launch';
const FHIR = 'https://ehr.example.org/fhir';
const SECRET = 'a secret of thirty-two bytes, at least';
const REQUEST = { hook: 'patient-view', hookInstance: 'h', context: { patientId: 'p1' } };

function tenantOf(tracingApp: object) {
  const tenant = {
    name: 't',
    fhirServer: FHIR,
    authentication: 'none',
    tracingApp: { launchUrl: LAUNCH, ...tracingApp },
  };
  const [parsed] = parseConfig({ tenants: [tenant] }).tenants;
  if (parsed === undefined) throw new Error('no tenant');
  return parsed;
}
const linkOf = (tracingApp: object, key: string | undefined, source = 'Observation/1') => {
  const tenant = tenantOf(tracingApp);
  return createTracingLinks([tenant], key)(tenant, REQUEST, source);
};

describe('the link to a tracing', () => {
  it('launches a SMART app with a short-lived context that names the ECG and no patient', async () => {
    const link = await linkOf({}, SECRET);
    expect(link).toMatchObject({ type: 'smart', url: LAUNCH, label: 'Open the tracing' });
    const appContext = link?.type === 'smart' ? (link.appContext ?? '') : '';
    const { payload } = await jwtVerify(appContext, new TextEncoder().encode(SECRET), { audience: LAUNCH });
    expect(payload).toMatchObject({ ecg: 'Observation/1', patient: patientHash(FHIR, 'p1') });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(900);
    expect(Object.keys(payload).sort()).toEqual(['aud', 'ecg', 'exp', 'iat', 'iss', 'patient']);
    await expect(jwtVerify(`${appContext}x`, new TextEncoder().encode(SECRET))).rejects.toThrow();
  });

  it('may be signed with a key pair, so that the app needs no secret', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const link = await linkOf({}, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const key = await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'ES256');
    const { protectedHeader } = await jwtVerify(link?.type === 'smart' ? (link.appContext ?? '') : '', key);
    expect(protectedHeader.alg).toBe('ES256');
  });

  it('to a plain page says nothing of ECG or patient', async () => {
    expect(await linkOf({ type: 'absolute', label: 'Viewer' }, undefined)).toEqual({
      type: 'absolute',
      url: LAUNCH,
      label: 'Viewer',
    });
  });

  it('is not made for an ECG without an address of its own', async () => {
    expect(await linkOf({}, SECRET, 'Observation')).toBeUndefined();
  });

  it.each([
    ['no key', undefined],
    ['a short secret', 'secret'],
    ['a key that is none', '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----'],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    ],
  ])('is refused at start with %s, without quoting it', async (_case, key) => {
    const create = () => createTracingLinks([tenantOf({})], key);
    expect(create).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('CARDHOOK_APP_CONTEXT_KEY') }),
    );
    expect(create).not.toThrow('secret of thirty');
  });

  it.each([
    'https://viewer.example.org/launch?iss=x',
    'https://viewer.example.org/launch?a=1&launch=x',
    'javascript:x',
  ])('never leads to %s', (launchUrl) => {
    expect(() => tenantOf({ launchUrl })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
