/** Policies of agent groups, how far each is let out, what agents say of theirs, and the keys they are signed with. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'signing_key')
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('signature', 'text')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addUniqueConstraint('signing_key_once', ['purpose', 'public_key'])
    .execute();
  await createTableWithId(db, 'policy_version')
    .addColumn('group_id', 'integer', (c) => c.notNull().references('agent_group.id'))
    .addColumn('version', 'bigint', (c) => c.notNull().check(sql`version > 0`))
    .addColumn('document', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('comment', 'text', (c) => c.notNull())
    .addColumn('author', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('policy_version_once', ['group_id', 'version'])
    .execute();
  await makeAppendOnly(db, 'policy_version');
  await db.schema
    .createTable('policy_rollout')
    .addColumn('group_id', 'integer', (c) => c.primaryKey().references('agent_group.id'))
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('previous', 'bigint', (c) => c.notNull())
    .addColumn('percent', 'integer', (c) => c.notNull().check(sql`percent between 0 and 100`))
    .addColumn('canaries', 'text', (c) => c.notNull())
    .addColumn('failed_percent_max', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('changed_ms', 'bigint', (c) => c.notNull())
    .addColumn('changed_by', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('agent_policy')
    .addColumn('agent_id', 'text', (c) => c.primaryKey().references('agent.id'))
    .addColumn('group_name', 'text', (c) => c.notNull())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('issue', 'bigint', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('is_rollback', 'integer', (c) => c.notNull())
    .addColumn('assigned_ms', 'bigint', (c) => c.notNull())
    .addColumn('reported', 'text')
    .addColumn('reported_group', 'text')
    .addColumn('reported_version', 'bigint')
    .addColumn('reported_issue', 'bigint')
    .addColumn('tried_version', 'bigint')
    .addColumn('tried_issue', 'bigint')
    .addColumn('code', 'text')
    .addColumn('message', 'text')
    .addColumn('reported_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('agent_policy_version')
    .on('agent_policy')
    .columns(['group_name', 'version'])
    .execute();
}

export const policy: Migration = { up };
