import { sql } from 'kysely';
import type { OverrideMemory } from '../../cds/override-memory.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

export interface SqlOverrideMemory extends OverrideMemory {
  /** Forgets what is no longer silent. */
  deleteExpired(now: Date): Promise<void>;
}

/** Keeps what is silent in the table `silenced_problem`, for all replicas. */
export function createOverrideMemory({ db }: Database): SqlOverrideMemory {
  return {
    silence: async (problems) => {
      // One row at a time: a batch may name a problem twice.
      for (const { audience, problem, until } of problems) {
        await storing(() =>
          db
            .insertInto('silenced_problem')
            .values({ audience, problem, until })
            .onConflict((conflict) =>
              conflict
                .columns(['audience', 'problem'])
                .doUpdateSet({ until: sql`greatest(silenced_problem.until, excluded.until)` }),
            )
            .execute(),
        );
      }
    },
    silenced: async (audience, now) => {
      const rows = await storing(() =>
        db
          .selectFrom('silenced_problem')
          .select('problem')
          .where('audience', '=', audience)
          .where('until', '>', now)
          .execute(),
      );
      return new Set(rows.map(({ problem }) => problem));
    },
    deleteExpired: async (now) => {
      await storing(() => db.deleteFrom('silenced_problem').where('until', '<=', now).execute());
    },
  };
}
