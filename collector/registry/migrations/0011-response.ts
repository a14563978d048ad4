/** Commands to hosts: who asked, who approved, and what became of each. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('response_command')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('command', 'text', (c) => c.notNull())
    .addColumn('dry_run', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_ms', 'bigint', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_ms', 'bigint')
    .addColumn('decided_reason', 'text')
    .addColumn('counter', 'bigint')
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('sent_ms', 'bigint')
    .addColumn('ended_ms', 'bigint')
    .addColumn('message', 'text')
    .addColumn('detail', 'text')
    .execute();
  await db.schema
    .createIndex('response_command_agent')
    .on('response_command')
    .columns(['agent_id', 'state'])
    .execute();
  await db.schema
    .createIndex('response_command_time')
    .on('response_command')
    .column('requested_ms')
    .execute();
}

export const response: Migration = { up };
