/** Routing of channels, rosters, escalations and the ladders that are being climbed. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('notify_channel').addColumn('routing', 'text').execute();
  await db.schema.alterTable('notify_message').addColumn('ladder_id', 'text').execute();
  await db.schema.alterTable('notify_message').addColumn('person', 'text').execute();
  await createTableWithId(db, 'notify_plan')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createTable('notify_ladder')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('plan_id', 'integer', (c) => c.notNull().references('notify_plan.id').onDelete('cascade'))
    .addColumn('began_ms', 'bigint', (c) => c.notNull())
    .addColumn('steps_done', 'integer', (c) => c.notNull())
    .addColumn('next_ms', 'bigint')
    .addColumn('ended', 'text')
    .addColumn('code_hash', 'text')
    .execute();
  await db.schema.createIndex('notify_ladder_due').on('notify_ladder').column('next_ms').execute();
  await db.schema
    .createIndex('notify_ladder_plan')
    .on('notify_ladder')
    .columns(['plan_id', 'began_ms'])
    .execute();
  await db.schema.createIndex('notify_ladder_code').on('notify_ladder').column('code_hash').execute();
  await db.schema
    .createTable('notify_ladder_alert')
    .addColumn('plan_id', 'integer', (c) => c.notNull())
    .addColumn('alert_id', 'text', (c) => c.notNull())
    .addColumn('ladder_id', 'text', (c) => c.notNull().references('notify_ladder.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('notify_ladder_alert_pk', ['plan_id', 'alert_id'])
    .execute();
  await db.schema
    .createIndex('notify_ladder_alert_of')
    .on('notify_ladder_alert')
    .column('ladder_id')
    .execute();
}

export const oncall: Migration = { up };
