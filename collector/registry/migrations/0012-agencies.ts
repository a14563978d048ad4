/** Agencies over time: names, places, codes, successors and planned changes; systems' operators and rules; tags. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { foldName } from '../../agency/fold-name.ts';
import { createTableWithId } from './columns.ts';

type ColumnType = 'text' | 'integer';

async function addColumns(
  db: Kysely<unknown>,
  table: string,
  columns: readonly (readonly [name: string, type: ColumnType, standard?: string | number])[],
): Promise<void> {
  for (const [name, type, standard] of columns) {
    await db.schema
      .alterTable(table)
      .addColumn(name, type, (c) => (standard === undefined ? c : c.notNull().defaultTo(standard)))
      .execute();
  }
}

/** Rows that are there already get the key by which twins are found. */
async function fillNameKeys(db: Kysely<unknown>, table: string): Promise<void> {
  const { rows } = await sql<{ id: number; name: string }>`select id, name from ${sql.table(table)}`.execute(
    db,
  );
  for (const { id, name } of rows) {
    await sql`update ${sql.table(table)} set name_key = ${foldName(name)} where id = ${id}`.execute(db);
  }
}

async function extendAgencies(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'agency', [
    ['short_name', 'text', ''],
    ['name_key', 'text', ''],
    ['began_on', 'text'],
    ['ended_on', 'text'],
    ['version', 'integer', 1],
  ]);
  await fillNameKeys(db, 'agency');
  await db.schema.createIndex('agency_name_key').on('agency').columns(['parent_id', 'name_key']).execute();
  await addColumns(db, 'agency_code', [
    ['begun_by', 'integer'],
    ['ended_by', 'integer'],
  ]);
  await createTableWithId(db, 'agency_period')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('short_name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('parent_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('valid_from', 'text')
    .addColumn('valid_to', 'text')
    .addColumn('begun_by', 'integer')
    .addColumn('ended_by', 'integer')
    .execute();
  await db.schema.createIndex('agency_period_agency').on('agency_period').column('agency_id').execute();
  await db.schema.createIndex('agency_period_parent').on('agency_period').column('parent_id').execute();
  await sql`insert into agency_period (agency_id, name, short_name, kind, parent_id, valid_from, valid_to)
    select id, name, '', kind, parent_id, null, null from agency order by id`.execute(db);
  await db.schema
    .createTable('agency_tree')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into agency_tree (id, version) values (1, 1)`.execute(db);
}

async function createChanges(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'agency_change')
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('merge', 'split', 'rename')`))
    .addColumn('on_date', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('planned', 'applied', 'cancelled', 'reversed')`),
    )
    .addColumn('plan', 'text', (c) => c.notNull())
    .addColumn('involved', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text')
    .addColumn('problem', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('applied_ms', 'bigint')
    .addColumn('applied_by', 'text')
    .addColumn('closed_ms', 'bigint')
    .addColumn('closed_by', 'text')
    .execute();
  await db.schema
    .createIndex('agency_change_due')
    .on('agency_change')
    .columns(['state', 'on_date'])
    .execute();
  await db.schema
    .createTable('agency_change_item')
    .addColumn('change_id', 'integer', (c) => c.notNull().references('agency_change.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('ref', 'text', (c) => c.notNull())
    .addColumn('from_id', 'integer', (c) => c.notNull())
    .addColumn('to_id', 'integer', (c) => c.notNull())
    .addColumn('before', 'text')
    .addPrimaryKeyConstraint('agency_change_item_key', ['change_id', 'kind', 'ref'])
    .execute();
  await db.schema
    .createTable('agency_successor')
    .addColumn('predecessor_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('successor_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('on_date', 'text', (c) => c.notNull())
    .addColumn('change_id', 'integer', (c) => c.notNull().references('agency_change.id'))
    .addColumn('keeps_history', 'integer', (c) => c.notNull().check(sql`keeps_history in (0, 1)`))
    .addPrimaryKeyConstraint('agency_successor_key', ['predecessor_id', 'successor_id', 'change_id'])
    .execute();
  await db.schema.createIndex('agency_successor_of').on('agency_successor').column('successor_id').execute();
  await createTableWithId(db, 'former_agency')
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('agent', 'system')`))
    .addColumn('ref', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('until_ms', 'bigint', (c) => c.notNull())
    .addColumn('change_id', 'integer')
    .execute();
  await db.schema
    .createIndex('former_agency_ref')
    .on('former_agency')
    .columns(['kind', 'ref', 'until_ms'])
    .execute();
  await db.schema.createIndex('former_agency_agency').on('former_agency').column('agency_id').execute();
}

async function extendSystems(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'information_system', [
    ['code', 'text'],
    ['name_key', 'text', ''],
    ['operator_agency_id', 'integer'],
    ['description', 'text', ''],
    ['version', 'integer', 1],
  ]);
  await fillNameKeys(db, 'information_system');
  await addColumns(db, 'host_system', [['rule_id', 'integer']]);
  await createTableWithId(db, 'system_rule')
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('system_rule_system').on('system_rule').column('system_id').execute();
  await db.schema
    .createTable('system_exclusion')
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('system_exclusion_key', ['system_id', 'agent_id'])
    .execute();
  await db.schema
    .createTable('agent_tag')
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('tag', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('agent_tag_key', ['agent_id', 'tag'])
    .execute();
  await db.schema.createIndex('agent_tag_tag').on('agent_tag').column('tag').execute();
  await addColumns(db, 'agent_presence', [['address', 'text']]);
}

async function up(db: Kysely<unknown>): Promise<void> {
  await extendAgencies(db);
  await createChanges(db);
  await extendSystems(db);
}

export const agencyHistory: Migration = { up };
