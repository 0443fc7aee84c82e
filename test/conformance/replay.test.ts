import { type Database, openDatabase } from '../../src/edges/store/open-database.ts';
import { createUsedTokens } from '../../src/edges/store/sql-used-tokens.ts';
import { type RunningService, startService } from '../edges/http/start-service.ts';
import { hasPostgres, type PostgresCluster, startPostgres } from '../edges/store/postgres-cluster.ts';
import { type Ehr, startEhr } from './ehr.ts';

const HOOK = '/cds-services/ecg-patient-view';
const PUBLIC_URL = 'https://cardhook.example';
const searchset = { resourceType: 'Bundle', type: 'searchset', entry: [] };
const BODY = JSON.stringify({
  hook: 'patient-view',
  hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
  context: { userId: 'Practitioner/1', patientId: 'p1' },
  prefetch: { patient: { resourceType: 'Patient', id: 'p1' }, ecgObservations: searchset, ecgDocuments: searchset },
});

let ehr: Ehr;
let cluster: PostgresCluster;
const open = () => openDatabase({ url: cluster.url, onConnectionLost: () => undefined });
beforeAll(async () => {
  ehr = await startEhr('https://ehr.example/fhir');
  if (hasPostgres) cluster = await startPostgres();
});
afterAll(async () => {
  await ehr.jwks.close();
  if (hasPostgres) await cluster.stop();
});

async function replica(database: Database): Promise<RunningService> {
  const clients = [{ issuer: ehr.issuer, jwksUrl: ehr.jwksUrl }];
  return await startService({ isBare: true, clients, database, config: { publicUrl: PUBLIC_URL } });
}
const jwt = () => ehr.jwt(`${PUBLIC_URL}${HOOK}`);
const send = (to: RunningService, token: string) => to.post(HOOK, BODY, { Authorization: `Bearer ${token}` });

(hasPostgres ? describe : describe.skip)('a token that is sent again', () => {
  it('67 is refused after a restart, and forgotten only once it has run out', async () => {
    const token = await jwt();
    const first = await open();
    const before = await replica(first);
    expect((await send(before, token)).status).toBe(200);
    await before.stop();
    await first.close();
    const second = await open();
    const after = await replica(second);
    await createUsedTokens(second).deleteExpired(new Date());
    expect((await send(after, token)).status).toBe(401);
    await createUsedTokens(second).deleteExpired(new Date(Date.now() + 361_000));
    expect(await second.db.selectFrom('used_token').selectAll().execute()).toEqual([]);
    await after.stop();
    await second.close();
  });

  it('67 is refused by another replica; while the database is away, each replica takes a token once', async () => {
    const databases = await Promise.all([open(), open()]);
    const replicas = await Promise.all(databases.map(replica));
    const [one, two] = replicas;
    if (!one || !two) throw new Error('two replicas were to start');
    for (let round = 0; round < 5; round += 1) {
      const token = await jwt();
      const answers = await Promise.all([send(one, token), send(two, token), send(one, token), send(two, token)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    }
    const used = await jwt();
    expect((await send(one, used)).status).toBe(200);
    await cluster.halt();
    const fresh = await jwt();
    for (const expected of [200, 401, 401]) expect((await send(two, fresh)).status).toBe(expected);
    expect(two.logged()).toContain('judged by this process alone');
    await cluster.resume();
    expect((await send(one, used)).status).toBe(401);
    expect((await send(two, fresh)).status).toBe(401);
    expect((await send(two, await jwt())).status).toBe(200);
    await Promise.all(replicas.map((each) => each.stop()));
    await Promise.all(databases.map((database) => database.close()));
  });
});
