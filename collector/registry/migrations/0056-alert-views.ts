/** Filters of alerts that people keep under a name, and which of them each person begins with. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_view')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('filter', 'text', (c) => c.notNull())
    .addColumn('shared', 'integer', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('alert_view_owner').on('alert_view').columns(['owner', 'name']).execute();
  await db.schema
    .createIndex('alert_view_agency')
    .on('alert_view')
    .columns(['agency_id', 'shared'])
    .execute();
  await db.schema
    .createTable('alert_view_first')
    .addColumn('username', 'text', (c) => c.primaryKey())
    .addColumn('view_id', 'text', (c) => c.notNull().references('alert_view.id').onDelete('cascade'))
    .execute();
}

export const alertViews: Migration = { up };
