/** A control plane that holds a made-up province says so itself: what is written of it is marked, wherever its rows go. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('demonstration')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .execute();
}

export const demonstration: Migration = { up };
