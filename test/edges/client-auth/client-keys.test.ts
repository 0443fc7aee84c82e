import type { RequestListener } from 'node:http';
import { jwtVerify } from 'jose';
import { pino } from 'pino';
import { cdsClientSchema } from '../../../src/cds-client-config.ts';
import { type ClientKeys, createClientKeys } from '../../../src/edges/client-auth/client-keys.ts';
import { type Ehr, startEhr } from '../../conformance/ehr.ts';
import { type Loopback, listen } from '../fhir-server/loopback.ts';

let ehr: Ehr;
beforeAll(async () => {
  ehr = await startEhr('https://ehr.example');
});
afterAll(() => ehr.jwks.close());

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

/** Verifies a good token with the keys that a server gives. */
async function using(listener: RequestListener): Promise<{ readonly server: Loopback; verify(): Promise<unknown> }> {
  const server = await listen(listener);
  const client = cdsClientSchema.parse({ issuer: ehr.issuer, jwksUrl: `${server.origin}/jwks.json` });
  const keys: ClientKeys = createClientKeys([client], pino({ level: 'silent' }));
  opened.push(server, keys);
  return { server, verify: async () => await jwtVerify(await ehr.jwt('a'), keys.of(client)) };
}
const published = () => JSON.stringify({ keys: ehr.keys.map(({ publicJwk }) => publicJwk) });

describe('the keys of a client', () => {
  it('are fetched before a hook needs them, and then once for many', async () => {
    const { server, verify } = await using((_request, response) => void response.end(published()));
    await Promise.all([verify(), verify(), verify()]);
    await verify();
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, RequestListener]>([
    ['that never come', () => undefined],
    ['that come by a redirect', (_request, response) => void response.writeHead(302, { Location: ehr.jwksUrl }).end()],
    ['that are no JSON', (_request, response) => void response.end('<html>')],
    ['beyond all measure', (_request, response) => void response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
  ])('%s hold no hook for ever, and are not asked for at every hook', async (_case, listener) => {
    const before = ehr.jwks.requests.length;
    const { server, verify } = await using(listener);
    await expect(verify()).rejects.toThrow();
    await expect(verify()).rejects.toThrow();
    await expect(verify()).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
    expect(ehr.jwks.requests.length).toBe(before);
  });
});
