import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../edges/store/open-database.ts';

/**
 * The database of a configuration: PostgreSQL where `DATABASE_URL` is set, else the embedded one in its directory.
 * Commands beside a running service need PostgreSQL: the embedded one is that service's alone.
 * @throws EcgError STORE_UNAVAILABLE, CONFIG_INVALID.
 */
export async function openConfiguredDatabase(
  { databaseDirectory }: Pick<Config, 'databaseDirectory'>,
  onConnectionLost?: (error: Error) => void,
): Promise<Database> {
  return await openDatabase({
    url: process.env['DATABASE_URL'],
    directory: resolve(databaseDirectory),
    ...(onConnectionLost && { onConnectionLost }),
  });
}
