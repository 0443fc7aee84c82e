import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { fromPglite } from 'pg-boss';
import { lockDirectory } from './lock-directory.ts';
import type { Database } from './open-database.ts';
import type { Tables } from './tables.ts';

/**
 * PGlite: PostgreSQL within this process, in `directory` or in memory. It survives the end of the process at any
 * moment, but not a loss of power: it never calls fsync. Two processes on one directory would lose rows, so the
 * directory is locked.
 * @throws EcgError STORE_UNAVAILABLE when another process has the directory.
 */
export async function openEmbedded(directory: string | undefined): Promise<Database> {
  const unlock = directory === undefined ? undefined : await lock(directory);
  try {
    const pglite = await PGlite.create(directory === undefined ? {} : { dataDir: join(directory, 'pglite') });
    const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    return {
      db,
      engine: 'embedded',
      queueOptions: { db: fromPglite(pglite), backend: 'pglite' },
      close: async () => {
        await db.destroy();
        await unlock?.();
      },
    };
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

async function lock(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return await lockDirectory(directory);
}
