import type { Migration } from 'kysely/migration';

export const arrivalCursor: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('arrival_cursor')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('position', 'timestamptz', (column) => column.notNull())
      .addPrimaryKeyConstraint('arrival_cursor_key', ['tenant', 'type'])
      .execute();
  },
};
