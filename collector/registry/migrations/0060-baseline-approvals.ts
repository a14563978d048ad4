/** Which baseline of a host's watched files people approved, at which digest, and what was withdrawn of that. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('baseline_approval')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('paths', 'bigint', (c) => c.notNull())
    .addColumn('told_ms', 'bigint', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('approved_by', 'text', (c) => c.notNull())
    .addColumn('approved_ms', 'bigint', (c) => c.notNull())
    .addColumn('withdrawn_by', 'text')
    .addColumn('withdrawn_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('baseline_approval_agent')
    .on('baseline_approval')
    .columns(['agent_id', 'approved_ms'])
    .execute();
}

export const baselineApprovals: Migration = { up };
