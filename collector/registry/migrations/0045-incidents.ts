/** Incidents of cases: what is known of them, who was told when, and the notices that were locked. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('case_incident')
    .addColumn('case_id', 'text', (c) => c.primaryKey().references('case_file.id'))
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('settled_version', 'integer', (c) => c.notNull())
    .addColumn('begun_ms', 'bigint', (c) => c.notNull())
    .addColumn('begun_by', 'text', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute();
  // Started by the facts of the incident: met only by a proof in case_told.
  await db.schema
    .alterTable('case_clock')
    .addColumn('by_facts', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await createTableWithId(db, 'case_notice')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('missing', 'text', (c) => c.notNull())
    .addColumn('locked_ms', 'bigint', (c) => c.notNull())
    .addColumn('locked_by', 'text', (c) => c.notNull())
    .addUniqueConstraint('case_notice_key', ['case_id', 'kind', 'revision'])
    .execute();
  await makeAppendOnly(db, 'case_notice');
  await createTableWithId(db, 'case_told')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('clock_id', 'integer', (c) => c.references('case_clock.id'))
    .addColumn('notice_id', 'integer', (c) => c.references('case_notice.id'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('receiver', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('dated', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('noted_ms', 'bigint', (c) => c.notNull())
    .addColumn('noted_by', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('case_told_case').on('case_told').columns(['case_id', 'id']).execute();
  await db.schema.createIndex('case_told_clock').on('case_told').column('clock_id').execute();
  await makeAppendOnly(db, 'case_told');
}

export const incidents: Migration = { up };
