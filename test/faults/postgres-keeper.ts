import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

const LOOK_MS = 2_000;

/** Starts a server again whenever it has ended, as systemd does; starting one that runs fails and changes nothing. */
export function keepRunning(start: () => Promise<void>) {
  let count = 0;
  const ending = new AbortController();
  const keeping = (async () => {
    while (!ending.signal.aborted) {
      await wait(LOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
      if (!ending.signal.aborted)
        count += await start().then(
          () => 1,
          () => 0,
        );
    }
  })();
  return {
    count: () => count,
    end: async () => {
      ending.abort();
      await keeping;
    },
  };
}

/** Takes what is left of the write-ahead log, until PostgreSQL stops; segments that were made ahead would last for a while. */
export async function useUpWal(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (;;) await client.query("select pg_logical_emit_message(false, '', ''), pg_switch_wal()");
  } catch {
    // PostgreSQL has stopped, or has not yet come back.
  } finally {
    await client.end().catch(() => undefined);
  }
}
