import type { Migration } from 'kysely/migration';

const COUNTS = ['both', 'shown_only', 'shadow_only', 'neither'] as const;

/** How often a model in the shadow agreed with the one that is shown. */
export const shadowAgreement: Migration = {
  up: async (db) => {
    const keys = db.schema
      .createTable('shadow_agreement')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('shown', 'text', (column) => column.notNull())
      .addColumn('shadow', 'text', (column) => column.notNull())
      .addColumn('output', 'integer', (column) => column.notNull());
    await COUNTS.reduce((table, name) => table.addColumn(name, 'bigint', (column) => column.notNull()), keys)
      .addPrimaryKeyConstraint('shadow_agreement_key', ['tenant', 'shown', 'shadow', 'output'])
      .execute();
  },
};
