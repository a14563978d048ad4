/**
 * A change of a watched file: what it was, what it is, and which of its properties differ.
 * Invariant: `file.changes` names every difference that the two states show, so rules need no arithmetic.
 */
import type { FileState, IntegrityRecord } from '../protocol/record.ts';
import type { LogSource, NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { putFacts } from './put-facts.ts';
import { othersMayWrite } from './windows-access.ts';
import { readRegistryChange } from './registry.ts';

const ACTION_OF = {
  created: 'file_created',
  modified: 'file_modified',
  attributes: 'file_attributes_changed',
  deleted: 'file_deleted',
  decoy: 'decoy_touched',
  'mass-change': 'files_changed_in_mass',
  reconciled: 'integrity_reconciled',
  'baseline-made': 'integrity_baseline_made',
  'baseline-tampered': 'integrity_baseline_tampered',
  unverified: 'file_unverified',
} as const satisfies Record<IntegrityRecord['change'], string>;

const WORDS_OF = {
  created: 'was created',
  modified: 'was modified',
  attributes: 'has new attributes',
  deleted: 'was deleted',
  decoy: 'is a decoy and was touched',
  'mass-change': 'is one of many files changed at once',
  reconciled: 'was reconciled after maintenance',
  'baseline-made': 'has a new integrity baseline',
  'baseline-tampered': 'holds an integrity baseline that the agent did not write',
  unverified: 'was learnt anew, since its baseline could not be trusted',
} as const satisfies Record<IntegrityRecord['change'], string>;

const SETUID = 0o4000;
const SETGID = 0o2000;
const ANY_EXECUTE = 0o111;
const OTHERS_WRITE = 0o002;
/** File systems and archives round times by up to two seconds. */
const TIME_ROUNDING_MS = 2_000;

/** Compared properties: name in `file.changes`, and the value that decides. */
const PROPERTIES: readonly (readonly [string, (state: FileState) => string | number | undefined])[] = [
  ['content', (state) => state.sha256],
  ['size', (state) => state.size],
  ['mode', (state) => state.mode & 0o7777],
  ['owner', (state) => (state.user?.startsWith('S-1-') === true ? state.user : state.uid)],
  ['group', (state) => state.gid],
  ['type', (state) => state.type],
  ['target', (state) => state.target],
  ['xattrs', (state) => state.xattrs],
  ['acl', (state) => state.acl],
  ['mtime', (state) => state.mtimeMs],
];

function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function putState(event: NormalEvent, prefix: 'file.' | 'file.previous.', state: FileState): void {
  put(event, `${prefix}type`, state.type);
  put(event, `${prefix}size`, state.size);
  put(event, `${prefix}mode`, formatMode(state.mode));
  put(event, `${prefix}uid`, state.uid);
  put(event, `${prefix}gid`, state.gid);
  put(event, `${prefix}mtime`, Number.isFinite(state.mtimeMs) ? isoTime(state.mtimeMs) : undefined);
  put(event, `${prefix}inode`, state.inode);
  put(event, `${prefix}hash.sha256`, state.sha256);
  put(event, `${prefix}target_path`, state.target);
  put(event, `${prefix}unread`, state.unread);
  put(event, `${prefix}ctime`, state.ctimeMs === undefined ? undefined : isoTime(state.ctimeMs));
  put(event, `${prefix}owner`, state.user);
  put(event, `${prefix}group`, state.group);
  put(event, `${prefix}links`, state.links);
  put(event, `${prefix}xattrs`, state.xattrs?.split('\n'));
  put(event, `${prefix}acl`, state.acl);
}

function isoTime(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function changesOf(before: FileState, after: FileState): string[] {
  return PROPERTIES.filter(([, read]) => read(before) !== read(after)).map(([name]) => name);
}

function putFlags(event: NormalEvent, before: FileState | undefined, after: FileState): void {
  const { mode, type } = after;
  const isFile = type === 'file';
  const beforeMode = before?.mode ?? 0;
  const gained = (bit: number): boolean => isFile && (mode & bit) !== 0 && (beforeMode & bit) === 0;
  put(event, 'file.setuid', isFile && (mode & SETUID) !== 0);
  put(event, 'file.setgid', isFile && (mode & SETGID) !== 0);
  put(event, 'file.executable', isFile && (mode & ANY_EXECUTE) !== 0);
  const isOpen = (state: FileState): boolean =>
    state.type !== 'symlink' && ((state.mode & OTHERS_WRITE) !== 0 || othersMayWrite(state.acl));
  put(event, 'file.world_writable', isOpen(after));
  if (gained(SETUID)) put(event, 'file.gained_setuid', true);
  if (gained(SETGID)) put(event, 'file.gained_setgid', true);
  if (isOpen(after) && (before === undefined || !isOpen(before))) {
    put(event, 'file.gained_world_writable', true);
  }
}

function putPath(event: NormalEvent, path: string, windows: boolean): void {
  const cut = Math.max(path.lastIndexOf('/'), windows ? path.lastIndexOf('\\') : -1);
  const name = path.slice(cut + 1);
  const dot = name.lastIndexOf('.');
  put(event, 'file.path', path);
  put(event, 'file.name', name);
  put(event, 'file.directory', cut <= 0 ? path.slice(0, cut + 1) : path.slice(0, cut));
  if (dot > 0 && dot < name.length - 1) put(event, 'file.extension', name.slice(dot + 1).toLowerCase());
  put(event, 'TargetFilename', path);
}

function sourcesOn(
  product: 'windows' | 'linux',
): Record<'changed' | 'deleted' | 'other', readonly LogSource[]> {
  const own = { product: 'vonggac', service: 'integrity' };
  return {
    changed: logSources(own, { product, category: 'file_event' }),
    deleted: logSources(own, { product, category: 'file_delete' }),
    other: logSources(own),
  };
}

const SOURCES_ON = { windows: sourcesOn('windows'), linux: sourcesOn('linux') };

function logsourcesOf(record: IntegrityRecord, windows: boolean): readonly LogSource[] {
  const sources = SOURCES_ON[windows ? 'windows' : 'linux'];
  if (record.change === 'created' || record.change === 'modified') return sources.changed;
  return record.change === 'deleted' ? sources.deleted : sources.other;
}

function putActor(event: NormalEvent, actor: NonNullable<IntegrityRecord['actor']>): void {
  put(event, 'process.executable', actor.process);
  put(event, 'process.pid', actor.pid);
  put(event, 'process.parent.pid', actor.parentPid);
  put(event, 'process.command_line', actor.commandLine);
  put(event, 'user.name', actor.user);
  put(event, 'user.audit.name', actor.loginUser);
  put(event, 'Image', actor.process);
  put(event, 'User', actor.user);
}

/** What came with version 3 of the protocol. */
function putCircumstances(event: NormalEvent, record: IntegrityRecord): void {
  const { sinceMs, actor, difference } = record;
  if (sinceMs !== undefined) put(event, 'integrity.since', isoTime(sinceMs));
  if (actor !== undefined) putActor(event, actor);
  put(event, 'integrity.package', record.package);
  put(event, 'integrity.difference', difference);
  putFacts(event, 'integrity.', record.detail);
}

export function readIntegrity(event: NormalEvent, record: IntegrityRecord): void {
  if (readRegistryChange(event, record)) return;
  const windows = /^(?:[A-Za-z]:[\\/]|\\\\)/.test(record.path);
  const { before, after } = record;
  event.logsources = logsourcesOf(record, windows);
  event.parsed = true;
  putAction(event, ACTION_OF[record.change], 'success');
  putPath(event, record.path, windows);
  if (record.offline === true) put(event, 'integrity.offline', true);
  if (after !== undefined) {
    putState(event, 'file.', after);
    putFlags(event, before, after);
  }
  if (before !== undefined) putState(event, 'file.previous.', before);
  if (record.change === 'attributes' && before !== undefined && after !== undefined) {
    if (after.mtimeMs < before.mtimeMs - TIME_ROUNDING_MS) put(event, 'file.mtime_set_back', true);
  }
  putCircumstances(event, record);
  const changes = before !== undefined && after !== undefined ? changesOf(before, after) : [];
  if (changes.length > 0) put(event, 'file.changes', changes);
  const detail = changes.length > 0 ? ` (${changes.join(', ')})` : '';
  const offline = record.offline === true ? ' while the agent was not running' : '';
  event.message = `${record.path} ${WORDS_OF[record.change]}${detail}${offline}`;
}
