/** What exceptions are found by: name and reason without accents and case. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('exception')
    .addColumn('search_text', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  const { rows } = await sql<{ id: number; name: string; reason: string }>`
    select id, name, reason from exception`.execute(db);
  for (const { id, name, reason } of rows) {
    await sql`update exception set search_text = ${fold(`${name}\n${reason}`)} where id = ${id}`.execute(db);
  }
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase();
}

export const exceptionSearch: Migration = { up };
