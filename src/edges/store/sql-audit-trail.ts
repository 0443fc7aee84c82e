import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import { type AuditEntry, linkRecords } from '../../audit/audit-chain.ts';
import type { AuditRecord, AuditTrail } from '../../audit/audit-record.ts';
import { createDeferredWriter } from './deferred-writer.ts';
import type { Database } from './open-database.ts';
import { codeOf, storing } from './storing.ts';
import type { Tables } from './tables.ts';

/** How many records wait for a database that is away: about 5 MB. */
const CAPACITY = 10_000;
const PAGE = 500;
/** Any number that nothing else locks: replicas append to the chain one after the other. */
const CHAIN_LOCK = 7_262_873;

/** The trail of this process, into the one chain of the database. */
export function createAuditTrail(
  database: Database,
  log: Pick<Logger, 'error'>,
): AuditTrail & { close(): Promise<void> } {
  const stamped = (record: Omit<AuditRecord, 'recordedAt'>) => ({ recordedAt: new Date().toISOString(), ...record });
  const writer = createDeferredWriter<AuditRecord>({
    write: async (batch) => await appendRecords(database, batch),
    capacity: CAPACITY,
    onFailure: (error) => log.error({ code: codeOf(error) }, 'the audit trail cannot be written, trying again'),
    onLost: (lost) => stamped({ action: 'gap', outcome: 'failed', lost }),
  });
  return { record: (record) => writer.add(stamped(record)), close: () => writer.close() };
}

/** @throws EcgError STORE_UNAVAILABLE; then nothing of the batch is there. */
export async function appendRecords({ db }: Database, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await storing(async () => {
    await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(transaction);
      const texts = records.map((record) => JSON.stringify(record));
      const entries = linkRecords(texts, await auditHead(transaction));
      await transaction
        .insertInto('audit')
        .values(entries.map((entry, n) => ({ ...entry, recorded_at: new Date(records[n]?.recordedAt ?? '') })))
        .execute();
    });
  });
}

/** The last entry of the chain. */
export async function auditHead(db: Kysely<Tables>): Promise<AuditEntry | undefined> {
  const row = await db.selectFrom('audit').selectAll().orderBy('sequence', 'desc').limit(1).executeTakeFirst();
  return row && toEntry(row);
}

/** Entries in their order; from the first that was recorded at `since`, to the last before `until`. */
export async function* auditEntries(
  { db }: Database,
  { since, until }: { readonly since?: Date | undefined; readonly until?: Date | undefined } = {},
): AsyncGenerator<AuditEntry> {
  let last = 0;
  for (;;) {
    let query = db.selectFrom('audit').selectAll().where('sequence', '>', String(last)).orderBy('sequence').limit(PAGE);
    if (since) query = query.where('recorded_at', '>=', since);
    if (until) query = query.where('recorded_at', '<', until);
    const rows = await storing(() => query.execute());
    for (const row of rows) {
      const entry = toEntry(row);
      last = entry.sequence;
      yield entry;
    }
    if (rows.length < PAGE) return;
  }
}

/** node-postgres gives a bigint as text. */
function toEntry({
  sequence,
  record,
  hash,
}: {
  readonly sequence: string | number;
  record: string;
  hash: string;
}): AuditEntry {
  return { sequence: Number(sequence), record, hash };
}
