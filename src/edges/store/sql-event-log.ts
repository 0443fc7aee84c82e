import { sql } from 'kysely';
import type { EventLog } from '../../arrivals/take-notification.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

/** Keeps event numbers in the table `subscription_event`. */
export function createEventLog({ db }: Database): EventLog {
  return {
    lastEvent: (tenant, subscription) =>
      storing(async () => {
        const row = await db
          .selectFrom('subscription_event')
          .select('last_event')
          .where('tenant', '=', tenant)
          .where('subscription', '=', subscription)
          .executeTakeFirst();
        return row && Number(row.last_event);
      }),
    record: (tenant, subscription, event) =>
      storing(async () => {
        await db
          .insertInto('subscription_event')
          .values({ tenant, subscription, last_event: event, heard_at: sql`now()` })
          .onConflict((conflict) =>
            conflict.columns(['tenant', 'subscription']).doUpdateSet({
              last_event: sql`greatest(subscription_event.last_event, ${event})`,
              heard_at: sql`now()`,
            }),
          )
          .execute();
      }),
  };
}
