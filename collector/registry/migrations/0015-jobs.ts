/** Long work that goes on by itself: jobs, and what bulk acts did to each alert, so that it can be undone. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('job')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('params', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('preview', 'text', (c) => c.notNull())
    .addColumn('needs_approval', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_ms', 'bigint', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_ms', 'bigint')
    .addColumn('decided_reason', 'text')
    .addColumn('total', 'bigint', (c) => c.notNull())
    .addColumn('done', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('changed', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('skipped', 'text', (c) => c.notNull().defaultTo('{}'))
    .addColumn('cursor', 'text')
    .addColumn('step', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('result', 'text')
    .addColumn('error', 'text')
    .addColumn('cancel', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('cancelled_by', 'text')
    .addColumn('started_ms', 'bigint')
    .addColumn('ended_ms', 'bigint')
    .addColumn('undo_of', 'text')
    .addColumn('undone_by', 'text')
    .addColumn('undo_until_ms', 'bigint')
    .execute();
  await db.schema.createIndex('job_state').on('job').columns(['state', 'kind', 'requested_ms']).execute();
  await db.schema.createIndex('job_time').on('job').column('requested_ms').execute();
  await db.schema
    .createTable('bulk_item')
    .addColumn('job_id', 'text', (c) => c.notNull().references('job.id'))
    .addColumn('alert_id', 'text', (c) => c.notNull().references('alert.id'))
    .addColumn('is_fleet', 'integer', (c) => c.notNull())
    .addColumn('before', 'text', (c) => c.notNull())
    .addColumn('version_after', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('bulk_item_key', ['job_id', 'alert_id'])
    .execute();
}

export const jobs: Migration = { up };
