/** Which file a system call was about, and what became of it. */
import path from 'node:path';
import { put } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import type { AuditEvent, AuditPath } from './audit-event.ts';

/** Where in the call's arguments the flags of `open` stand. */
const FLAGS_OF: ReadonlyMap<string, string> = new Map([
  ['open', 'a1'],
  ['openat', 'a2'],
  ['open_by_handle_at', 'a2'],
  // The record OPENAT2.
  ['openat2', 'oflag'],
]);
const O_ACCMODE = 0o3;
const O_TRUNC = 0o1000;
const RENAMES: ReadonlySet<string> = new Set(['rename', 'renameat', 'renameat2']);
/** Calls whose names are relative to a folder that the caller chose, and the argument that says which. */
const FOLDER_OF: ReadonlyMap<string, string> = new Map([
  ...'openat openat2 unlinkat mkdirat mknodat fchownat fchmodat fchmodat2 utimensat futimesat renameat renameat2'
    .split(' ')
    .map((call) => [call, 'a0'] as const),
  ['linkat', 'a0'],
  ['symlinkat', 'a1'],
]);
/** AT_FDCWD, as 32-bit and as 64-bit argument. */
const CURRENT_FOLDER = /^(?:f{8})?f{6}9c$/;
const ROOT = '/';

/** Whole path of a name; undefined where the folder it is relative to is not known. */
function resolve(event: AuditEvent, name: string): string | undefined {
  if (name.startsWith(ROOT)) return path.posix.normalize(name);
  const folder = FOLDER_OF.get(event.text('SYSCALL'));
  const cwd = event.text('cwd');
  if (!cwd.startsWith(ROOT)) return undefined;
  if (folder !== undefined && !CURRENT_FOLDER.test(event.text(folder))) return undefined;
  return path.posix.join(cwd, name);
}

function isWrite(event: AuditEvent, call: string): boolean {
  if (call === 'creat') return true;
  const argument = FLAGS_OF.get(call);
  if (argument === undefined) return false;
  const text = event.text(argument);
  const flags = Number.parseInt(text, text.startsWith('0') ? 8 : 16);
  return (flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0;
}

/** @returns the Sigma category, and what happened where the name of the call does not say it. */
export function putFiles(
  draft: NormalEvent,
  event: AuditEvent,
  outcome: 'success' | 'failure' | undefined,
): { name?: string | undefined; action?: string | undefined } {
  const call = event.text('SYSCALL');
  const last = (nametype: string): AuditPath | undefined =>
    event.paths.findLast((item) => item.nametype === nametype);
  const created = last('CREATE');
  const deleted = last('DELETE');
  const target = created ?? deleted ?? last('NORMAL') ?? last('UNKNOWN');
  if (target === undefined) return {};
  const whole = resolve(event, target.name) ?? target.name;
  put(draft, 'TargetFilename', whole);
  put(draft, 'file.path', whole);
  if (RENAMES.has(call)) {
    if (deleted !== undefined && created !== undefined)
      put(draft, 'file.previous.path', resolve(event, deleted.name) ?? deleted.name);
    return { name: outcome === 'success' ? 'file_event' : undefined };
  }
  if (outcome !== 'success') return {};
  if (created !== undefined) {
    const plain = FLAGS_OF.has(call) || call === 'creat';
    return { name: 'file_event', action: plain ? 'file_created' : undefined };
  }
  if (deleted !== undefined) return { name: 'file_delete' };
  return { action: isWrite(event, call) ? 'file_written' : undefined };
}
