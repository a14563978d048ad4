/** Rules that were there before their Vietnamese titles were kept are found by them after. */
import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openRegistry } from '../../../collector/registry/database.ts';
import { allMigrations } from '../../../collector/registry/migrations/all.ts';
import { listRules } from '../../../collector/registry/rules/rule-rows.ts';
import { temporaryFolder } from './registry-fixture.ts';

const TEXTS: Record<string, string> = {
  plain: 'title: Odd\ntitle_vi: Chương trình lạ\n',
  quoted: "title: Odd\ntitle_vi: 'Đổi: khóa'\n",
  none: 'title: Odd\n',
  long: 'title: Odd\ntitle_vi: |\n  Hai dòng\n',
  broken: "title: Odd\ntitle_vi: 'never closed\n",
};

it('reads the titles of rules out of their texts, and leaves what is no text on one line', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'registry.db');
  const migrations = Object.fromEntries(
    Object.entries(allMigrations(Date.now)).filter(([name]) => name < '0033'),
  );
  const before = await openRegistry({ file, migrations });
  for (const [id, text] of Object.entries(TEXTS)) {
    await sql`insert into rule (id, origin, state, state_ms, active, latest, sha256, kind, title, tags, place, version,
      created_ms, updated_ms, updated_by)
      values (${id}, 'shipped', 'on', 1, 1, 1, '', 'rule', 'Odd', '[]', 'a.yml:1', 1, 1, 1, 'test')`.execute(
      before.db,
    );
    await sql`insert into rule_version (rule_id, number, text, sha256, origin, place, made_by, made_ms, why)
      values (${id}, 1, ${text}, '', 'shipped', 'a.yml:1', 'test', 1, '')`.execute(before.db);
  }
  await before.close();

  const after = await openRegistry({ file });
  const { db } = after;
  const titles = Object.fromEntries(
    (await listRules(db, { limit: 9 })).map(({ id, titleVi }) => [id, titleVi]),
  );
  expect(titles).toEqual({
    plain: 'Chương trình lạ',
    quoted: 'Đổi: khóa',
    none: null,
    long: null,
    broken: null,
  });
  expect((await listRules(db, { limit: 9, text: 'DOI: khoa' })).map(({ id }) => id)).toEqual(['quoted']);
  expect(await listRules(db, { limit: 9, text: 'odd' })).toHaveLength(5);
  await after.close();
  folder.remove();
});
