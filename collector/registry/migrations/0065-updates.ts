/** Releases of the agent, the keys that sign them, how they are let out, and what each host makes of them. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('release_roots')
    .addColumn('version', 'integer', (c) => c.primaryKey())
    .addColumn('text', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('agent_release')
    .addColumn('version', 'text', (c) => c.primaryKey())
    .addColumn('counter', 'bigint', (c) => c.notNull().unique())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('withdrawn_by', 'text')
    .addColumn('withdrawn_ms', 'bigint')
    .execute();
  await db.schema
    .createTable('update_rollout')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('version', 'text', (c) => c.notNull().references('agent_release.version'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('rings', 'text', (c) => c.notNull())
    .addColumn('ring', 'integer', (c) => c.notNull())
    .addColumn('healthy_percent', 'integer', (c) => c.notNull())
    .addColumn('failed_percent_max', 'integer', (c) => c.notNull())
    .addColumn('soak_ms', 'bigint', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('planned_by', 'text', (c) => c.notNull())
    .addColumn('planned_ms', 'bigint', (c) => c.notNull())
    .addColumn('started_by', 'text')
    .addColumn('started_ms', 'bigint')
    .addColumn('changed_by', 'text', (c) => c.notNull())
    .addColumn('changed_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('agent_update')
    .addColumn('agent_id', 'text', (c) => c.primaryKey().references('agent.id'))
    .addColumn('running', 'text', (c) => c.notNull())
    .addColumn('running_since_ms', 'bigint', (c) => c.notNull())
    .addColumn('platform', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('release_version', 'text')
    .addColumn('release_digest', 'text')
    .addColumn('code', 'text')
    .addColumn('message', 'text')
    .addColumn('from_collector', 'bigint', (c) => c.notNull())
    .addColumn('from_neighbours', 'bigint', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('share', 'text')
    .addColumn('fetching', 'text')
    .addColumn('fetching_ms', 'bigint')
    .addColumn('told_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('agent_update_site').on('agent_update').column('site').execute();
}

export const updates: Migration = { up };
