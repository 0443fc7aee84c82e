import { setTimeout as wait } from 'node:timers/promises';
import { callAll } from '../../bench/hook-clients.ts';

export interface AnsweredHooks {
  /** With 200. */
  readonly answered: number;
  readonly failed: number;
  readonly slowestMs: number;
}

const HOOK_MS = 250;

/**
 * A clinician's EHR, which calls a hook four times a second, each for another patient.
 * @returns a function that ends it and says how the hooks were answered.
 */
export function callHooks(address: string, fhirServer: string): () => Promise<AnsweredHooks> {
  const hooks = { answered: 0, failed: 0, slowestMs: 0 };
  const ending = new AbortController();
  const calling = (async () => {
    for (let patient = 0; !ending.signal.aborted; patient += 1) {
      const call = { concurrency: 1, maxHooks: 1, forMs: 1_000, patientOf: () => `hook-${patient}` };
      for (const { kind, ms } of await callAll({ address, fhirServer, source: 'prefetch', ...call })) {
        hooks[kind === 'failed' ? 'failed' : 'answered'] += 1;
        hooks.slowestMs = Math.max(hooks.slowestMs, ms);
      }
      await wait(HOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await calling;
    return hooks;
  };
}
