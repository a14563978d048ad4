/** Lists of administrators that hosts are compared with, each version with its time. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'compliance_list')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('scope_key', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('system_id', 'integer', (c) => c.references('information_system.id'))
    .addColumn('entries', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addColumn('valid_from_ms', 'bigint', (c) => c.notNull())
    .addColumn('valid_to_ms', 'bigint')
    .execute();
  await sql`create unique index compliance_list_open on compliance_list (kind, scope_key)
    where valid_to_ms is null`.execute(db);
}

export const complianceLists: Migration = { up };
