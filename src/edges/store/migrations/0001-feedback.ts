import type { Migration } from 'kysely/migration';

export const feedback: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('feedback')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('card', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('outcome_timestamp', 'timestamptz', (column) => column.notNull())
      .addColumn('accepted_suggestions', 'jsonb')
      .addColumn('override_reason', 'jsonb')
      .addColumn('about', 'jsonb')
      .execute();
  },
};
