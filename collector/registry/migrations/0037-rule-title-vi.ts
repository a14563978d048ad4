/** What rules are called in Vietnamese, and what they are found by: titles and id without accents and case. */
import { load } from 'js-yaml';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const CHARS_MAX = 1_000;

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('rule').addColumn('title_vi', 'text').execute();
  await db.schema
    .alterTable('rule')
    .addColumn('search_text', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  const { rows } = await sql<{ id: string; title: string; text: string }>`
    select rule.id, rule.title, v.text from rule
    join rule_version v on v.rule_id = rule.id and v.number = rule.active`.execute(db);
  for (const { id, title, text } of rows) {
    const titleVi = vietnameseTitle(text);
    const search = fold([title, titleVi ?? '', id].map((part) => part.slice(0, CHARS_MAX)).join('\n'));
    await sql`update rule set title_vi = ${titleVi}, search_text = ${search} where id = ${id}`.execute(db);
  }
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase();
}

/** The line is a YAML document of its own; a text over several lines is left for the rule's next version. */
function vietnameseTitle(text: string): string | null {
  const line = /^title_vi:.*$/m.exec(text)?.[0];
  if (line === undefined) return null;
  try {
    const { title_vi: title } = load(line) as { title_vi?: unknown };
    return typeof title === 'string' && title !== '' ? title.slice(0, CHARS_MAX) : null;
  } catch {
    return null; // it goes on in the next line
  }
}

export const ruleTitleVi: Migration = { up };
