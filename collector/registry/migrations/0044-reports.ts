/** Reports: what was locked and sent, with its body; each correction is a row of its own that names the one before. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('report')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('period', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('system_id', 'integer', (c) => c.references('information_system.id'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('amends', 'text', (c) => c.references('report.id'))
    .addColumn('body', 'text')
    .addColumn('sha256', 'text')
    .addColumn('pdf_sha256', 'text')
    .addColumn('pdf_bytes', 'integer')
    .addColumn('locked_ms', 'bigint')
    .addColumn('locked_by', 'text')
    .addColumn('sent', 'text')
    .addColumn('signed', 'text')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createIndex('report_of')
    .on('report')
    .columns(['agency_id', 'kind', 'period', 'revision'])
    .execute();
  await db.schema.createIndex('report_newest').on('report').columns(['created_ms', 'id']).execute();
  await createTableWithId(db, 'report_event')
    .addColumn('report_id', 'text', (c) => c.notNull().references('report.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('report_event_of').on('report_event').columns(['report_id', 'id']).execute();
  await makeAppendOnly(db, 'report_event');
}

export const reports: Migration = { up };
