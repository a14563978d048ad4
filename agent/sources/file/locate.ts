/**
 * Finds the file of a checkpoint again, wherever rotation has put it: content decides, the inode only says where to
 * look first.
 */
import type { ByteReader, FileAccess } from './file-access.ts';
import { HEAD_BYTES_MAX, matches, type Checkpoint } from './fingerprint.ts';
import type { Sibling } from './rotation.ts';

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

/**
 * @param except a path known to be another file.
 * @returns the file, open, or undefined when it is nowhere (any more).
 */
export async function locate(
  access: FileAccess,
  siblings: readonly Sibling[],
  checkpoint: Checkpoint,
  except?: string,
): Promise<Located | undefined> {
  const rank = (sibling: Sibling): number => {
    if (sibling.stat.id === checkpoint.id) return sibling.order?.by === 'current' ? 0 : 1;
    return sibling.order === undefined ? 3 : 2;
  };
  const candidates = siblings
    .filter((sibling) => worthOpening(sibling, checkpoint, except))
    .sort((first, second) => rank(first) - rank(second) || second.stat.mtimeMs - first.stat.mtimeMs)
    .slice(0, CANDIDATES_MAX);
  for (const sibling of candidates) {
    const reader = await openQuietly(access, sibling.path);
    if (reader === undefined) continue;
    if (await matchesQuietly(reader, checkpoint)) return { sibling, reader };
    await reader.close();
  }
  return undefined;
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
