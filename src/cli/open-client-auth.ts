import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type Authenticator, createAuthenticator } from '../edges/client-auth/authenticator.ts';
import { createClientKeys } from '../edges/client-auth/client-keys.ts';
import { createRememberedTokens } from '../edges/client-auth/remembered-tokens.ts';
import type { Database } from '../edges/store/open-database.ts';
import { createUsedTokens } from '../edges/store/sql-used-tokens.ts';

export interface ClientAuth extends Authenticator {
  close(): void;
}

const SWEEP_MS = 10 * 60_000;

/** The check of who calls, with the keys of all clients on their way and old tokens swept from the database. */
export function openClientAuth(config: Config, database: Database, log: Logger): ClientAuth {
  warnOfOpenDoors(config, log);
  const keys = createClientKeys(
    config.tenants.flatMap(({ clients }) => clients),
    log,
  );
  const usedTokens = createUsedTokens(database);
  const sweep = setInterval(() => {
    usedTokens.deleteExpired(new Date()).catch(() => log.warn('used tokens cannot be swept from the database'));
  }, SWEEP_MS).unref();
  return {
    ...createAuthenticator(config, { keys, usedTokens: createRememberedTokens(usedTokens, log) }),
    close: () => {
      clearInterval(sweep);
      keys.close();
    },
  };
}

function warnOfOpenDoors({ tenants }: Config, log: Logger): void {
  for (const { name } of tenants.filter(({ authentication }) => authentication === 'none')) {
    log.warn({ tenant: name }, 'authentication is "none": anybody who reaches this address may call for this tenant');
  }
  if (tenants.length === 0) log.warn('no tenants are configured: every hook is refused');
}
