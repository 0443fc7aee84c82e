import type { UsedTokens } from '../client-auth/used-tokens.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

export interface SqlUsedTokens extends UsedTokens {
  /** Forgets tokens that have run out. */
  deleteExpired(now: Date): Promise<void>;
}

/** Keeps used tokens in the table `used_token`; of replicas that claim one at once, one is the first. */
export function createUsedTokens({ db }: Database): SqlUsedTokens {
  return {
    claim: async (key, until) => {
      const { numInsertedOrUpdatedRows } = await storing(() =>
        db
          .insertInto('used_token')
          .values({ key, until })
          .onConflict((conflict) => conflict.column('key').doNothing())
          .executeTakeFirst(),
      );
      return Number(numInsertedOrUpdatedRows) === 1;
    },
    deleteExpired: async (now) => {
      await storing(() => db.deleteFrom('used_token').where('until', '<', now).execute());
    },
  };
}
