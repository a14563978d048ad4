/**
 * Where the files of a log's checkpoints stand after a restart. Content tells most of them; a file of which nothing was
 * read has none to be known by, and is told by its inode or, compressed meanwhile, by its place among the others.
 */
import type { FileAccess } from './file-access.ts';
import type { Checkpoint } from './fingerprint.ts';
import { locate, OTHER_COMPRESSION, type Located } from './locate.ts';
import { listSiblings, olderFirst, successors, type Sibling } from './rotation.ts';

type Places = (Located | undefined)[];

/**
 * @param checkpoints oldest first.
 * @returns for each of them its file, open; undefined where it is gone, or done.
 * @throws when the folder cannot be read, or changes while it is looked at.
 */
export async function findPlaces(
  access: FileAccess,
  origin: string,
  checkpoints: readonly Checkpoint[],
): Promise<Places> {
  const places: Places = [];
  if (checkpoints.length === 0) return places;
  try {
    const siblings = listSiblings(access, origin);
    for (const checkpoint of checkpoints) {
      places.push(checkpoint.done ? undefined : await locate(access, origin, siblings, checkpoint));
    }
    await findUnread(access, origin, checkpoints, places);
  } catch (error) {
    for (const place of places) await place?.reader.close();
    throw error;
  }
  return places;
}

/** A file of which nothing was read is the one right before the next file that was found. */
async function findUnread(
  access: FileAccess,
  origin: string,
  checkpoints: readonly Checkpoint[],
  places: Places,
): Promise<void> {
  let later: Sibling | undefined;
  for (const [index, checkpoint] of [...checkpoints.entries()].toReversed()) {
    const found = places[index];
    const bound = later;
    later = found?.sibling ?? later;
    if (found !== undefined || checkpoint.done || checkpoint.headBytes > 0 || bound === undefined) continue;
    const taken = new Set(places.flatMap((place) => place?.sibling.stat.id ?? []));
    const sibling = successors(listSiblings(access, origin), undefined, checkpoint.mtimeMs).findLast(
      (other) => other.order?.by !== 'current' && !taken.has(other.stat.id) && olderFirst(other, bound) < 0,
    );
    if (sibling === undefined || OTHER_COMPRESSION.test(sibling.path)) continue;
    const reader = await access.open(sibling.path);
    places[index] = { sibling, reader };
    if ((await reader.stat()).id !== sibling.stat.id) {
      throw new Error('it was rotated while it was looked at');
    }
    later = sibling;
  }
}
