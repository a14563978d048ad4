/** Levels over time, legal holds, how long is kept, what was deleted, and the room it takes. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function createLevels(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'system_level')
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('level', 'integer', (c) => c.check(sql`level between 1 and 5`))
    .addColumn('law_profile', 'text', (c) => c.notNull().check(sql`law_profile in ('vn-2026', 'vn-2022')`))
    .addColumn('valid_from_ms', 'bigint', (c) => c.notNull())
    .addColumn('valid_to_ms', 'bigint')
    .execute();
  await db.schema.createIndex('system_level_system').on('system_level').column('system_id').execute();
  // Systems that were there before levels had a history.
  await sql`insert into system_level (system_id, level, law_profile, valid_from_ms, valid_to_ms)
    select id, level, law_profile, created_ms, null from information_system`.execute(db);

  await db.schema
    .createTable('retention_months')
    .addColumn('basis', 'text', (c) => c.primaryKey())
    .addColumn('months', 'integer', (c) => c.notNull().check(sql`months > 0`))
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .execute();
}

async function createHolds(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'legal_hold')
    .addColumn('agent_id', 'text')
    .addColumn('system_id', 'integer', (c) => c.references('information_system.id'))
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('from_ms', 'bigint')
    .addColumn('to_ms', 'bigint')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('released_ms', 'bigint')
    .addColumn('released_by', 'text')
    .addColumn('release_reason', 'text')
    .addCheckConstraint(
      'legal_hold_subject',
      sql`(case when agent_id is null then 0 else 1 end) + (case when system_id is null then 0 else 1 end)
        + (case when agency_id is null then 0 else 1 end) = 1`,
    )
    .execute();
}

async function createDeletions(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'retention_run')
    .addColumn('started_ms', 'bigint', (c) => c.notNull())
    .addColumn('finished_ms', 'bigint')
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('running', 'done', 'unfinished', 'failed')`),
    )
    .addColumn('deleted_rows', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('message', 'text', (c) => c.notNull().defaultTo(''))
    .execute();

  await createTableWithId(db, 'retention_deletion')
    .addColumn('run_id', 'integer', (c) => c.notNull().references('retention_run.id'))
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('rows', 'partition')`))
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('begun', 'done', 'given-up')`))
    .addColumn('agent_id', 'text')
    .addColumn('agents', 'bigint', (c) => c.notNull())
    .addColumn('rows', 'bigint', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('policy', 'text', (c) => c.notNull())
    .addColumn('begun_ms', 'bigint', (c) => c.notNull())
    .addColumn('done_ms', 'bigint')
    .execute();
  await db.schema.createIndex('retention_deletion_day').on('retention_deletion').column('day').execute();
  await db.schema.createIndex('retention_deletion_state').on('retention_deletion').column('state').execute();

  // Which hosts a deletion that has begun is about; gone when it is done.
  await db.schema
    .createTable('retention_deletion_host')
    .addColumn('deletion_id', 'integer', (c) => c.notNull().references('retention_deletion.id'))
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('rows', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('retention_deletion_host_key', ['deletion_id', 'agent_id'])
    .execute();

  // What is gone of each host: days that follow each other are one row.
  await createTableWithId(db, 'retention_span')
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('from_day', 'integer', (c) => c.notNull())
    .addColumn('to_day', 'integer', (c) => c.notNull())
    .addColumn('rows', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('retention_span_agent')
    .on('retention_span')
    .columns(['agent_id', 'to_day'])
    .execute();

  await db.schema
    .createTable('retention_proof')
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('proof', 'text', (c) => c.notNull())
    .addColumn('written_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('retention_proof_key', ['day', 'system_id'])
    .execute();
}

async function createRoom(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agency_budget')
    .addColumn('agency_id', 'integer', (c) => c.primaryKey().references('agency.id'))
    .addColumn('events_per_day', 'bigint')
    .addColumn('bytes_per_day', 'bigint')
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('agency_usage')
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull())
    .addColumn('events', 'bigint', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('agency_usage_key', ['day', 'agency_id'])
    .execute();
  await db.schema
    .createTable('disk_sample')
    .addColumn('day', 'integer', (c) => c.primaryKey())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('free_bytes', 'bigint', (c) => c.notNull())
    .addColumn('total_bytes', 'bigint', (c) => c.notNull())
    .addColumn('store_bytes', 'bigint', (c) => c.notNull())
    .execute();
}

async function up(db: Kysely<unknown>): Promise<void> {
  await createLevels(db);
  await createHolds(db);
  await createDeletions(db);
  await createRoom(db);
}

export const retention: Migration = { up };
