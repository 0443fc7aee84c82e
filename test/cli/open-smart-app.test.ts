import { pino } from 'pino';
import { MODELS_DIRECTORY } from '../../src/cli/open-models.ts';
import { createClassifiers, openSmartApp } from '../../src/cli/open-smart-app.ts';
import { readSigningKeys } from '../../src/cli/read-signing-keys.ts';
import { parseConfig } from '../../src/config.ts';
import { loadManifest } from '../../src/edges/model-files/model-store.ts';
import { createReadingCache } from '../../src/reading-cache.ts';

const configWith = (smartApp?: object, rest: object = { publicUrl: 'https://cardhook.example.org' }) =>
  parseConfig({
    tenants: [{ name: 'main-campus', fhirServer: 'https://e.example/fhir', authentication: 'none', smartApp }],
    ...rest,
  });
const open = (config: ReturnType<typeof configWith>) =>
  openSmartApp({
    ...{ config, keys: [], log: pino({ level: 'silent' }), models: {}, readings: createReadingCache(1) },
    ...{ directory: MODELS_DIRECTORY, appContextKey: undefined, audit: { record: () => undefined } },
    guard: async (_identity, write) => await write(),
    openFhirServer: () => {
      throw new Error('not asked for');
    },
  });

describe('the SMART app at start', () => {
  it('is there where a tenant has one', async () => {
    expect(await open(configWith())).toBeUndefined();
    expect(await open(configWith({ clientId: 'c' }))).toBeInstanceOf(Function);
  });

  it('asks for the secret of a tenant by the name of its variable, and for a key where there is no secret', async () => {
    const bySecret = configWith({ clientId: 'c', clientAuthentication: 'client_secret' });
    await expect(open(bySecret)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('CARDHOOK_SMART_SECRET_MAIN_CAMPUS'),
    });
    expect(await readSigningKeys(bySecret)).toEqual([]);
    await expect(readSigningKeys(configWith({ clientId: 'c' }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('cardhook keys new'),
    });
  });

  it.each([
    ['without publicUrl', () => configWith({ clientId: 'c' }, {}), 'publicUrl'],
    ['without a client id', () => configWith({}), 'clientId'],
    [
      'with a URL in the place of a host',
      () => configWith({ clientId: 'c', authorizationHosts: ['https://login.example.org'] }),
      'authorizationHosts',
    ],
  ])('is refused %s', (_case, parse, named) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(named) }));
  });

  it('reads the last layer of a model, and says so where it cannot', async () => {
    const manifest = await loadManifest(MODELS_DIRECTORY, 'stand-in');
    expect((await createClassifiers(MODELS_DIRECTORY)(manifest)).biases).toHaveLength(manifest.architecture.n_classes);
    await expect(createClassifiers('/nowhere')(manifest)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
