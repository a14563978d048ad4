/** When an account ends by itself, as that of an inspector. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('user_account').addColumn('ends_ms', 'bigint').execute();
}

export const accountEnd: Migration = { up };
