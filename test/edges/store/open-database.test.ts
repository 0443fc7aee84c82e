import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { followChain } from '../../../src/audit/audit-chain.ts';
import type { FeedbackRecord } from '../../../src/cds/feedback.ts';
import { type Database, isReachable, openDatabase } from '../../../src/edges/store/open-database.ts';
import { appendRecords, auditEntries, auditHead } from '../../../src/edges/store/sql-audit-trail.ts';
import { createFeedbackStore } from '../../../src/edges/store/sql-feedback-store.ts';
import { hasPostgres, type PostgresCluster, startPostgres } from './postgres-cluster.ts';

const record = (id: string): FeedbackRecord => ({
  ...{ id, service: 's', card: 'c', outcome: 'overridden', outcomeTimestamp: '2026-03-10T12:00:00+01:00' },
  about: { rules: ['sotalol.qtc_prolonged'], findings: [80], model: 'm@1' },
});
const idsIn = async ({ db }: Database) =>
  (await db.selectFrom('feedback').select('id').orderBy('id').execute()).map(({ id }) => id);

let directory: string;
let postgres: PostgresCluster | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cardhook-'));
  if (hasPostgres) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  await rm(directory, { recursive: true });
});

const ENGINES = [
  ['embedded', () => ({ directory: join(directory, 'embedded'), url: undefined })],
  ['postgresql', () => ({ directory: '', url: postgres?.url })],
] as const;

describe.each(ENGINES)('the %s database', (engine, options) => {
  const onEngine = engine === 'postgresql' && !hasPostgres ? it.skip : it;

  onEngine('keeps what was stored over a restart, once however often it is sent', async () => {
    const first = await openDatabase(options());
    expect(first.engine).toBe(engine);
    await createFeedbackStore(first).record([record('1'), record('1'), record('2')]);
    await createFeedbackStore(first).record([record('2'), record('3')]);
    await first.close();
    const second = await openDatabase(options());
    expect(await idsIn(second)).toEqual(['1', '2', '3']);
    expect(await second.db.selectFrom('feedback').selectAll().where('id', '=', '1').executeTakeFirst()).toMatchObject({
      outcome_timestamp: new Date('2026-03-10T11:00:00Z'),
      about: record('1').about,
      accepted_suggestions: null,
    });
    await second.close();
  });

  onEngine('is whole again from the backup that the docs tell to make', async () => {
    const original = await openDatabase(options());
    await createFeedbackStore(original).record([record('kept')]);
    await appendRecords(original, [{ recordedAt: '2026-03-10T12:00:00Z', action: 'hook', outcome: 'success' }]);
    const idsBefore = await idsIn(original);
    const head = await auditHead(original.db);
    const restored = await openDatabase(await backup(original));
    expect(await idsIn(restored)).toEqual(idsBefore);
    expect((await followChain(auditEntries(restored))).head).toEqual(head);
    await restored.close();
  });

  /** Of PostgreSQL while it runs; of the embedded database once it is closed. */
  const backup = async (original: Database) => {
    const url = await (engine === 'postgresql' ? postgres?.restoreBackup() : undefined);
    await original.close();
    if (url !== undefined) return { url };
    const copy = join(directory, 'copy');
    await cp(options().directory, copy, { recursive: true });
    return { directory: copy };
  };

  onEngine('keeps queries of others out of a transaction, and nothing of one that fails', async () => {
    const database = await openDatabase(options());
    await database.db.deleteFrom('feedback').execute();
    const store = createFeedbackStore(database);
    const failing = database.db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('feedback').execute();
      await sql`select pg_sleep(0.05)`.execute(transaction);
      throw new Error('no');
    });
    const outcomes = await Promise.allSettled([
      failing,
      ...Array.from({ length: 20 }, (_, n) => store.record([record(String(n))])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', ...Array(20).fill('fulfilled')]);
    expect(await idsIn(database)).toHaveLength(20);
    await database.close();
  });
});

describe('the embedded database', () => {
  it('clears up by itself what changes have left: old rows, and the log that a checkpoint makes needless', async () => {
    const { db, close } = await openDatabase({ tidyMs: 100 });
    await sql`insert into used_token select n::text, now() from generate_series(1, 2000) as n`.execute(db);
    await sql`delete from used_token`.execute(db);
    const { rows } = await sql<{ written: string }>`select pg_current_wal_lsn()::text as written`.execute(db);
    const isNeedless = async () => {
      const redo = sql<{ isNeedless: boolean }>`
        select redo_lsn >= ${rows[0]?.written}::pg_lsn as "isNeedless" from pg_control_checkpoint()`;
      return (await redo.execute(db)).rows[0]?.isNeedless;
    };
    const isCleared = async () => {
      const cleared = sql`select from pg_stat_user_tables where relname = 'used_token' and last_vacuum is not null`;
      return (await cleared.execute(db)).rows.length === 1;
    };
    while (!((await isNeedless()) && (await isCleared()))) await new Promise((resolve) => setTimeout(resolve, 20));
    await close();
  }, 60_000);

  it('is refused to a second process at a time', async () => {
    const first = await openDatabase({ directory: join(directory, 'shared') });
    await expect(openDatabase({ directory: join(directory, 'shared') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('in use by another process'),
    });
    await first.close();
    await (await openDatabase({ directory: join(directory, 'shared') })).close();
  });
});

(hasPostgres ? describe : describe.skip)('PostgreSQL', () => {
  it('is migrated once by replicas that start together', async () => {
    const cluster = await startPostgres();
    const replicas = await Promise.all([1, 2, 3].map(() => openDatabase({ url: cluster.url })));
    expect(await Promise.all(replicas.map(isReachable))).toEqual([true, true, true]);
    await Promise.all(replicas.map((replica) => replica.close()));
    await cluster.stop();
  });

  it('is used again after it was gone, and says nothing of an address in between', async () => {
    const cluster = await startPostgres();
    const lost: Error[] = [];
    const database = await openDatabase({ url: cluster.url, onConnectionLost: (error) => lost.push(error) });
    await cluster.halt();
    expect(await isReachable(database)).toBe(false);
    await expect(createFeedbackStore(database).record([record('1')])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'the database did not answer as expected (ECONNREFUSED)',
    });
    await cluster.resume();
    await createFeedbackStore(database).record([record('1')]);
    expect(await idsIn(database)).toEqual(['1']);
    expect(lost.length).toBeGreaterThan(0);
    await database.close();
    await cluster.stop();
  });

  it('that cannot be reached at start is reported by the code of the failure alone', async () => {
    await expect(openDatabase({ url: 'postgres://user:secret@127.0.0.1:1/none' })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'the database did not answer as expected (ECONNREFUSED)',
    });
  });
});
