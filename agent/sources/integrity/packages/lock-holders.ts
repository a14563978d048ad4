/** Whether somebody holds a lock on one of some files, by /proc/locks: only who may write them can. */
import fs from 'node:fs';

/** @param proc root of the process file system. */
export function isLocked(files: readonly string[], proc = '/proc'): boolean {
  const inodes = new Set(files.flatMap((file) => inodeOf(file) ?? []));
  if (inodes.size === 0) return false;
  let text: string;
  try {
    text = fs.readFileSync(`${proc}/locks`, 'utf8');
  } catch {
    // Not told here: then nobody waits.
    return false;
  }
  // `1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`
  return text.split('\n').some((line) => {
    const inode = /\s[0-9a-f]+:[0-9a-f]+:(\d+)\s/.exec(line)?.[1];
    return inode !== undefined && inodes.has(inode);
  });
}

function inodeOf(file: string): string | undefined {
  try {
    return String(fs.statSync(file).ino);
  } catch {
    return undefined;
  }
}
