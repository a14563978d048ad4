/** What administrators put in place of doubtful facts of the catalogues, each version with its time. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'compliance_override')
    .addColumn('profile', 'text', (c) => c.notNull())
    .addColumn('control', 'text', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addColumn('valid_from_ms', 'bigint', (c) => c.notNull())
    .addColumn('valid_to_ms', 'bigint')
    .execute();
  await sql`create unique index compliance_override_open on compliance_override (profile, control, field)
    where valid_to_ms is null`.execute(db);
}

export const complianceOverrides: Migration = { up };
