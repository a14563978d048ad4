/** A kept hunt by what people call it on the command line. */
import type { Registry } from '../../registry/database.ts';
import { listHunts, type SavedHunt } from '../../registry/hunts.ts';
import { RefusalError } from '../../registry/refusal.ts';

const EVERYWHERE = { kind: 'all' } as const;

/** By its id, or its name where no other agency has one of that name. @throws RefusalError hunt-unknown */
export async function findHunt({ db }: Registry, key: string): Promise<SavedHunt> {
  const kept = await listHunts(db, EVERYWHERE);
  const named = kept.filter(({ name }) => name === key.normalize('NFC'));
  const found = kept.find(({ id }) => id === key) ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  const why =
    named.length > 1
      ? `several agencies have a hunt "${key}": say its id`
      : `there is no hunt "${key}"; "vonggac hunt runs" shows them`;
  throw new RefusalError('hunt-unknown', key, why);
}
