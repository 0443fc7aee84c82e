import type { Logger } from 'pino';
import type { FeedbackStore } from '../cds/feedback.ts';
import type { IssuedCards } from '../cds/issued-cards.ts';
import { createPseudonym, type OverrideMemory, type Pseudonym } from '../cds/override-memory.ts';
import type { Config } from '../config.ts';
import type { Database } from '../edges/store/open-database.ts';
import { storedPseudonymKey } from '../edges/store/pseudonym-key.ts';
import { createFeedbackStore } from '../edges/store/sql-feedback-store.ts';
import { createIssuedCards } from '../edges/store/sql-issued-cards.ts';
import { createOverrideMemory } from '../edges/store/sql-override-memory.ts';
import { EcgError } from '../errors.ts';

/** What is remembered of cards and of what became of them. */
export interface CardMemory {
  readonly issued: IssuedCards;
  readonly feedback: FeedbackStore;
  readonly overrides: OverrideMemory;
  readonly pseudonym: Pseudonym;
  close(): Promise<void>;
}

const SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** For those who keep secrets out of the database; the same for all replicas. */
const VARIABLE = 'CARDHOOK_PSEUDONYM_KEY';
const MIN_KEY_LENGTH = 32;

/**
 * Opens the memory in the database, and deletes once an hour what is past its time.
 * @throws EcgError STORE_UNAVAILABLE, CONFIG_INVALID.
 */
export async function openCardMemory(
  { cardRetentionDays }: Pick<Config, 'cardRetentionDays'>,
  database: Database,
  log: Logger,
): Promise<CardMemory> {
  const pseudonym = createPseudonym(configuredKey() ?? (await storedPseudonymKey(database)));
  const issued = createIssuedCards(database, log);
  const overrides = createOverrideMemory(database);
  const feedback = createFeedbackStore(database);
  const sweep = setInterval(() => {
    const now = new Date();
    const past = new Date(now.getTime() - cardRetentionDays * DAY_MS);
    Promise.all([issued.deleteBefore(past), feedback.deleteBefore(past), overrides.deleteExpired(now)]).catch(() =>
      log.warn('old cards and feedback cannot be swept from the database'),
    );
  }, SWEEP_MS).unref();
  return {
    ...{ issued, overrides, pseudonym, feedback },
    close: async () => {
      clearInterval(sweep);
      await issued.close();
    },
  };
}

function configuredKey(): Uint8Array | undefined {
  const key = process.env[VARIABLE];
  if (key === undefined || key.length >= MIN_KEY_LENGTH) return key === undefined ? undefined : Buffer.from(key);
  throw new EcgError('CONFIG_INVALID', `${VARIABLE} needs at least ${MIN_KEY_LENGTH} characters`);
}
