import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isWrittenBack, type Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { stackFrames } from '../http/stack-frames.ts';

/** Of a tenant that polls: a report is there within seconds of its ECG. */
const POLL_SECONDS = 5;
/** Beside notifications, for those that were lost. */
const SWEEP_SECONDS = 300;
/** After a failure, however long the period. */
const RETRY_SECONDS = 30;

export interface SweepsOptions {
  readonly tenants: readonly Tenant[];
  readonly sweep: (tenant: Tenant) => Promise<void>;
  readonly log: Logger;
}

/**
 * Sweeps every tenant that has a trigger at once and then periodically, each on its own time.
 * @returns a function that ends it.
 */
export function startSweeps({ tenants, sweep, log }: SweepsOptions): () => Promise<void> {
  const ending = new AbortController();
  const loop = async (tenant: Tenant) => {
    const period = periodSeconds(tenant);
    while (!ending.signal.aborted) {
      let seconds = period;
      try {
        await sweep(tenant);
      } catch (error) {
        seconds = Math.min(period, RETRY_SECONDS);
        const known = error instanceof EcgError ? { code: error.code, reason: error.message } : { code: 'INTERNAL' };
        log.warn(
          { tenant: tenant.name, ...known, ...(error instanceof EcgError ? {} : { err: stackFrames(error) }) },
          'new ECGs could not be searched for',
        );
      }
      await wait(seconds * 1_000, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const loops = tenants.filter(isWrittenBack).map(loop);
  return async () => {
    ending.abort();
    await Promise.all(loops);
  };
}

function periodSeconds({ writeBack }: Tenant): number {
  return writeBack.pollSeconds ?? (writeBack.trigger === 'poll' ? POLL_SECONDS : SWEEP_SECONDS);
}
