/**
 * Whether a folder lies on an encrypted disk (dm-crypt, LUKS), as the kernel tells it below /sys. Invariant: what cannot be told
 * (another system, a file system of no single device) is unknown, never "no".
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Logical volumes on RAID on encrypted disks, and the like. */
const DEPTH_MAX = 8;

/**
 * @param sys where the kernel's tree is
 * @returns undefined: not known
 */
export async function isOnEncryptedDisk(
  folder: string,
  {
    sys = '/sys',
    deviceOf = deviceOfFolder,
  }: { sys?: string; deviceOf?: (folder: string) => Promise<string> } = {},
): Promise<boolean | undefined> {
  const device = await deviceOf(folder);
  // Device numbers of the kernel's own (btrfs, overlay, tmpfs) name no disk.
  if (device.startsWith('0:')) return undefined;
  return isEncrypted(path.join(sys, 'dev', 'block', device), DEPTH_MAX);
}

/** A device is encrypted when it is so itself, or all that it lies on is. */
async function isEncrypted(place: string, depth: number): Promise<boolean | undefined> {
  if (depth === 0) return undefined;
  const uuid = await read(() => readFile(path.join(place, 'dm', 'uuid'), 'utf8'));
  if (uuid?.startsWith('CRYPT-') === true) return true;
  const below = await read(() => readdir(path.join(place, 'slaves')));
  // A partition has no such folder, and is no mapping.
  if (below === undefined) return (await read(() => stat(place))) === undefined ? undefined : false;
  if (below.length === 0) return false;
  const all = await Promise.all(
    below.map((name) => isEncrypted(path.join(place, 'slaves', name), depth - 1)),
  );
  return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
}

/** `major:minor` of the file system that a folder lies on. */
async function deviceOfFolder(folder: string): Promise<string> {
  const { dev } = await stat(folder, { bigint: true });
  const major = ((dev >> 8n) & 0xf_ffn) | ((dev >> 32n) & ~0xf_ffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn & 0xff_ff_ff_ffn);
  return `${major}:${minor}`;
}

/** Undefined where it is not there; everything else is the caller's to know. */
async function read<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
