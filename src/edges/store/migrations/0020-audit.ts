import type { Migration } from 'kysely/migration';

export const audit: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('audit')
      .addColumn('sequence', 'bigint', (column) => column.primaryKey())
      .addColumn('recorded_at', 'timestamptz', (column) => column.notNull())
      // Text, not jsonb: the hash is over these very bytes.
      .addColumn('record', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('audit_recorded_at').on('audit').column('recorded_at').execute();
  },
};
