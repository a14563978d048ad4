/** Can the logs and folders be read that the agent is to read? */
import fs from 'node:fs';
import path from 'node:path';
import type { TailConfig } from '../config.ts';
import type { WatchConfig } from '../integrity-config.ts';
import type { Messages } from '../messages/en.ts';
import { isGlob, scanGlob } from '../path-glob.ts';
import { expandTail } from '../sources/file/expand.ts';
import { nodeFileAccess } from '../sources/file/file-access.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

export function checkTails(tails: readonly TailConfig[], m: Messages): Check[] {
  return tails.flatMap((tail): Check[] => {
    let files: string[];
    try {
      files = expandTail(nodeFileAccess, tail.path).files.filter((file) => fs.existsSync(file));
    } catch (error) {
      return [fail('tail', m.doctor.unreadable(tail.path, reasonOf(error)))];
    }
    if (files.length === 0) {
      const absent = m.doctor.tailAbsent(tail.path);
      return [tail.optional ? ok('tail', absent) : warn('tail', absent)];
    }
    return files.map((file) => {
      const problem = unreadable(file);
      if (problem === undefined) return ok('tail', m.doctor.tailOk(file));
      return (tail.optional ? warn : fail)('tail', m.doctor.unreadable(file, problem));
    });
  });
}

export function checkWatch(watch: readonly WatchConfig[], m: Messages): Check[] {
  return watch.map(({ path: pattern, optional }) => {
    const folder = isGlob(pattern) ? scanGlob(pattern).base : pattern;
    if (isAbsent(folder)) return (optional ? ok : warn)('watch', m.doctor.watchAbsent(folder));
    const problem = unreadable(folder);
    if (problem === undefined) return ok('watch', m.doctor.watchOk(folder));
    return (optional ? warn : fail)('watch', m.doctor.unreadable(folder, problem));
  });
}

/** Surely not there: its folder can be read, and does not hold it. */
function isAbsent(file: string): boolean {
  if (fs.existsSync(file)) return false;
  return unreadable(path.dirname(file)) === undefined;
}

/** @returns why a file or folder cannot be read. */
function unreadable(file: string): string | undefined {
  try {
    const isFolder = fs.statSync(file).isDirectory();
    fs.accessSync(file, isFolder ? fs.constants.R_OK | fs.constants.X_OK : fs.constants.R_OK);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
