import { openDatabase } from '../../src/edges/store/open-database.ts';
import { type RunningWriteBack, SECRET, startWriteBack, until } from '../edges/queue/start-write-back.ts';
import { hasPostgres, type PostgresCluster, startPostgres } from '../edges/store/postgres-cluster.ts';

/** A PostgreSQL that goes and comes back under a running service. */
(hasPostgres ? describe : describe.skip)('notifications while the database is lost', () => {
  let postgres: PostgresCluster;
  let running: RunningWriteBack;
  beforeAll(async () => {
    postgres = await startPostgres();
    const database = await openDatabase({ url: postgres.url, onConnectionLost: () => {} });
    // No search: what appears comes of notifications alone.
    running = await startWriteBack({ trigger: 'subscription', writeBack: { pollSeconds: 86_400 }, database });
  }, 60_000);
  afterAll(async () => {
    await running.stop();
    await running.database.close();
    await postgres.stop();
  });

  const notify = async (id: string) =>
    (
      await fetch(`${running.address}/notifications/clinic/Observation/${id}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${SECRET}` },
      })
    ).status;

  it('are refused so that the server sends them again; what was acknowledged is done', async () => {
    for (const [seed, id] of ['before', 'during'].entries()) await running.fhir.storeEcg(id, 500 + seed);
    expect(await notify('before')).toBe(200);
    await postgres.halt();
    expect(await notify('during')).toBe(503);
    // Nothing works through the queue yet: what was acknowledged is nowhere but in the database.
    await postgres.resume();
    await running.service.start();
    await until(async () => (await notify('during').catch(() => 503)) === 200);
    await until(async () => (await running.fhir.reports()).length === 2);
  }, 60_000);
});
