/** What a virus scanner said of files: those of before were not scanned. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['case_attachment', 'dossier_document'])
    await db.schema
      .alterTable(table)
      .addColumn('scan', 'varchar(16)', (column) => column.notNull().defaultTo('not-scanned'))
      .execute();
}

export const fileScans: Migration = { up };
