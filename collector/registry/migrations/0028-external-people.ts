/** People who sign in at a provider: what gives them their role, groups that are mapped to roles and agencies, and the provider's sessions. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('user_account').addColumn('external_role', 'text').execute();
  await db.schema.alterTable('user_session').addColumn('external_sid', 'text').execute();
  await db.schema.alterTable('user_session').addColumn('factor', 'text').execute();
  await createTableWithId(db, 'external_group')
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .execute();
}

export const externalPeople: Migration = { up };
