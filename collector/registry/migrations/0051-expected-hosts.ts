/** How many hosts a system had by its dossier when it was assessed: null where no dossier said so, and for what was kept before. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('compliance_snapshot').addColumn('hosts_expected', 'integer').execute();
}

export const expectedHosts: Migration = { up };
