/** The groups that the provider told of a person at their last signing in: what other groups would give them can be said before it is done. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('user_account').addColumn('external_groups', 'text').execute();
}

export const externalGroupsTold: Migration = { up };
