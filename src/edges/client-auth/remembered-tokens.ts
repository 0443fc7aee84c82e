import type { Logger } from 'pino';
import { EcgError } from '../../errors.ts';
import { withinBudget } from '../http/within-budget.ts';
import type { UsedTokens } from './used-tokens.ts';

/** A hook waits no longer than this for the database. */
const CLAIM_TIMEOUT_MS = 250;
/** After a failure the database is left alone for so long: not every hook has to find out for itself. */
const REST_MS = 5_000;
/** Tokens live for minutes: this is several hundred hooks a second. Beyond, nobody is let in unseen. */
const CAPACITY = 100_000;

/**
 * Beside what the database knows, what this process has seen. While the database is away that decides alone, so that
 * hooks are answered: a token then works once per process instead of once.
 */
export function createRememberedTokens(durable: UsedTokens, log: Pick<Logger, 'warn'>): UsedTokens {
  const seen = new Map<string, number>();
  let restUntilMs = Number.NEGATIVE_INFINITY;

  const ask = async (key: string, until: Date): Promise<boolean | undefined> => {
    if (performance.now() < restUntilMs) return undefined;
    const deadlineMs = performance.now() + CLAIM_TIMEOUT_MS;
    const isFirst = await withinBudget(durable.claim(key, until), deadlineMs).catch((error: unknown) => {
      if (error instanceof EcgError && error.code === 'STORE_UNAVAILABLE') return undefined;
      throw error;
    });
    if (isFirst === undefined) {
      restUntilMs = performance.now() + REST_MS;
      log.warn('the database does not answer: whether tokens were used before is judged by this process alone');
    }
    return isFirst;
  };
  return {
    claim: async (key, until) => {
      if (seen.has(key)) return false;
      forgetExpired(seen);
      if (seen.size >= CAPACITY) throw new EcgError('STORE_UNAVAILABLE', 'too many tokens to remember');
      seen.set(key, until.getTime());
      return (await ask(key, until)) ?? true;
    },
  };
}

/** From the oldest on; one that was made to live long may keep a few behind it waiting. */
function forgetExpired(seen: Map<string, number>): void {
  const now = Date.now();
  for (const [key, until] of seen) {
    if (until >= now) return;
    seen.delete(key);
  }
}
