/** Indicators of compromise: one row for each value and source. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'indicator')
    .addColumn('kind', 'text', (c) =>
      c.notNull().check(sql`kind in ('ip', 'domain', 'url', 'hash', 'email')`),
    )
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('confidence', 'integer', (c) => c.notNull().check(sql`confidence between 0 and 100`))
    .addColumn('valid_until_ms', 'bigint')
    .addColumn('tlp', 'text')
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .execute();
  // The value first: people ask for a value, of whatever kind and source.
  await db.schema
    .createIndex('indicator_by_value')
    .unique()
    .on('indicator')
    .columns(['value', 'kind', 'source'])
    .execute();
  await db.schema.createIndex('indicator_by_source').on('indicator').columns(['source', 'id']).execute();
}

export const indicators: Migration = { up };
