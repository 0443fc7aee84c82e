import { followChain } from '../../../src/audit/audit-chain.ts';
import { type AuditRecord, parseAuditRecord } from '../../../src/audit/audit-record.ts';
import { type Database, openDatabase } from '../../../src/edges/store/open-database.ts';
import { appendRecords, auditEntries, createAuditTrail } from '../../../src/edges/store/sql-audit-trail.ts';
import { hasPostgres, type PostgresCluster, startPostgres } from './postgres-cluster.ts';

const record = (n: number): AuditRecord => ({
  recordedAt: `2026-03-10T09:00:${String(n % 60).padStart(2, '0')}.000Z`,
  action: 'hook',
  outcome: 'success',
  patient: `Patient/${n}`,
});

async function patientsIn(database: Database, period = {}): Promise<unknown[]> {
  const patients: unknown[] = [];
  for await (const entry of auditEntries(database, period)) patients.push(parseAuditRecord(entry.record).patient);
  return patients;
}

describe('the audit trail in the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({});
  });
  afterAll(() => database.close());

  it('keeps records in an unbroken chain over several pages, and gives those of a period', async () => {
    for (let n = 0; n < 6; n += 1) {
      await appendRecords(
        database,
        Array.from({ length: 101 }, (_, k) => record(n * 101 + k)),
      );
    }
    expect(await followChain(auditEntries(database))).toMatchObject({ head: { sequence: 606 } });
    expect(await patientsIn(database, { since: new Date('2026-03-10T09:00:59Z') })).toHaveLength(10);
    expect(await patientsIn(database, { until: new Date('2026-03-10T09:00:01Z') })).toHaveLength(11);
  });

  it('shows an entry that was changed in the database', async () => {
    await database.db
      .updateTable('audit')
      .set({ record: JSON.stringify(record(0)) })
      .where('sequence', '=', '300')
      .execute();
    expect((await followChain(auditEntries(database))).brokenAt).toBe(300);
  });

  it('takes records at once and has written them when it is closed', async () => {
    const before = (await patientsIn(database)).length;
    const trail = createAuditTrail(database, { error: () => undefined });
    trail.record({ action: 'feedback', outcome: 'success', by: 'ecg-order-sign' });
    await trail.close();
    expect(await patientsIn(database)).toHaveLength(before + 1);
  });
});

(hasPostgres ? describe : describe.skip)('the audit trail of two replicas on one PostgreSQL', () => {
  let postgres: PostgresCluster;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  it('is one unbroken chain', async () => {
    const replicas = await Promise.all([1, 2].map(() => openDatabase({ url: postgres.url })));
    const [first] = replicas;
    if (!first) throw new Error('no replica');
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => appendRecords(replicas[n % 2] ?? first, [record(n), record(n)])),
    );
    expect(await followChain(auditEntries(first))).toMatchObject({ head: { sequence: 80 } });
    await Promise.all(replicas.map((replica) => replica.close()));
  });
});
