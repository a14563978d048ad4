/** What descriptions of indicators are found by: without accents and case, where they hold more than ASCII, which SQL can fold itself. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const PAGE_ROWS = 1_000;

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('indicator').addColumn('description_key', 'text').execute();
  for (let after = 0; ;) {
    const { rows } = await sql<{ id: number; description: string }>`
      select id, description from indicator
      where id > ${after} and octet_length(description) <> length(description)
      order by id limit ${PAGE_ROWS}`.execute(db);
    for (const { id, description } of rows)
      await sql`update indicator set description_key = ${fold(description)} where id = ${id}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase();
}

export const indicatorSearch: Migration = { up };
