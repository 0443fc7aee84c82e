import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const issuedCard: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('issued_card')
      .addColumn('uuid', 'text', (column) => column.primaryKey())
      .addColumn('issued_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('tenant', 'text')
      .addColumn('model', 'text')
      .addColumn('rules', 'jsonb', (column) => column.notNull())
      .addColumn('findings', 'jsonb', (column) => column.notNull())
      .addColumn('silencing', 'jsonb')
      .execute();
    await db.schema.createIndex('issued_card_issued_at').on('issued_card').column('issued_at').execute();
    await db.schema.createIndex('feedback_card').on('feedback').column('card').execute();
    await db.schema
      .createTable('silenced_problem')
      .addColumn('audience', 'text', (column) => column.notNull())
      .addColumn('problem', 'text', (column) => column.notNull())
      .addColumn('until', 'timestamptz', (column) => column.notNull())
      .addPrimaryKeyConstraint('silenced_problem_key', ['audience', 'problem'])
      .execute();
    await db.schema.createIndex('silenced_problem_until').on('silenced_problem').column('until').execute();
    await db.schema
      .createTable('secret')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
  },
};
