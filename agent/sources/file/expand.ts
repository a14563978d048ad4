/**
 * The files a tail's path or glob stands for now, and the folders to watch for more. Rotated files of a log that is
 * itself matched are left out, as they are read as its predecessors.
 */
import path from 'node:path';
import { globMatcher, isGlob, scanGlob } from '../../path-glob.ts';
import type { FileAccess } from './file-access.ts';
import { nameBeforeDate, unrotatedName } from './rotation.ts';

export interface Expansion {
  /** Links come last: what they lead to may be among the others. */
  files: string[];
  folders: string[];
  /** More files or folders than a glob may stand for were found. */
  truncated: boolean;
}

const FILES_MAX = 4_096;
const FOLDERS_MAX = 1_024;
const DEPTH_MAX = 16;

/** Whether a path is one that the tail's path or glob stands for, be a file there or not. */
export function isOfTail(pattern: string, file: string): boolean {
  return pattern === file || (isGlob(pattern) && globMatcher(pattern, false)(file));
}

/**
 * @param known whether a path is, or once was, that of a log.
 * @throws when a folder cannot be read.
 */
export function expandTail(
  access: FileAccess,
  pattern: string,
  known: (path: string) => boolean = () => false,
): Expansion {
  if (!isGlob(pattern)) return { files: [pattern], folders: [path.dirname(pattern)], truncated: false };
  const { base, levels: depthMax = DEPTH_MAX } = scanGlob(pattern);
  const isMatch = globMatcher(pattern, false);
  const found: Expansion = { files: [], folders: [], truncated: false };
  const links: string[] = [];
  const visit = (folder: string, depth: number): void => {
    if (found.folders.length >= FOLDERS_MAX) {
      found.truncated = true;
      return;
    }
    found.folders.push(folder);
    const entries = access.list(folder);
    const names = new Set(entries.map(({ name }) => name));
    const isLog = (name: string): boolean => names.has(name) || known(path.join(folder, name));
    for (const entry of entries) {
      const entryPath = path.join(folder, entry.name);
      if (entry.folder) {
        if (depth < depthMax) visit(entryPath, depth + 1);
      } else if (isMatch(entryPath) && !isRotated(entry.name, folder, isMatch, isLog)) {
        if (found.files.length + links.length >= FILES_MAX) found.truncated = true;
        else if (entry.link === true) links.push(entryPath);
        else found.files.push(entryPath);
      }
    }
  };
  visit(base === '' ? '.' : base, 0);
  found.files.push(...links);
  return found;
}

function isRotated(
  name: string,
  folder: string,
  isMatch: (path: string) => boolean,
  isLog: (name: string) => boolean,
): boolean {
  if (/\.(gz|zst|xz|bz2)$/.test(name)) return true;
  const before = unrotatedName(name);
  if (before !== undefined && isMatch(path.join(folder, before))) return true;
  const undated = nameBeforeDate(name);
  return undated !== undefined && isMatch(path.join(folder, undated)) && isLog(undated);
}
