/** Rules as content: versions that never change, where each is in force and how severe, imports, and hunts on a schedule. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function content(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rule')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('state_ms', 'bigint', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('latest', 'integer', (c) => c.notNull())
    .addColumn('shipped', 'integer')
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('level', 'text')
    .addColumn('status', 'text')
    .addColumn('product', 'text')
    .addColumn('category', 'text')
    .addColumn('service', 'text')
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('rule_state').on('rule').column('state').execute();
  await db.schema
    .createTable('rule_version')
    .addColumn('rule_id', 'text', (c) => c.notNull().references('rule.id'))
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('author', 'text')
    .addColumn('license', 'text')
    .addColumn('made_by', 'text', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('rule_version_key', ['rule_id', 'number'])
    .execute();
  await makeAppendOnly(db, 'rule_version');
  // Moves with whatever changes the rules in force: collectors look at it and read them again.
  await db.schema
    .createTable('rule_set')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('generation', 'bigint', (c) => c.notNull())
    .execute();
  await (db as Kysely<{ rule_set: { id: number; generation: number } }>)
    .insertInto('rule_set')
    .values({ id: 1, generation: 0 })
    .execute();
  await createTableWithId(db, 'rule_scope')
    .addColumn('rule_id', 'text', (c) => c.notNull().references('rule.id'))
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('group_id', 'integer', (c) => c.references('agent_group.id'))
    .addColumn('agent_id', 'text', (c) => c.references('agent.id'))
    .addColumn('is_on', 'integer')
    .addColumn('severity', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('made_by', 'text', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('rule_scope_rule').on('rule_scope').column('rule_id').execute();
}

async function imports(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rule_import')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('made_by', 'text', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .addColumn('published_ms', 'bigint')
    .addColumn('report', 'text')
    .execute();
  await db.schema
    .createTable('rule_import_item')
    .addColumn('import_id', 'text', (c) => c.notNull().references('rule_import.id'))
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('line', 'integer', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('rule_import_item_key', ['import_id', 'n'])
    .execute();
}

async function schedules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('hunt_schedule')
    .addColumn('hunt_id', 'text', (c) => c.primaryKey().references('hunt.id').onDelete('cascade'))
    .addColumn('every_ms', 'bigint')
    .addColumn('daily_minute', 'integer')
    .addColumn('look_back_ms', 'bigint', (c) => c.notNull())
    .addColumn('threshold', 'integer', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('is_on', 'integer', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('next_ms', 'bigint', (c) => c.notNull())
    .addColumn('seen_batch', 'bigint', (c) => c.notNull())
    .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('problem', 'text')
    .addColumn('version', 'bigint', (c) => c.notNull())
    .execute();
  await createTableWithId(db, 'hunt_run')
    .addColumn('hunt_id', 'text', (c) => c.notNull().references('hunt.id').onDelete('cascade'))
    .addColumn('began_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint', (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('to_ms', 'bigint', (c) => c.notNull())
    .addColumn('matches', 'bigint', (c) => c.notNull())
    .addColumn('hosts', 'bigint', (c) => c.notNull())
    .addColumn('is_whole', 'integer', (c) => c.notNull())
    .addColumn('alert_id', 'text')
    .addColumn('problem', 'text')
    .execute();
  await db.schema.createIndex('hunt_run_hunt').on('hunt_run').columns(['hunt_id', 'began_ms']).execute();
}

async function up(db: Kysely<unknown>): Promise<void> {
  await content(db);
  await imports(db);
  await schedules(db);
}

export const rules: Migration = { up };
