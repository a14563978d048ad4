/** A folder as .tar.gz: entries in order of their names, one time, no owners; the same bytes of the same files. */
import fs from 'node:fs';
import path from 'node:path';
import * as tar from 'tar';
import { settle } from './source-date.ts';

/** @param folder is packed with its own name at the top. @returns `file` */
export function makeTarball(folder: string, file: string, epoch: number): string {
  settle(folder, epoch);
  const top = path.basename(folder);
  const entries = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(top, name))
    .toSorted();
  tar.create(
    {
      file,
      cwd: path.dirname(folder),
      gzip: { level: 9 },
      portable: true,
      mtime: new Date(epoch * 1_000),
      noDirRecurse: true,
      sync: true,
    },
    [top, ...entries],
  );
  return file;
}
