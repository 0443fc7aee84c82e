import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Exclusively } from '../../write-back/write-guard.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';
import type { Tables } from './tables.ts';

/**
 * Exclusive work: within the process by waiting, among replicas by advisory locks, which PostgreSQL gives back when a process
 * dies. The embedded database has one process, so waiting is enough. The work must not use the database itself: it
 * could wait for the connection that holds the lock.
 * @throws EcgError STORE_UNAVAILABLE when the locks are not to be had in time.
 */
export function createExclusively({ db, engine }: Database): Exclusively {
  const tails = new Map<string, Promise<void>>();
  return async (keys, work) => {
    const ordered = [...new Set(keys)].sort();
    const turns = ordered.map((key) => takeTurn(tails, key));
    await Promise.all(turns.map(({ come }) => come));
    try {
      return engine === 'embedded' ? await work() : await withAdvisoryLocks(db, ordered, work);
    } finally {
      for (const { end } of turns) end();
    }
  };
}

/** All turns of one call are taken at once, so that no two calls wait for each other. */
function takeTurn(tails: Map<string, Promise<void>>, key: string) {
  const come = tails.get(key) ?? Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const tail = come.then(() => promise);
  tails.set(key, tail);
  const end = () => {
    resolve();
    if (tails.get(key) === tail) tails.delete(key);
  };
  return { come, end };
}

/** In the order of the keys, the same in every process, so that none waits for one that waits for it. */
async function withAdvisoryLocks<T>(db: Kysely<Tables>, keys: readonly string[], work: () => Promise<T>): Promise<T> {
  return await db.connection().execute(async (connection) => {
    await storing(async () => {
      for (const key of keys) await sql`select pg_advisory_lock(${lockOf(key)})`.execute(connection);
    });
    try {
      return await work();
    } finally {
      // Where the connection broke meanwhile, so did the locks.
      await sql`select pg_advisory_unlock_all()`.execute(connection).catch(() => undefined);
    }
  });
}

/** bigint, as PostgreSQL names advisory locks. */
function lockOf(key: string): bigint {
  return createHash('sha256').update(key).digest().readBigInt64BE();
}
