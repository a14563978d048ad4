/**
 * The files a log was rotated into: which names beside `auth.log` are its predecessors, and in which order they were
 * written. logrotate's numbers (`.1`, `.2.gz`) and dates (`-20260131`), what it calls a log that was begun between its
 * two steps (`-2026013112.backup`), and other tools' `.old` or `.2026-01-31`.
 */
import path from 'node:path';
import type { FileAccess, FileStat } from './file-access.ts';

export interface Sibling {
  path: string;
  stat: FileStat;
  /** undefined: not a name that rotation gives; such a file may be our old one, but is never a successor. */
  order: RotationOrder | undefined;
}

export type RotationOrder =
  { by: 'current' } | { by: 'number'; number: number } | { by: 'date'; date: string } | { by: 'time' };

const COMPRESSED = /\.(gz|zst|xz|bz2)$/;
const SIBLINGS_MAX = 2_048;

/** What the name of a file beside `base` says about its place; undefined when it is not one of rotation. */
export function rotationOrder(base: string, name: string): RotationOrder | undefined {
  if (name === base) return { by: 'current' };
  const plain = name.replace(COMPRESSED, '');
  const suffix = rotationSuffix(base, plain);
  if (suffix === undefined) return undefined;
  if (/^[.-]\d{1,4}$/.test(suffix)) return { by: 'number', number: Number(suffix.slice(1)) };
  const date =
    /^[.-](\d{8}|\d{4}-\d\d-\d\d)([-_.T]?\d[\d-]*)?$/.exec(suffix) ?? /^[.-](\d{9,})$/.exec(suffix);
  if (date !== null) return { by: 'date', date: suffix.replace(/\D/g, '') };
  return /^[.-](old|prev|previous|rotated)$|^-\d{10}\.backup$/.test(suffix) ? { by: 'time' } : undefined;
}

/** `app.log.1` -> `.1`; `app-20260131.log` (the date before the extension) -> `-20260131`. */
function rotationSuffix(base: string, name: string): string | undefined {
  if (name.startsWith(base)) return name.slice(base.length);
  const extension = path.extname(base);
  const stem = base.slice(0, base.length - extension.length);
  if (extension !== '' && name.startsWith(stem) && name.endsWith(extension)) {
    return name.slice(stem.length, name.length - extension.length);
  }
  return undefined;
}

/** The name a rotated file had before, e.g. `auth.log` for `auth.log.2.gz`; undefined when it looks unrotated. */
export function unrotatedName(name: string): string | undefined {
  const plain = name
    .replace(COMPRESSED, '')
    .replace(/[.-](\d[\dT_.-]*|old|prev|previous|rotated|\d{10}\.backup)$/, '');
  return plain === name || plain === '' ? undefined : plain;
}

/**
 * The name before a date (or a number after a dot) was put in front of the extension, e.g. `app.log` for
 * `app-20260131.log`; undefined when there is none. Some programs write to dated files from the beginning: it was
 * rotated only if there is, or was, a log of that name.
 */
export function nameBeforeDate(name: string): string | undefined {
  const match =
    /^(.+?)(?:[.-](?:\d{8}|\d{4}-\d\d-\d\d)(?:[-_.T]?\d[\d-]*)?|[.-]\d{9,}|\.\d{1,4})(\.[A-Za-z][^.]*)$/.exec(
      name.replace(COMPRESSED, ''),
    );
  return match === null ? undefined : `${match[1]}${match[2]}`;
}

/**
 * The log and every file beside it whose name begins like it. A rotation may be going on while we look, so the folder
 * is read until two looks agree.
 * @throws when the folder cannot be read.
 */
export function listSiblings(access: FileAccess, file: string): Sibling[] {
  let previous = look(access, file);
  for (let round = 0; round < 5; round += 1) {
    const current = look(access, file);
    if (sameLook(previous, current)) return current;
    previous = current;
  }
  return previous;
}

function look(access: FileAccess, file: string): Sibling[] {
  const folder = path.dirname(file);
  const base = path.basename(file);
  const stem = base.slice(0, base.length - path.extname(base).length);
  const found: Sibling[] = [];
  for (const entry of access.list(folder)) {
    if (entry.folder || !entry.name.startsWith(stem)) continue;
    const sibling = path.join(folder, entry.name);
    const stat = access.stat(sibling);
    if (stat?.regular !== true) continue;
    found.push({ path: sibling, stat, order: rotationOrder(base, entry.name) });
    if (found.length >= SIBLINGS_MAX) break;
  }
  return found;
}

function sameLook(first: Sibling[], second: Sibling[]): boolean {
  const names = new Map(first.map((sibling) => [sibling.path, sibling.stat.id]));
  return (
    first.length === second.length && second.every((sibling) => names.get(sibling.path) === sibling.stat.id)
  );
}

/**
 * Files written after `from`, oldest first; the file now at the path is always last.
 * @param from where the last file we read stands now; when it is gone, `sinceMs` (its last known change) decides.
 */
export function successors(
  siblings: readonly Sibling[],
  from: Sibling | undefined,
  sinceMs: number,
): Sibling[] {
  const names = new Set(siblings.map((sibling) => sibling.path));
  const later = siblings.filter(
    (sibling) =>
      sibling.order !== undefined &&
      !isBeingCompressed(sibling.path, names) &&
      sibling.path !== from?.path &&
      sibling.stat.id !== from?.stat.id &&
      (sibling.order.by === 'current' || isLater(sibling, from, sinceMs)),
  );
  return later.sort(olderFirst);
}

/** The plain file still stands beside its compressed copy. */
function isBeingCompressed(file: string, names: ReadonlySet<string>): boolean {
  return COMPRESSED.test(file) && names.has(file.replace(COMPRESSED, ''));
}

function isLater(sibling: Sibling, from: Sibling | undefined, sinceMs: number): boolean {
  const [order, origin] = [sibling.order, from?.order];
  if (order?.by === 'number' && origin?.by === 'number') return order.number < origin.number;
  if (order?.by === 'date' && origin?.by === 'date') return order.date > origin.date;
  if (origin?.by === 'current') return false;
  return sibling.stat.mtimeMs > (from?.stat.mtimeMs ?? sinceMs);
}

/** Orders by age: the file at the path is the youngest. */
export function olderFirst(first: Sibling, second: Sibling): number {
  const [left, right] = [first.order, second.order];
  if (left?.by === 'current') return 1;
  if (right?.by === 'current') return -1;
  if (left?.by === 'number' && right?.by === 'number') return right.number - left.number;
  if (left?.by === 'date' && right?.by === 'date') return left.date < right.date ? -1 : 1;
  return first.stat.mtimeMs - second.stat.mtimeMs;
}
