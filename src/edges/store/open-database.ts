import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { ConstructorOptions } from 'pg-boss';
import { EcgError } from '../../errors.ts';
import { openEmbedded } from './embedded-database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openPostgres } from './postgres-database.ts';
import { storing } from './storing.ts';
import type { Tables } from './tables.ts';

export interface DatabaseOptions {
  /** "postgres://user:password@host:5432/name"; without it the database is embedded. */
  readonly url?: string | undefined;
  /** Where the embedded database lies; without it, it is in memory and gone with the process. */
  readonly directory?: string | undefined;
  /** How often the embedded database clears up what changes have left; every 15 minutes unless given. */
  readonly tidyMs?: number;
  /** Told of connections that break while nobody uses them; the next query opens a new one. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** One SQL database, the same to its users whichever engine it is. */
export interface Database {
  readonly db: Kysely<Tables>;
  readonly engine: 'postgresql' | 'embedded';
  /** How the job queue gets at the same database. */
  readonly queueOptions: Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString'>;
  close(): Promise<void>;
}

/**
 * Opens PostgreSQL, or the embedded PGlite where no `url` is given, and brings its tables up to date. Replicas that
 * start at once migrate one after the other.
 * @throws EcgError STORE_UNAVAILABLE when it cannot be reached or is in use by another process, CONFIG_INVALID when it
 *   was migrated by a newer Cardhook.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const database = options.url === undefined ? await openEmbedded(options) : openPostgres(options);
  try {
    await storing(() => migrate(database.db));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Whether the database answers. */
export async function isReachable({ db }: Database): Promise<boolean> {
  try {
    await sql`select 1`.execute(db);
    return true;
  } catch {
    return false;
  }
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    throw new EcgError(
      'CONFIG_INVALID',
      'the database was set up by another version of Cardhook; use that or a newer one',
      {
        cause: error,
      },
    );
  }
  if (error !== undefined) throw error;
}
