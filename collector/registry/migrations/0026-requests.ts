/** Requests to agencies: what is asked of whom by when, what they answered, and pages to answer on without an account. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agency_request')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('issuer_agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('template', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('steps', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('severity_rank', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('due_ms', 'bigint', (c) => c.notNull())
    .addColumn('contact', 'text', (c) => c.notNull())
    .addColumn('dispatch', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('state_by', 'text')
    .addColumn('state_reason', 'text')
    .addColumn('sent_ms', 'bigint')
    .addColumn('seen_ms', 'bigint')
    .addColumn('answered_ms', 'bigint')
    .addColumn('overdue_ms', 'bigint')
    .addColumn('ended_ms', 'bigint')
    .addColumn('next_kind', 'text')
    .addColumn('next_ms', 'bigint')
    .addColumn('notices', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('job_id', 'text')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await index(db, 'agency_request', ['created_ms', 'id']);
  await index(db, 'agency_request', ['agency_id', 'state', 'due_ms']);
  await index(db, 'agency_request', ['next_ms']);
  await index(db, 'agency_request', ['job_id', 'agency_id']);
  await db.schema
    .createTable('request_subject')
    .addColumn('request_id', 'text', (c) => c.notNull().references('agency_request.id'))
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('ref', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'text')
    .addColumn('hostname', 'text')
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('time_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('request_subject_key', ['request_id', 'place'])
    .execute();
  await index(db, 'request_subject', ['kind', 'ref']);
  await createTableWithId(db, 'request_answer')
    .addColumn('request_id', 'text', (c) => c.notNull().references('agency_request.id'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('steps', 'text', (c) => c.notNull())
    .addColumn('files', 'text', (c) => c.notNull())
    .execute();
  await index(db, 'request_answer', ['request_id', 'id']);
  await createTableWithId(db, 'request_event')
    .addColumn('request_id', 'text', (c) => c.notNull().references('agency_request.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await index(db, 'request_event', ['request_id', 'id']);
  await db.schema
    .createTable('request_link')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('request_id', 'text', (c) => c.notNull().references('agency_request.id'))
    .addColumn('secret_hash', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('opened_ms', 'bigint')
    .addColumn('used_ms', 'bigint')
    .addColumn('revoked_ms', 'bigint')
    .execute();
  await index(db, 'request_link', ['request_id']);
  await db.schema
    .createTable('request_office')
    .addColumn('agency_id', 'integer', (c) => c.primaryKey().references('agency.id'))
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
}

async function index(db: Kysely<unknown>, table: string, columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_${columns.join('_')}`)
    .on(table)
    .columns(columns)
    .execute();
}

export const requests: Migration = { up };
