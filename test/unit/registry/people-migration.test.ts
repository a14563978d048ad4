import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRegistry } from '../../../collector/registry/database.ts';
import { allMigrations } from '../../../collector/registry/migrations/all.ts';
import { temporaryFolder } from './registry-fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

it('turns viewers into viewers of an agency, keeps every other role, and refuses roles that are none', async () => {
  const file = path.join(folder.path, 'registry.db');
  const migrations = Object.fromEntries(
    Object.entries(allMigrations(Date.now)).filter(([name]) => name < '0012'),
  );
  const before = await openRegistry({ file, migrations });
  for (const role of ['administrator', 'analyst', 'viewer']) {
    await sql`insert into user_account
      (username, password_hash, role, agency_id, must_change_password, created_ms, password_changed_ms)
      values (${role}, '!', ${role}, 1, 0, 1, 1)`.execute(before.db);
    await sql`insert into api_token (id, name, token_hash, role, agency_id, created_ms, created_by, expires_ms)
      values (${role}, '', ${role}, ${role}, 1, 1, 'test', 2)`.execute(before.db);
  }
  await before.close();

  const after = await openRegistry({ file });
  for (const table of ['user_account', 'api_token'] as const) {
    const rows = await after.db.selectFrom(table).select('role').orderBy('role').execute();
    expect(rows.map(({ role }) => role)).toEqual(['administrator', 'agency-viewer', 'analyst']);
    await expect(sql`update ${sql.table(table)} set role = 'viewer'`.execute(after.db)).rejects.toThrow(
      'CHECK',
    );
  }
  await after.close();
});
