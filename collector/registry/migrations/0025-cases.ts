/** Cases: what people gather, do and decide about incidents, and the legal clocks that run on them. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

type Column = [name: string, type: 'text' | 'integer' | 'bigint', nullable?: 'null'];

function add<T extends string>(
  table: CreateTableBuilder<string, T>,
  columns: readonly Column[],
): CreateTableBuilder<string, string> {
  let made: CreateTableBuilder<string, string> = table;
  for (const [name, type, nullable] of columns)
    made = made.addColumn(name, type, (c) => (nullable === 'null' ? c : c.notNull()));
  return made;
}

/** A part of a case: its own id, the case, and whose affair it is. */
function part(
  db: Kysely<unknown>,
  table: string,
  columns: readonly Column[],
): CreateTableBuilder<string, string> {
  return add(
    createTableWithId(db, table)
      .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
      .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id')),
    columns,
  );
}

async function addCases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('case_number')
    .addColumn('year', 'integer', (c) => c.primaryKey())
    .addColumn('last', 'integer', (c) => c.notNull())
    .execute();
  await add(
    db.schema
      .createTable('case_file')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('number', 'text', (c) => c.notNull().unique())
      .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
      .addColumn('text_agency_id', 'integer', (c) => c.notNull().references('agency.id'))
      .addColumn('merged_into', 'text', (c) => c.references('case_file.id')),
    [
      ['title', 'text'],
      ['summary', 'text'],
      ['lessons', 'text', 'null'],
      ['severity', 'text'],
      ['severity_rank', 'integer'],
      ['class', 'text'],
      ['state', 'text'],
      ['closed', 'integer'],
      ['outcome', 'text', 'null'],
      ['close_reason', 'text', 'null'],
      ['assignee', 'text', 'null'],
      ['drill', 'integer'],
      ['due_ms', 'bigint', 'null'],
      ['created_by', 'text'],
      ['created_ms', 'bigint'],
      ['updated_ms', 'bigint'],
      ['contained_ms', 'bigint', 'null'],
      ['closed_ms', 'bigint', 'null'],
      ['closed_by', 'text', 'null'],
      ['search_text', 'text'],
      ['version', 'integer'],
    ],
  ).execute();
  await db.schema
    .createIndex('case_file_open')
    .on('case_file')
    .columns(['closed', 'updated_ms', 'id'])
    .execute();
  await db.schema.createIndex('case_file_merged').on('case_file').column('merged_into').execute();
  await createTableWithId(db, 'case_agency')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('by_hand', 'integer', (c) => c.notNull())
    .addUniqueConstraint('case_agency_key', ['case_id', 'agency_id'])
    .execute();
  await db.schema
    .createIndex('case_agency_agency')
    .on('case_agency')
    .columns(['agency_id', 'case_id'])
    .execute();
  await db.schema
    .createTable('case_tag')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('tag', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('case_tag_key', ['case_id', 'tag'])
    .execute();
  await db.schema
    .createTable('case_watcher')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('username', 'text', (c) => c.notNull())
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('case_watcher_key', ['case_id', 'username'])
    .execute();
}

