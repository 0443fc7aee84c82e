import type { ArrivalCursors } from '../../arrivals/poll-ecgs.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

/** Keeps cursors in the table `arrival_cursor`. */
export function createArrivalCursors({ db }: Database): ArrivalCursors {
  return {
    read: (tenant, type) =>
      storing(async () => {
        const row = await db
          .selectFrom('arrival_cursor')
          .select('position')
          .where('tenant', '=', tenant)
          .where('type', '=', type)
          .executeTakeFirst();
        return row?.position;
      }),
    advance: (tenant, type, to) =>
      storing(async () => {
        await db
          .insertInto('arrival_cursor')
          .values({ tenant, type, position: to })
          .onConflict((conflict) =>
            conflict
              .columns(['tenant', 'type'])
              .doUpdateSet({ position: to })
              .where('arrival_cursor.position', '<', to),
          )
          .execute();
      }),
  };
}
