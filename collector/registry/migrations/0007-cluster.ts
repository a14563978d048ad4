/** Collectors side by side: their leases, the batch numbers they share, who owns an agent, who has a duty. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('collector')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('started_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_ms', 'bigint', (column) => column.notNull())
    .addColumn('buried', 'integer', (column) => column.notNull())
    .addColumn('open_batch', 'bigint')
    .execute();
  await db.schema
    .createTable('batch_counter')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('agent_owner')
    .addColumn('agent_id', 'text', (column) => column.primaryKey())
    .addColumn('collector_id', 'text', (column) => column.notNull())
    .addColumn('wanted_by', 'text')
    .addColumn('ends_with', 'text')
    .execute();
  await db.schema.createIndex('agent_owner_collector').on('agent_owner').column('collector_id').execute();
  await db.schema
    .createTable('duty')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('collector_id', 'text', (column) => column.notNull())
    .addColumn('term', 'bigint', (column) => column.notNull())
    .execute();
}

export const cluster: Migration = { up };
