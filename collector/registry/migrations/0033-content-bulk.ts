/** What bulk acts on rules changed, to be taken back; and which hidden detections became alerts after all, each once. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rule_bulk_item')
    .addColumn('job_id', 'text', (c) => c.notNull().references('job.id'))
    .addColumn('rule_id', 'text', (c) => c.notNull().references('rule.id'))
    .addColumn('state_before', 'text', (c) => c.notNull())
    .addColumn('version_after', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('rule_bulk_item_key', ['job_id', 'rule_id'])
    .execute();
  // Where to look for what was hidden; null for what was hidden before this.
  for (const column of ['first_batch', 'last_batch'])
    await db.schema.alterTable('exception_hit').addColumn(column, 'bigint').execute();
  await db.schema
    .createTable('exception_raised')
    .addColumn('exception_id', 'integer', (c) => c.notNull().references('exception.id'))
    .addColumn('detection_id', 'text', (c) => c.notNull())
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('job_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('exception_raised_key', ['exception_id', 'detection_id'])
    .execute();
}

export const contentBulk: Migration = { up };
