/**
 * The file system as the file source sees it: few calls, so that tests can forge what a real disk does rarely
 * (a reused inode, a full watch table). `stat` and `list` are synchronous because a poll over a thousand quiet
 * logs must cost next to nothing; reading is asynchronous. Only regular files are ever opened for reading.
 */
import fs from 'node:fs';
import path from 'node:path';
import { openCompressed } from './compressed-reader.ts';
import { diskPath, nameText } from './disk-name.ts';
import { toFileStat, type FileStat } from './file-stat.ts';
import { openFile } from '../../async-fs.ts';

export type { FileStat } from './file-stat.ts';

/** Random access to the bytes of one open file. */
export interface ByteReader {
  stat(): Promise<FileStat>;
  /** Reads at most `length` bytes at `position` into `into` from `start`; 0 at the end of the file. */
  read(into: Buffer, start: number, length: number, position: number): Promise<number>;
  close(): Promise<void>;
  /** A compressed file is never written to again. */
  readonly compressed: boolean;
}

export interface FileAccess {
  /** undefined when there is no such file. @throws when it cannot be looked at. */
  stat(path: string): FileStat | undefined;
  /** Names in a folder, empty when there is none. @throws when it cannot be read. */
  list(folder: string): { name: string; folder: boolean; link?: boolean | undefined }[];
  /** @throws when it cannot be opened or is not a regular file. */
  open(path: string): Promise<ByteReader>;
  /**
   * Calls back with the name that changed (undefined: unknown), and whether it came or went rather than changed
   * inside, until the returned function is called. @throws when the folder cannot be watched.
   */
  watch(
    folder: string,
    onChange: (name: string | undefined, renamed: boolean) => void,
    onError: (cause: unknown) => void,
  ): () => void;
}

/** The code of a system error, e.g. ENOENT. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

async function openPlain(file: string): Promise<ByteReader> {
  // O_NONBLOCK: a FIFO put in the place of a log must not hang the agent.
  const handle = await openFile(diskPath(file), fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error(`${file} is not a regular file`);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    compressed: false,
    stat: async () => toFileStat(await handle.exactStat()),
    read: (into, start, length, position) => handle.read(into, start, length, position),
    close: () => handle.close(),
  };
}

export const nodeFileAccess: FileAccess = {
  stat(file) {
    try {
      const stats = fs.statSync(diskPath(file), { bigint: true, throwIfNoEntry: false });
      return stats === undefined ? undefined : toFileStat(stats);
    } catch (error) {
      if (errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  list(folder) {
    try {
      return fs.readdirSync(diskPath(folder), { withFileTypes: true, encoding: 'buffer' }).map((entry) => ({
        name: nameText(entry.name),
        folder: entry.isDirectory(),
        link: entry.isSymbolicLink(),
      }));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      throw error;
    }
  },
  open: (file) => (/\.(gz|zst)$/.test(path.basename(file)) ? openCompressed(file) : openPlain(file)),
  watch(folder, onChange, onError) {
    const watcher = fs.watch(diskPath(folder), { persistent: false, encoding: 'buffer' }, (event, name) => {
      onChange(name === null ? undefined : nameText(name), event === 'rename');
    });
    watcher.on('error', onError);
    return () => {
      watcher.close();
    };
  },
};
