import { sql } from 'kysely';
import type { EventLog } from '../../arrivals/take-notification.ts';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

/** A tenant with a topic-based Subscription, and how long it has not been heard. */
export interface SubscriptionSilence {
  readonly tenant: string;
  /** Since the last event, heartbeat or handshake. */
  readonly seconds: number;
}

/** Keeps event numbers in the table `subscription_event`. */
export function createEventLog({ db }: Database): EventLog & { silences(): Promise<readonly SubscriptionSilence[]> } {
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
    silences: () =>
      storing(async () => {
        // The Subscription may have been replaced by another: the tenant's latest word counts.
        const rows = await db
          .selectFrom('subscription_event')
          .select(['tenant', sql<number>`extract(epoch from now() - max(heard_at))::float8`.as('seconds')])
          .groupBy('tenant')
          .execute();
        return rows.map(({ tenant, seconds }) => ({ tenant, seconds: Math.max(0, seconds) }));
      }),
  };
}
