import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Database, DatabaseOptions } from './open-database.ts';
import type { Tables } from './tables.ts';

const CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** A query that hangs must not hold a hook or a job for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** PostgreSQL through a pool. Nothing is connected before the first query. */
export function openPostgres({ url, onConnectionLost }: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'cardhook',
  });
  // Unheard, the error of a connection would end the process; the pool itself listens only while one is idle.
  pool.on('connect', (client) => void client.on('error', (error) => onConnectionLost?.(error)));
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    engine: 'postgresql',
    queueOptions: { connectionString: url ?? '' },
    close: async () => await db.destroy(),
  };
}
