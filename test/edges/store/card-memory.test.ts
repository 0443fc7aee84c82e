import { pino } from 'pino';
import { openCardMemory } from '../../../src/cli/open-card-memory.ts';
import { type Database, openDatabase } from '../../../src/edges/store/open-database.ts';
import { createFeedbackStore } from '../../../src/edges/store/sql-feedback-store.ts';
import { createIssuedCards } from '../../../src/edges/store/sql-issued-cards.ts';
import { createOverrideMemory } from '../../../src/edges/store/sql-override-memory.ts';
import { hasPostgres, type PostgresCluster, startPostgres } from './postgres-cluster.ts';

const CARD = { service: 'ecg-order-sign', rules: ['sotalol.qtc_prolonged'], findings: [80], tenant: 'a', model: 'm@1' };
const SILENCING = { audience: 'a', problems: ['x'], forMs: 1_000 };
const NOW = new Date('2026-03-10T12:00:00Z');
const until = new Date('2026-03-10T13:00:00Z');
const log = pino({ level: 'silent' });

/** Two replicas where PostgreSQL is there, else two users of one embedded database. */
let cluster: PostgresCluster | undefined;
let replicas: readonly [Database, Database];
beforeAll(async () => {
  cluster = hasPostgres ? await startPostgres() : undefined;
  const open = () => openDatabase({ url: cluster?.url, onConnectionLost: () => undefined });
  const first = await open();
  replicas = [first, cluster ? await open() : first];
});
afterAll(async () => {
  await Promise.all(new Set(replicas).values().map((database) => database.close()));
  await cluster?.stop();
});

describe('an issued card', () => {
  it('is known at once where it was issued, and to other replicas once it is written', async () => {
    const [one, two] = replicas.map((database) => createIssuedCards(database, log));
    one?.remember('card-1', { ...CARD, silencing: SILENCING });
    one?.remember('card-2', { service: 'ecg-patient-view', rules: [], findings: [] });
    expect((await one?.find(['card-1', 'none']))?.get('card-1')).toEqual({ ...CARD, silencing: SILENCING });
    await one?.close();
    const found = await two?.find(['card-1', 'card-2', 'none']);
    expect([...(found ?? [])].sort()).toEqual([
      ['card-1', { ...CARD, silencing: SILENCING }],
      ['card-2', { service: 'ecg-patient-view', rules: [], findings: [] }],
    ]);
  });

  it('is forgotten after its time', async () => {
    const cards = createIssuedCards(replicas[0], log);
    cards.remember('card-3', CARD);
    await cards.close();
    await cards.deleteBefore(new Date(Date.now() - 60_000));
    expect((await cards.find(['card-3'])).size).toBe(1);
    await cards.deleteBefore(new Date(Date.now() + 60_000));
    expect((await cards.find(['card-3'])).size).toBe(0);
  });

  (hasPostgres ? it : it.skip)('waits for a database that is away, and answers do not wait for it', async () => {
    const cards = createIssuedCards(replicas[0], log);
    await cluster?.halt();
    cards.remember('card-4', CARD);
    await cluster?.resume();
    await cards.close();
    expect((await createIssuedCards(replicas[1], log).find(['card-4'])).size).toBe(1);
  });
});

describe('feedback', () => {
  it('is forgotten by when it came, whatever time it states', async () => {
    const store = createFeedbackStore(replicas[0]);
    const kept = () => replicas[0].db.selectFrom('feedback').select('id').execute();
    const common = { service: 'ecg-order-sign', card: 'card-1', outcome: 'overridden' } as const;
    await store.record([{ id: 'f1', ...common, outcomeTimestamp: '2999-01-01T00:00:00Z' }]);
    await store.record([{ id: 'f2', ...common, outcomeTimestamp: '1999-01-01T00:00:00Z' }]);
    await store.deleteBefore(new Date(Date.now() - 60_000));
    expect(await kept()).toHaveLength(2);
    await store.deleteBefore(new Date(Date.now() + 60_000));
    expect(await kept()).toEqual([]);
  });
});

describe('the memory of overrides', () => {
  const entry = { audience: 'a', problem: 'x', until };

  it('holds for the audience until its time is over, on every replica', async () => {
    const [one, two] = replicas.map(createOverrideMemory);
    await one?.silence([entry]);
    expect(await two?.silenced('a', NOW)).toEqual(new Set(['x']));
    expect(await two?.silenced('b', NOW)).toEqual(new Set());
    expect(await two?.silenced('a', until)).toEqual(new Set());
  });

  it('keeps the later end, and forgets what is over', async () => {
    const memory = createOverrideMemory(replicas[0]);
    await memory.silence([entry, { ...entry, until: NOW }, { ...entry, problem: 'y', until: NOW }]);
    expect(await memory.silenced('a', NOW)).toEqual(new Set(['x']));
    await memory.deleteExpired(NOW);
    expect(await replicas[0].db.selectFrom('silenced_problem').select('problem').execute()).toEqual([{ problem: 'x' }]);
  });

  it('has the same pseudonyms on every replica and after a restart, by a key that is made once', async () => {
    const memories = await Promise.all(
      [...replicas, replicas[0]].map((database) => openCardMemory({ cardRetentionDays: 1 }, database, log)),
    );
    const names = memories.map(({ pseudonym }) => pseudonym('Practitioner/1', 'p1'));
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
    await Promise.all(memories.map((memory) => memory.close()));
  });
});
