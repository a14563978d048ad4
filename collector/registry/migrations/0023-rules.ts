/** Rules as content: versions that never change, where each is in force and how severe, and imports. */
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

async function up(db: Kysely<unknown>): Promise<void> {
  await content(db);
  await imports(db);
}

export const rules: Migration = { up };
