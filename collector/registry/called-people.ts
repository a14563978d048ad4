/** People whom a note calls by name, and who may sign in. */
import { mentionsIn } from '../case/mentions.ts';
import type { RegistryDb } from './database.ts';

export async function calledPeople(db: RegistryDb, text: string): Promise<string[]> {
  const names = mentionsIn(text);
  if (names.length === 0) return [];
  const rows = await db
    .selectFrom('user_account')
    .select('username')
    .where('username', 'in', names)
    .where('disabled_ms', 'is', null)
    .orderBy('username')
    .execute();
  return rows.map(({ username }) => username);
}
