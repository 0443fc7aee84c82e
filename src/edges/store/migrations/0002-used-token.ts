import type { Migration } from 'kysely/migration';

export const usedToken: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('used_token')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('until', 'timestamptz', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('used_token_until').on('used_token').column('until').execute();
  },
};
