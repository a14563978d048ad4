/** The facts about a file that tailing goes by. */
import type { BigIntStats } from 'node:fs';

export interface FileStat {
  /**
   * Inode and time of birth: an inode that is used again is another file. Where the file system keeps no time of birth
   * it is the inode alone; the content then tells. On Windows the number itself holds how often it was used (NTFS, ReFS), and
   * times of birth are handed down to a file that soon takes another's name.
   */
  id: string;
  size: number;
  mtimeMs: number;
  regular: boolean;
}

/** Of a `stat` with bigints. */
export function toFileStat(stats: BigIntStats, platform: NodeJS.Platform = process.platform): FileStat {
  return {
    id: platform === 'win32' ? String(stats.ino) : `${stats.ino}-${stats.birthtimeNs}`,
    size: Number(stats.size),
    mtimeMs: Number(stats.mtimeNs / 1000n) / 1000,
    regular: stats.isFile(),
  };
}
