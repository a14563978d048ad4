/** The register of exceptions, what they hid, and what was done to them. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'exception')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('condition', 'text')
    .addColumn('time_window', 'text')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('agent_id', 'text')
    .addColumn('group_id', 'integer', (c) => c.references('agent_group.id'))
    .addColumn('rules', 'text')
    .addColumn('categories', 'text')
    .addColumn('takes_all', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_ms', 'bigint', (c) => c.notNull())
    .addColumn('starts_ms', 'bigint')
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('review_ms', 'bigint', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_ms', 'bigint')
    .addColumn('decided_reason', 'text')
    .addColumn('approver_agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('ended_by', 'text')
    .addColumn('ended_ms', 'bigint')
    .addColumn('ended_reason', 'text')
    .addColumn('close_job_id', 'text')
    .addColumn('hidden', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('hidden_first_ms', 'bigint')
    .addColumn('hidden_last_ms', 'bigint')
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema.createIndex('exception_state').on('exception').columns(['state', 'expires_ms']).execute();
  await db.schema
    .createTable('exception_hit')
    .addColumn('exception_id', 'integer', (c) => c.notNull().references('exception.id'))
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull())
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('hidden', 'bigint', (c) => c.notNull())
    .addColumn('first_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('exception_hit_key', ['exception_id', 'rule_id', 'agent_id'])
    .execute();
  await db.schema
    .createTable('exception_proof')
    .addColumn('exception_id', 'integer', (c) => c.notNull().references('exception.id'))
    .addColumn('detection_id', 'text', (c) => c.notNull())
    .addColumn('time_ms', 'bigint', (c) => c.notNull())
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('message', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('exception_proof_key', ['exception_id', 'detection_id'])
    .execute();
  await createTableWithId(db, 'exception_history')
    .addColumn('exception_id', 'integer', (c) => c.notNull().references('exception.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('changes', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .execute();
  await db.schema
    .createIndex('exception_history_of')
    .on('exception_history')
    .columns(['exception_id', 'id'])
    .execute();
  await makeAppendOnly(db, 'exception_history');
  await db.schema
    .createTable('exception_register')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await sql`insert into exception_register (id, version) values (1, 0)`.execute(db);
}

export const exceptions: Migration = { up };
