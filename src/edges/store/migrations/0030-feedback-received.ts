import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When feedback came, by our own clock: what a client states may be any time. */
export const feedbackReceived: Migration = {
  up: async (db) => {
    await db.schema
      .alterTable('feedback')
      .addColumn('received_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute();
    await db.schema.createIndex('feedback_received_at').on('feedback').column('received_at').execute();
  },
};
