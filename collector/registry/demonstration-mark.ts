/** Whether all of a control plane is made up, and the words that every file of it carries then. */
import { DEMONSTRATION_WORDS } from '../report/demonstration-words.ts';
import type { RegistryDb } from './database.ts';

/** @returns undefined in every real installation */
export async function demonstrationMark(db: RegistryDb): Promise<string | undefined> {
  const row = await db.selectFrom('demonstration').select('id').executeTakeFirst();
  return row === undefined ? undefined : DEMONSTRATION_WORDS;
}

/** From now on it is; twice is once. */
export async function markDemonstration(db: RegistryDb, sinceMs: number): Promise<void> {
  await db
    .insertInto('demonstration')
    .values({ id: 1, since_ms: sinceMs })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
