/** The one time that everything in a package has, so that the same sources make the same bytes. */
import fs from 'node:fs';
import path from 'node:path';
import { PackageError, runTool } from './run-tool.ts';

/** Seconds since 1970: SOURCE_DATE_EPOCH, else the time of the commit. @throws PackageError where there is neither */
export function sourceDate(root: string, env: NodeJS.ProcessEnv = process.env): number {
  const given = env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) {
    if (!/^\d{1,11}$/.test(given))
      throw new PackageError(`SOURCE_DATE_EPOCH is "${given}": it must be seconds since 1970`);
    return Number(given);
  }
  try {
    return Number(runTool('git', ['log', '-1', '--format=%ct'], { cwd: root }).trim());
  } catch (cause) {
    throw new PackageError('this is no git checkout: set SOURCE_DATE_EPOCH to seconds since 1970', { cause });
  }
}

/** Gives all below `folder` the time and the modes of a package: 755 for folders and programs, else 644. */
export function settle(folder: string, epoch: number): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) settle(file, epoch);
    else if (entry.isFile()) fs.chmodSync(file, (fs.statSync(file).mode & 0o100) === 0 ? 0o644 : 0o755);
    fs.lutimesSync(file, epoch, epoch);
  }
  fs.chmodSync(folder, 0o755);
  fs.utimesSync(folder, epoch, epoch);
}