async function addContents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('case_alert')
    .addColumn('alert_id', 'text', (c) => c.primaryKey().references('alert.id'))
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('job_id', 'text')
    .execute();
  await db.schema.createIndex('case_alert_case').on('case_alert').columns(['case_id', 'alert_id']).execute();
  await db.schema.createIndex('case_alert_job').on('case_alert').column('job_id').execute();
  await part(db, 'case_item', [
    ['kind', 'text'],
    ['type', 'text'],
    ['value', 'text'],
    ['label', 'text'],
    ['note', 'text'],
    ['added_by', 'text'],
    ['added_ms', 'bigint'],
  ])
    .addUniqueConstraint('case_item_key', ['case_id', 'kind', 'type', 'value'])
    .execute();
  await db.schema.createIndex('case_item_value').on('case_item').columns(['value', 'case_id']).execute();
  await part(db, 'case_event', [
    ['event_id', 'text'],
    ['time_ms', 'bigint'],
    ['hostname', 'text'],
    ['event', 'text'],
    ['sha256', 'text'],
    ['bytes', 'integer'],
    ['added_by', 'text'],
    ['added_ms', 'bigint'],
  ])
    .addUniqueConstraint('case_event_key', ['case_id', 'event_id'])
    .execute();
  await part(db, 'case_task', [
    ['title', 'text'],
    ['detail', 'text'],
    ['assignee', 'text', 'null'],
    ['due_ms', 'bigint', 'null'],
    ['done_ms', 'bigint', 'null'],
    ['done_by', 'text', 'null'],
    ['created_by', 'text'],
    ['created_ms', 'bigint'],
    ['checklist', 'text', 'null'],
  ]).execute();
  await part(db, 'case_note', [
    ['at_ms', 'bigint'],
    ['author', 'text'],
    ['text', 'text'],
  ]).execute();
  await part(db, 'case_entry', [
    ['time_ms', 'bigint'],
    ['text', 'text'],
    ['added_by', 'text'],
    ['added_ms', 'bigint'],
  ]).execute();
  await add(
    db.schema
      .createTable('case_attachment')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
      .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id')),
    [
      ['name', 'text'],
      ['type', 'text'],
      ['bytes', 'bigint'],
      ['sha256', 'text'],
      ['crc32', 'bigint'],
      ['quarantined', 'integer'],
      ['added_by', 'text'],
      ['added_ms', 'bigint'],
      ['removed_by', 'text', 'null'],
      ['removed_ms', 'bigint', 'null'],
      ['removed_reason', 'text', 'null'],
    ],
  ).execute();
  for (const table of ['case_task', 'case_note', 'case_entry', 'case_attachment'])
    await db.schema.createIndex(`${table}_case`).on(table).columns(['case_id', 'id']).execute();
}

async function addWork(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'case_link')
    .addColumn('case_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('other_id', 'text', (c) => c.notNull().references('case_file.id'))
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('case_link_key', ['case_id', 'other_id'])
    .execute();
  await part(db, 'case_clock', [
    ['kind', 'text'],
    ['title', 'text'],
    ['title_vi', 'text'],
    ['source', 'text'],
    ['confidence', 'text'],
    ['started_ms', 'bigint'],
    ['due_ms', 'bigint'],
    ['warn_ms', 'bigint'],
    ['started_by', 'text'],
    ['note', 'text'],
    ['met_ms', 'bigint', 'null'],
    ['met_by', 'text', 'null'],
    ['met_note', 'text', 'null'],
    ['stopped_ms', 'bigint', 'null'],
    ['stopped_by', 'text', 'null'],
    ['stopped_why', 'text', 'null'],
    ['told', 'text', 'null'],
  ]).execute();
  await db.schema.createIndex('case_clock_case').on('case_clock').columns(['case_id', 'id']).execute();
  await db.schema
    .createIndex('case_clock_running')
    .on('case_clock')
    .columns(['met_ms', 'stopped_ms', 'warn_ms'])
    .execute();
  await part(db, 'case_act', [
    ['version', 'integer'],
    ['at_ms', 'bigint'],
    ['actor', 'text'],
    ['action', 'text'],
    ['detail', 'text'],
  ]).execute();
  await db.schema.createIndex('case_act_case').on('case_act').columns(['case_id', 'id']).execute();
  await db.schema.createIndex('case_act_time').on('case_act').columns(['at_ms', 'case_id']).execute();
  await makeAppendOnly(db, 'case_act');
  await add(createTableWithId(db, 'case_move'), [
    ['kind', 'text'],
    ['from_id', 'text'],
    ['into_id', 'text'],
    ['at_ms', 'bigint'],
    ['actor', 'text'],
    ['reason', 'text'],
    ['moved', 'text'],
    ['undone_ms', 'bigint', 'null'],
    ['undone_by', 'text', 'null'],
  ]).execute();
  await db.schema.createIndex('case_move_from').on('case_move').column('from_id').execute();
  await db.schema.createIndex('case_move_into').on('case_move').column('into_id').execute();
  await add(
    createTableWithId(db, 'case_handover').addColumn('agency_id', 'integer', (c) =>
      c.notNull().references('agency.id'),
    ),
    [
      ['from_actor', 'text'],
      ['to_username', 'text'],
      ['at_ms', 'bigint'],
      ['hours', 'integer'],
      ['note', 'text'],
      ['body', 'text'],
      ['acknowledged_ms', 'bigint', 'null'],
      ['acknowledged_by', 'text', 'null'],
    ],
  ).execute();
}

async function up(db: Kysely<unknown>): Promise<void> {
  await addCases(db);
  await addContents(db);
  await addWork(db);
}

export const cases: Migration = { up };
