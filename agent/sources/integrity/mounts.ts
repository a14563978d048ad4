/** Mounts that are not as a disk of this host: of other hosts, whose changes give no notice, and of the kernel itself. */
import fs from 'node:fs';
import { isAtOrBelow } from './baseline.ts';

export interface Mounts {
  /** Mount points of file systems that others write, with their type. */
  remote: { path: string; type: string }[];
  /** Mount points that hold no files. */
  pseudo: string[];
}

const REMOTE =
  /^(?:nfs4?|cifs|smb3?|smbfs|ncpfs|afs|9p|ceph|glusterfs|lustre|gfs2?|ocfs2|orangefs|davfs|virtiofs|vboxsf|prl_fs|fuse\.(?:sshfs|glusterfs|s3fs|rclone|davfs2?|cephfs|gcsfuse|vmhgfs-fuse|smbnetfs))$/;
const PSEUDO =
  /^(?:proc|sysfs|devtmpfs|devpts|cgroup2?|securityfs|debugfs|tracefs|configfs|pstore|bpf|efivarfs|mqueue|hugetlbfs|fusectl|binfmt_misc|autofs|rpc_pipefs|nsfs|selinuxfs)$/;

/** @param file as /proc/self/mountinfo, see proc(5); where it cannot be read nothing is told of mounts. */
export function readMounts(file: string): Mounts {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    // Another system.
    return { remote: [], pseudo: [] };
  }
  const mounts: Mounts = { remote: [], pseudo: [] };
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ', 2);
    const path = before.split(' ')[4];
    const type = after.split(' ')[0] ?? '';
    if (path === undefined) continue;
    const plain = path.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    if (REMOTE.test(type)) mounts.remote.push({ path: plain, type });
    else if (PSEUDO.test(type)) mounts.pseudo.push(plain);
  }
  return mounts;
}

/** Those mounts that a walk from one of the bases comes to, or that a base lies in. */
export function touching<T extends { path: string }>(mounts: readonly T[], bases: readonly string[]): T[] {
  return mounts.filter(({ path }) =>
    bases.some((base) => isAtOrBelow(path, base) || isAtOrBelow(base, path)),
  );
}
