/**
 * Finds the file of a checkpoint again, wherever rotation has put it: content decides, the inode only says where to
 * look first. A rotation may be going on: what stands at a name is what was opened there, not what was listed.
 */
import type { ByteReader, FileAccess } from './file-access.ts';
import { HEAD_BYTES_MAX, matches, type Checkpoint } from './fingerprint.ts';
import { listSiblings, type Sibling } from './rotation.ts';

export interface Located {
  sibling: Sibling;
  reader: ByteReader;
}

/** Candidates are opened one by one: at most so many. */
const CANDIDATES_MAX = 64;
const READABLE_COMPRESSION = /\.(gz|zst)$/;
/** Compression this runtime cannot undo. */
export const OTHER_COMPRESSION = /\.(xz|bz2)$/;

function worthOpening(sibling: Sibling, checkpoint: Checkpoint, except: string | undefined): boolean {
  if (sibling.path === except || OTHER_COMPRESSION.test(sibling.path)) return false;
  if (sibling.stat.id === checkpoint.id) return true;
  if (checkpoint.headBytes === 0) return false;
  // A new file at the path that begins with the same few lines is a new file: only a full fingerprint says otherwise.
  if (sibling.order?.by === 'current') return checkpoint.headBytes >= HEAD_BYTES_MAX;
  return READABLE_COMPRESSION.test(sibling.path) || sibling.stat.size >= checkpoint.offset;
}

/** A folder that keeps changing while we look is listed at most so many times. */
const LOOKS_MAX = 5;

/**
 * @param origin the tailed path.
 * @param siblings what stood beside it a moment ago; listed again when a file was moved since and ours is not found.
 * @param except a path known to be another file.
 * @returns the file, open, or undefined when it is nowhere (any more).
 * @throws when the folder cannot be read.
 */
export async function locate(
  access: FileAccess,
  origin: string,
  siblings: readonly Sibling[],
  checkpoint: Checkpoint,
  except?: string,
): Promise<Located | undefined> {
  let listed = siblings;
  for (let look = 1; ; look += 1) {
    const found = await search(access, listed, checkpoint, except);
    if (found !== 'moved') return found;
    if (look === LOOKS_MAX) return undefined;
    listed = listSiblings(access, origin);
  }
}

/** @returns `moved` when it was not found, and a name no longer stood for the file that was listed. */
async function search(
  access: FileAccess,
  siblings: readonly Sibling[],
  checkpoint: Checkpoint,
  except: string | undefined,
): Promise<Located | 'moved' | undefined> {
  const rank = (sibling: Sibling): number => {
    if (sibling.stat.id === checkpoint.id) return sibling.order?.by === 'current' ? 0 : 1;
    return sibling.order === undefined ? 3 : 2;
  };
  const candidates = siblings
    .filter((sibling) => worthOpening(sibling, checkpoint, except))
    .sort((first, second) => rank(first) - rank(second) || second.stat.mtimeMs - first.stat.mtimeMs)
    .slice(0, CANDIDATES_MAX);
  let moved = false;
  for (const sibling of candidates) {
    const reader = await openQuietly(access, sibling.path);
    if (reader === undefined) {
      moved ||= access.stat(sibling.path)?.id !== sibling.stat.id;
      continue;
    }
    const stat = await reader.stat();
    moved ||= stat.id !== sibling.stat.id;
    if (await matchesQuietly(reader, checkpoint)) return { sibling: { ...sibling, stat }, reader };
    await reader.close();
  }
  return moved ? 'moved' : undefined;
}

async function openQuietly(access: FileAccess, path: string): Promise<ByteReader | undefined> {
  try {
    return await access.open(path);
  } catch {
    // Vanished or unreadable: then it is not the one we can go on with.
    return undefined;
  }
}

async function matchesQuietly(reader: ByteReader, checkpoint: Checkpoint): Promise<boolean> {
  try {
    return await matches(reader, checkpoint);
  } catch {
    // A damaged compressed file matches nothing.
    return false;
  }
}
