/**
 * A folder held open, so that what is done in it is done there, whatever its name comes to mean meanwhile: who may write
 * above it could else put a link in its place, and have another file deleted, or one written where it never was.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ActionError } from './action.ts';

export interface HeldFolder {
  /** @param base name inside the folder */
  path(base: string): string;
  release(): void;
}

/** @param name its real path: no link is followed. @throws ActionError when it is another folder now */
export function holdFolder(name: string): HeldFolder {
  if (process.platform !== 'linux')
    return { path: (base) => path.join(name, base), release: () => undefined };
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = fs.constants;
  const handle = fs.openSync(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const link = `/proc/self/fd/${handle}`;
  const release = (): void => fs.closeSync(handle);
  if (fs.readlinkSync(link) === name) return { path: (base) => `${link}/${base}`, release };
  release();
  throw new ActionError('failed', `${name} was changed meanwhile`);
}
