import { sql } from 'kysely';
import type { ShadowCounts } from '../../shadow/shadow-counts.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

/** Counts agreement in the table `shadow_agreement`, for all replicas together. */
export function createShadowCounts({ db }: Database): ShadowCounts {
  return {
    add: async (counts) => {
      if (counts.length === 0) return;
      const rows = counts.map(({ tenant, shown, shadow, output, both, shownOnly, shadowOnly, neither }) => ({
        ...{ tenant, shown, shadow, output },
        ...{ both, shown_only: shownOnly, shadow_only: shadowOnly, neither },
      }));
      await storing(() =>
        db
          .insertInto('shadow_agreement')
          .values(rows)
          .onConflict((conflict) =>
            conflict.columns(['tenant', 'shown', 'shadow', 'output']).doUpdateSet({
              both: sql`shadow_agreement.both + excluded.both`,
              shown_only: sql`shadow_agreement.shown_only + excluded.shown_only`,
              shadow_only: sql`shadow_agreement.shadow_only + excluded.shadow_only`,
              neither: sql`shadow_agreement.neither + excluded.neither`,
            }),
          )
          .execute(),
      );
    },
    all: async () => {
      const rows = await storing(() =>
        db
          .selectFrom('shadow_agreement')
          .selectAll()
          .orderBy('tenant')
          .orderBy('shown')
          .orderBy('shadow')
          .orderBy('output')
          .execute(),
      );
      return rows.map(({ both, shown_only, shadow_only, neither, ...key }) => ({
        ...key,
        both: Number(both),
        shownOnly: Number(shown_only),
        shadowOnly: Number(shadow_only),
        neither: Number(neither),
      }));
    },
  };
}
