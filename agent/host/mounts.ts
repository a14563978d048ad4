/**
 * What is mounted, from the kernel's own table. Free space is asked of local file systems only: a network share that
 * does not answer would hold the asking thread for ever.
 */
import { at, type Host } from './host.ts';
import { plainReason, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { statfs } from '../async-fs.ts';

export interface Mount {
  /** Where. */
  target: string;
  /** What: a device, a share, a folder. */
  source: string;
  fsType: string;
  /** Of the mount and of its file system, sorted, each once. */
  options: string[];
}

export interface Space {
  totalBytes: number;
  /** For users without privileges. */
  freeBytes: number;
  totalInodes: number;
  freeInodes: number;
}

const MOUNTS_MAX = 5_000;
const NETWORK = /^(nfs\d?|cifs|smb\d?|smbfs|ncpfs|afs|ceph|glusterfs|9p|fuse\..*|lustre|beegfs|autofs)$/;

export function isNetworkFileSystem(fsType: string): boolean {
  return NETWORK.test(fsType);
}

/** @param text of mountinfo (proc(5)) */
export function parseMountInfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const dash = line.indexOf(' - ');
    if (dash < 0) continue;
    const [, , , , target, options] = line.slice(0, dash).split(' ');
    const [fsType, source, superOptions] = line.slice(dash + 3).split(' ');
    if (target === undefined || options === undefined || fsType === undefined || source === undefined)
      continue;
    const all = new Set([...options.split(','), ...(superOptions ?? '').split(',')].filter(Boolean));
    // The file system may be writable where this mount is not; what holds here is the mount's own word.
    if (options.split(',').includes('ro')) all.delete('rw');
    mounts.push({
      target: unescape(target),
      source: unescape(source),
      fsType,
      options: [...all].map(unescape).sort(),
    });
  }
  return mounts;
}

/** Spaces and the like are written as octal numbers. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The table of the first process, which is the host's even where the agent has a view of its own. */
export async function readMounts(host: Pick<Host, 'root'>): Promise<Reading<Mount>> {
  let result = await readText(host, '/proc/1/mountinfo');
  if (result.kind !== 'text') result = await readText(host, '/proc/self/mountinfo');
  if (result.kind === 'absent')
    return reading<Mount>([], [{ part: '/proc/self/mountinfo', reason: 'it is not there' }]);
  if (result.kind === 'unreadable')
    return reading<Mount>([], [{ part: '/proc/self/mountinfo', reason: result.reason }]);
  const unread = result.truncated ? [{ part: '/proc/self/mountinfo', reason: 'it is too long' }] : [];
  const mounts = parseMountInfo(result.text);
  return reading(mounts.slice(0, MOUNTS_MAX), unread, Math.max(0, mounts.length - MOUNTS_MAX));
}

/** @returns why not, where it cannot be told */
export async function readSpace(
  host: Pick<Host, 'root'>,
  mount: Pick<Mount, 'target' | 'fsType'>,
): Promise<Space | string> {
  if (isNetworkFileSystem(mount.fsType)) return 'the free space of network shares is not asked for';
  try {
    const { bsize, blocks, bavail, files, ffree } = await statfs(at(host, mount.target));
    return {
      totalBytes: blocks * bsize,
      freeBytes: bavail * bsize,
      totalInodes: files,
      freeInodes: ffree,
    };
  } catch (error) {
    return plainReason(error);
  }
}
