import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import type { Logger } from 'pino';
import type { CdsClient } from '../../cds-client-config.ts';
import { boundedBody } from '../bounded-body.ts';

/** A hook never waits longer than this for a key it does not have. */
const FETCH_TIMEOUT_MS = 1_000;
/** After a fetch, good or bad, an unknown kid causes no other within this time. */
const COOLDOWN_MS = 30_000;
const REFRESH_MS = 5 * 60_000;
/** Keys that could not be refreshed for so long are trusted no more. */
const MAX_AGE_MS = 24 * 3_600_000;
const MAX_JWKS_BYTES = 262_144;

/** The public keys of all clients, pinned or fetched ahead of the hooks that need them. */
export interface ClientKeys {
  /** Resolves the key of a JWT of `client`. */
  of(client: CdsClient): JWTVerifyGetKey;
  close(): void;
}

/**
 * Starts fetching what is not pinned, and keeps it fresh in the background: a hook waits for a fetch only when it
 * names a key that is not known yet, and then for {@link FETCH_TIMEOUT_MS} at most.
 */
export function createClientKeys(clients: readonly CdsClient[], log: Logger): ClientKeys {
  const urls = new Set(clients.flatMap(({ jwksUrl }) => jwksUrl ?? []));
  const remote = new Map([...urls].map((url) => [url, remoteKeys(url)]));
  const refresh = () => {
    for (const [url, keys] of remote) {
      keys.reload().catch(() => log.warn({ jwksUrl: url }, 'the keys of a client cannot be fetched'));
    }
  };
  refresh();
  const timer = setInterval(refresh, REFRESH_MS).unref();
  const pinned = new Map(clients.map((client) => [client, client.jwks && createLocalJWKSet(client.jwks)]));
  return {
    of: (client) => {
      const keys = pinned.get(client) ?? remote.get(client.jwksUrl ?? '');
      if (!keys) throw new TypeError('a client that is not configured');
      return keys;
    },
    close: () => clearInterval(timer),
  };
}

function remoteKeys(url: string) {
  return createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: boundedFetch(),
  });
}

/** Bounded in size, and at rest for a while after every fetch: jose counts only those that brought keys. */
function boundedFetch(): FetchImplementation {
  let restUntilMs = 0;
  return async (url, options) => {
    const now = Date.now();
    if (now < restUntilMs) throw new Error('at rest after a fetch');
    restUntilMs = now + COOLDOWN_MS;
    const response = await fetch(url, options);
    const body = response.status === 200 ? await boundedBody(response, MAX_JWKS_BYTES) : undefined;
    if (body === undefined) throw new Error('no JWKS');
    return new Response(body);
  };
}
