import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { fromPglite } from 'pg-boss';
import { lockDirectory } from './lock-directory.ts';
import type { Database, DatabaseOptions } from './open-database.ts';
import type { Tables } from './tables.ts';

const TIDY_MS = 15 * 60_000;
/** Old rows of a table. */
const WORTH_A_VACUUM = 1_000;

/**
 * PGlite: PostgreSQL within this process, in `directory` or in memory. It survives the end of the process at any
 * moment, but not a loss of power: it never calls fsync. Two processes on one directory would lose rows, so the
 * directory is locked. It has no processes of its own in the background, so checkpoints, without which its log of changes
 * grows for ever, and vacuum are made here.
 * @throws EcgError STORE_UNAVAILABLE when another process has the directory.
 */
export async function openEmbedded({ directory, tidyMs = TIDY_MS }: DatabaseOptions): Promise<Database> {
  const unlock = directory === undefined ? undefined : await lock(directory);
  try {
    const pglite = await PGlite.create(directory === undefined ? {} : { dataDir: join(directory, 'pglite') });
    const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    const stopTidying = keepTidy(db, tidyMs);
    return {
      db,
      engine: 'embedded',
      queueOptions: { db: fromPglite(pglite), backend: 'pglite' },
      close: async () => {
        stopTidying();
        await db.destroy();
        await unlock?.();
      },
    };
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

/** @returns a function that ends it. */
function keepTidy(db: Kysely<Tables>, everyMs: number): () => void {
  const next = () => setTimeout(() => void tidy(db).then(again), everyMs).unref();
  const again = () => {
    if (!isOver) timer = next();
  };
  let isOver = false;
  let timer = next();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** One table at a time, as everything else waits meanwhile. Where there is no room for it now, there may be next time. */
async function tidy(db: Kysely<Tables>): Promise<void> {
  try {
    const { rows } = await sql<{ table: string }>`
      select relid::regclass::text as table from pg_stat_user_tables where n_dead_tup > ${WORTH_A_VACUUM}`.execute(db);
    for (const { table } of rows) await sql`vacuum ${sql.raw(table)}`.execute(db);
    await sql`checkpoint`.execute(db);
  } catch {
    // Every user of the database hears of what is wrong with it.
  }
}

async function lock(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return await lockDirectory(directory);
}
