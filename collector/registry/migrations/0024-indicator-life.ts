/** Indicators at work: what became of each, by whose word, where it was seen, and the number that says what has changed. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  const columns = [
    db.schema.alterTable('indicator').addColumn('state', 'text', (c) =>
      c
        .notNull()
        .defaultTo('active')
        .check(sql`state in ('active', 'retired')`),
    ),
    db.schema.alterTable('indicator').addColumn('state_ms', 'bigint'),
    db.schema.alterTable('indicator').addColumn('state_by', 'text'),
    db.schema.alterTable('indicator').addColumn('state_reason', 'text'),
    db.schema.alterTable('indicator').addColumn('throttled_ms', 'bigint'),
    db.schema.alterTable('indicator').addColumn('change_no', 'bigint', (c) => c.notNull().defaultTo(0)),
    db.schema.alterTable('indicator').addColumn('version', 'integer', (c) => c.notNull().defaultTo(1)),
  ];
  for (const column of columns) await column.execute();
  await db.schema.createIndex('indicator_by_change').on('indicator').columns(['change_no', 'id']).execute();
  await db.schema
    .createIndex('indicator_in_force')
    .on('indicator')
    .columns(['state', 'valid_until_ms'])
    .execute();
  await db.schema
    .createTable('indicator_clock')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('change_no', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into indicator_clock (id, change_no) values (1, 0)`.execute(db);
  await sources(db);
  await sightings(db);
  await uploads(db);
}

async function sources(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('indicator_source')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('confidence', 'integer')
    .addColumn('valid_days', 'integer')
    .addColumn('tlp', 'text')
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await createTableWithId(db, 'indicator_allowed')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addUniqueConstraint('indicator_allowed_value', ['kind', 'value'])
    .execute();
}

async function sightings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('indicator_sighting')
    .addColumn('indicator_id', 'integer', (c) => c.notNull())
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull())
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('first_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_ms', 'bigint', (c) => c.notNull())
    .addColumn('events', 'bigint', (c) => c.notNull())
    .addColumn('hindsight', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('indicator_sighting_key', ['indicator_id', 'agent_id', 'agency_id'])
    .execute();
  await db.schema
    .createTable('indicator_find')
    .addColumn('detection_id', 'text', (c) => c.primaryKey())
    .addColumn('indicator_id', 'integer', (c) => c.notNull())
    .execute();
}

async function uploads(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('indicator_upload')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('indicators', 'integer')
    .addColumn('report', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('indicator_upload_part')
    .addColumn('upload_id', 'text', (c) => c.notNull().references('indicator_upload.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('indicator_upload_part_key', ['upload_id', 'seq'])
    .execute();
}

export const indicatorLife: Migration = { up };
