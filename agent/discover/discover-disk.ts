/** The host as discovery sees it: few calls, so that tests can lay out any distribution. */
import fs from 'node:fs';
import { expandTail } from '../sources/file/expand.ts';
import { nodeFileAccess } from '../sources/file/file-access.ts';

export interface DiscoverDisk {
  exists: (path: string) => boolean;
  /** Files that a path or glob stands for; none where it cannot be looked at. */
  expand: (pattern: string) => string[];
  /** The file behind all links; undefined when there is none. */
  real: (path: string) => string | undefined;
  /** Beginning of a regular file; undefined when it cannot be read or is none. */
  sample: (path: string, bytes: number) => Buffer | undefined;
}

export const nodeDiscoverDisk: DiscoverDisk = {
  exists: (path) => fs.existsSync(path),
  expand(pattern) {
    try {
      return expandTail(nodeFileAccess, pattern).files.filter((file) => fs.existsSync(file));
    } catch {
      // Its folder is not for this user: what cannot be read is not proposed.
      return [];
    }
  },
  real(path) {
    try {
      return fs.realpathSync(path);
    } catch {
      return undefined;
    }
  },
  sample(path, bytes) {
    let handle: number | undefined;
    try {
      // Never waits: a pipe may stand in the place of a log.
      handle = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
      if (!fs.fstatSync(handle).isFile()) return undefined;
      const into = Buffer.alloc(bytes);
      return into.subarray(0, fs.readSync(handle, into, 0, bytes, 0));
    } catch {
      return undefined;
    } finally {
      if (handle !== undefined) fs.closeSync(handle);
    }
  },
};
