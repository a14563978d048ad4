/**
 * A state of a path as one short line of text, as the baseline keeps it. Equal states give equal lines, so that what
 * has not changed is known without reading the line. What is told of a path and can be looked up again (names of
 * owners on Linux) is not in it.
 */
import type fs from 'node:fs';
import type { FileState } from '#protocol/record.ts';
import { fileLine } from './state-line.ts';
import { plainMode } from './plain-mode.ts';

/** A state with what is kept beside it and never sent. */
export interface KeptState extends FileState {
  /** Kind of the content by its first bytes, and how random it looks; of sets with a tripwire. */
  sample?: ContentSample | undefined;
}

export interface ContentSample {
  /** What the content begins as, e.g. `zip`; empty when it is nothing known. */
  magic: string;
  /** Bits per byte of the first part, in tenths. */
  entropyTenths: number;
}

type Extra = Pick<KeptState, 'target' | 'unread' | 'xattrs' | 'acl' | 'user' | 'sample'>;

const TYPES: Record<string, FileState['type']> = { f: 'file', d: 'directory', l: 'symlink', o: 'other' };
const LETTERS: Record<FileState['type'], string> = { file: 'f', directory: 'd', symlink: 'l', other: 'o' };
const RADIX = 36;
const TIME_FACTOR = 1_000_000;
/** The change time is the time of the content. */
const SAME = '=';

export function packState(state: KeptState): string {
  const { target, unread, xattrs, acl, user, sample } = state;
  const plain =
    target === undefined &&
    unread === undefined &&
    xattrs === undefined &&
    acl === undefined &&
    user === undefined &&
    sample === undefined;
  const sha = state.sha256 === undefined ? '' : Buffer.from(state.sha256, 'hex').toString('base64');
  const line = packFields(LETTERS[state.type], state, state.inode ?? '', state.links ?? '', sha);
  return plain ? line : `${line}|${JSON.stringify({ target, unread, xattrs, acl, user, sample })}`;
}

/** A regular file of which nothing else is known: the same line, without a state in between. @param sha256 base64. */
export function packFile(stats: fs.Stats, sha256: string): string {
  const line = fileLine('f', stats, sha256);
  return line ?? packFields('f', stats, stats.ino, stats.nlink, sha256, plainMode(stats.mode));
}

function packFields(
  letter: string,
  numbers: Pick<FileState, 'size' | 'mode' | 'uid' | 'gid' | 'mtimeMs' | 'ctimeMs'>,
  inode: string | number,
  links: string | number,
  sha256: string,
  mode = numbers.mode,
): string {
  const { size, uid, gid, mtimeMs, ctimeMs } = numbers;
  const ctime = ctimeMs === mtimeMs ? SAME : packTime(ctimeMs);
  return `${letter}${size.toString(RADIX)}|${mode.toString(RADIX)}|${uid.toString(RADIX)}|${gid.toString(RADIX)}|${packTime(mtimeMs)}|${ctime}|${inode}|${links}|${sha256}`;
}

/** @throws SyntaxError, RangeError for a line that `packState` did not make. */
export function unpackState(line: string): KeptState {
  const fields = line.split('|', 9);
  const [head = '', mode = '', uid = '', gid = '', mtime = '', ctime = '', inode, links, sha256] = fields;
  const type = TYPES[head.charAt(0)];
  if (type === undefined || fields.length < 9) throw new RangeError('not a packed state');
  const state: KeptState = {
    type,
    size: parseInt(head.slice(1), RADIX),
    mode: parseInt(mode, RADIX),
    uid: parseInt(uid, RADIX),
    gid: parseInt(gid, RADIX),
    mtimeMs: unpackTime(mtime) ?? 0,
  };
  const ctimeMs = ctime === SAME ? state.mtimeMs : unpackTime(ctime);
  if (ctimeMs !== undefined) state.ctimeMs = ctimeMs;
  if (inode !== '') state.inode = inode;
  if (links !== '') state.links = Number(links);
  if (sha256 !== undefined && sha256 !== '') state.sha256 = Buffer.from(sha256, 'base64').toString('hex');
  const rest = fields.join('|').length + 1;
  if (rest < line.length) Object.assign(state, JSON.parse(line.slice(rest)) as Extra);
  return state;
}

/** Whole part and millionths, so that what the system says comes back exactly. */
function packTime(ms: number | undefined): string {
  if (ms === undefined) return '';
  const whole = Math.floor(ms);
  const part = Math.round((ms - whole) * TIME_FACTOR);
  return part === 0 ? whole.toString(RADIX) : `${whole.toString(RADIX)}.${part.toString(RADIX)}`;
}

function unpackTime(text: string): number | undefined {
  if (text === '') return undefined;
  const [whole = '', part] = text.split('.');
  return parseInt(whole, RADIX) + (part === undefined ? 0 : parseInt(part, RADIX) / TIME_FACTOR);
}
