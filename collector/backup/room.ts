/** Whether there is room for what will be written, asked before it is begun: a disk that fills up stops everybody. */
import { statfs } from 'node:fs/promises';

const GIB = 1_073_741_824;
/** What arrives meanwhile, and what file systems take for themselves. */
const SPARE = 1.05;
const SPARE_BYTES = 67_108_864;

/** There is no room for it; the message says how much is missing where. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** Free bytes of the file system that holds the folder, for users that are not root. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * @param what - e.g. "the backup"
 * @throws NoRoomError
 */
export async function requireRoom(
  what: string,
  { folder, bytes, freeBytes }: { folder: string; bytes: number; freeBytes: typeof freeBytesOf },
): Promise<void> {
  const needed = bytes * SPARE + SPARE_BYTES;
  const free = await freeBytes(folder);
  if (free >= needed) return;
  const gib = (count: number): string => (count / GIB).toFixed(2);
  throw new NoRoomError(
    `${what} needs ${gib(needed)} GiB where ${gib(free)} GiB are free in ${folder}: make room there, or choose another disk`,
  );
}
