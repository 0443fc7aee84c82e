import type { Migration } from 'kysely/migration';

export const subscriptionEvent: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('subscription_event')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('subscription', 'text', (column) => column.notNull())
      .addColumn('last_event', 'bigint', (column) => column.notNull())
      .addColumn('heard_at', 'timestamptz', (column) => column.notNull())
      .addPrimaryKeyConstraint('subscription_event_key', ['tenant', 'subscription'])
      .execute();
  },
};
