/**
 * What a path is at this moment, with the hash of its content. Nothing is followed and nothing blocks: only regular
 * files are opened, without waiting, and what was opened is checked again. Small files are read synchronously, as
 * that is five times faster; large ones in pieces, so that other work goes on.
 */
import fs from 'node:fs';
import { createHash, hash } from 'node:crypto';
import type { FileState } from '#protocol/record.ts';
import { LIMITS } from '#protocol/limits.ts';
import { sampleContent } from './content-sample.ts';
import { plainMode } from './plain-mode.ts';
import { packFile, type KeptState } from './state-codec.ts';
import { openFile, type OpenFile } from '../../async-fs.ts';

const SMALL_BYTES_MAX = 1_048_576;
const PIECE_BYTES = 1_048_576;
const ATTEMPTS_MAX = 3;
const OPEN_FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

export interface StateLimits {
  /** Larger files are not hashed; 0: none is. */
  hashBytesMax: number;
  /** Look at what the content is, too. */
  sample?: boolean | undefined;
  signal: AbortSignal;
}

/** Kept while files are read one after the other; who rests for hours holds no such piece of memory. */
let kept = new WeakRef<Buffer>(Buffer.alloc(0));

function scratchBuffer(): Buffer {
  const at = kept.deref();
  if (at !== undefined && at.length > SMALL_BYTES_MAX) return at;
  const made = Buffer.allocUnsafeSlow(SMALL_BYTES_MAX + 1);
  kept = new WeakRef(made);
  return made;
}

/**
 * @returns undefined when there is nothing at the path; a promise only when a large file has to be read.
 * Faults are part of the answer (`unread`), never thrown.
 */
export function readState(
  path: string | Buffer,
  limits: StateLimits,
): KeptState | undefined | Promise<KeptState | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    let stats: fs.Stats | undefined;
    try {
      stats = fs.lstatSync(path, { throwIfNoEntry: false });
    } catch (error) {
      if (isGone(error)) return undefined;
      return { type: 'other', size: 0, mode: 0, uid: 0, gid: 0, mtimeMs: 0, unread: reasonOf(error) };
    }
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) {
      const link = readLink(path, stats);
      if (link !== 'retry') return link;
      continue;
    }
    if (!stats.isFile()) return describe(stats);
    if (limits.hashBytesMax === 0) return describe(stats);
    if (stats.size > limits.hashBytesMax) return tooLarge(stats, limits);
    if (stats.size > SMALL_BYTES_MAX) return readLarge(path, stats, limits);
    const state = readSmall(path, stats, limits);
    if (state !== 'retry') return state;
  }
  const stats = fs.lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : { ...describe(stats), unread: 'it changed while it was read' };
}

/**
 * The same for what the folder says is a regular file: it is opened at once, which saves a fifth of the time. Should
 * it be something else by now, nothing is followed and nothing blocks.
 */
export function readRegular(
  path: string | Buffer,
  limits: StateLimits,
): KeptState | undefined | Promise<KeptState | undefined> {
  if (limits.hashBytesMax === 0) return readState(path, limits);
  const state = readSmall(path, undefined, limits);
  return state === 'retry' ? readState(path, limits) : state;
}

/**
 * The packed state of a small regular file, where nothing but its attributes and hash is asked for.
 * @returns undefined for everything else: then `readRegular` says what it is.
 */
export function readPacked(path: string | Buffer, limits: StateLimits): string | undefined {
  if (limits.sample === true || limits.hashBytesMax === 0) return undefined;
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, OPEN_FLAGS);
  } catch {
    // Why not is found out the slow way.
    return undefined;
  }
  try {
    const stats = fs.fstatSync(descriptor);
    const { size } = stats;
    if (!stats.isFile() || size > SMALL_BYTES_MAX || size > limits.hashBytesMax) return undefined;
    // One more than it says: a file that grows, or one of /proc that says 0, holds more.
    const scratch = scratchBuffer();
    if (fs.readSync(descriptor, scratch, 0, size + 1, null) !== size) return undefined;
    return packFile(stats, hash('sha256', scratch.subarray(0, size), 'base64'));
  } catch {
    return undefined;
  } finally {
    fs.closeSync(descriptor);
  }
}

export function describe(stats: fs.Stats): FileState {
  let type: FileState['type'] = 'other';
  if (stats.isFile()) type = 'file';
  else if (stats.isDirectory()) type = 'directory';
  else if (stats.isSymbolicLink()) type = 'symlink';
  return {
    type,
    // A folder's own size says nothing and differs between file systems.
    size: type === 'directory' ? 0 : stats.size,
    mode: plainMode(stats.mode),
    uid: stats.uid,
    gid: stats.gid,
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    inode: String(stats.ino),
    links: type === 'directory' ? undefined : stats.nlink,
  };
}

function tooLarge(stats: fs.Stats, limits: StateLimits): FileState {
  return { ...describe(stats), unread: `larger than ${limits.hashBytesMax} bytes` };
}

function readLink(path: string | Buffer, stats: fs.Stats): FileState | 'retry' {
  try {
    const target = fs.readlinkSync(path, { encoding: 'utf8' });
    return { ...describe(stats), target: target.toWellFormed().slice(0, LIMITS.shortStringMax) };
  } catch (error) {
    // Replaced meanwhile by something that is no link.
    return isGone(error) || codeOf(error) === 'EINVAL'
      ? 'retry'
      : { ...describe(stats), unread: reasonOf(error) };
  }
}

/** @param seen what was there a moment before, for what can then not be opened. */
function readSmall(
  path: string | Buffer,
  seen: fs.Stats | undefined,
  limits: StateLimits,
): KeptState | 'retry' {
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, OPEN_FLAGS);
  } catch (error) {
    if (seen === undefined || isGone(error) || codeOf(error) === 'ELOOP') return 'retry';
    return { ...describe(seen), unread: reasonOf(error) };
  }
  try {
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile() || stats.size > SMALL_BYTES_MAX || stats.size > limits.hashBytesMax) return 'retry';
    const scratch = scratchBuffer();
    let length = 0;
    for (;;) {
      const count = fs.readSync(descriptor, scratch, length, scratch.length - length, null);
      length += count;
      if (count === 0 || length >= stats.size) break;
      if (length === scratch.length) return 'retry';
    }
    if (length !== stats.size) {
      // A file of /proc says 0 and holds more; any other was being written.
      const after = fs.fstatSync(descriptor);
      if (after.size === length && length <= limits.hashBytesMax)
        return hashed(after, scratch.subarray(0, length), limits);
      return 'retry';
    }
    return hashed(stats, scratch.subarray(0, length), limits);
  } catch (error) {
    return seen === undefined ? 'retry' : { ...describe(seen), unread: reasonOf(error) };
  } finally {
    fs.closeSync(descriptor);
  }
}

function hashed(stats: fs.Stats, content: Buffer, { sample }: StateLimits): KeptState {
  const state: KeptState = describe(stats);
  state.sha256 = hash('sha256', content, 'hex');
  if (sample === true) state.sample = sampleContent(content);
  return state;
}

async function readLarge(
  path: string | Buffer,
  seen: fs.Stats,
  limits: StateLimits,
): Promise<KeptState | undefined> {
  let handle: OpenFile;
  try {
    handle = await openFile(path, OPEN_FLAGS);
  } catch (error) {
    return isGone(error) ? undefined : { ...describe(seen), unread: reasonOf(error) };
  }
  try {
    const digest = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let length = 0;
    let sample: KeptState['sample'];
    for (;;) {
      const bytesRead = await handle.read(piece, 0, PIECE_BYTES, length);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > limits.hashBytesMax) return tooLarge(await handle.stat(), limits);
      if (limits.signal.aborted) return { ...describe(seen), unread: 'the agent was stopped' };
      if (length === bytesRead && limits.sample === true)
        sample = sampleContent(piece.subarray(0, bytesRead));
      digest.update(piece.subarray(0, bytesRead));
    }
    const state: KeptState = { ...describe(await handle.stat()), sha256: digest.digest('hex') };
    if (sample !== undefined) state.sample = sample;
    return state;
  } catch (error) {
    return { ...describe(seen), unread: reasonOf(error) };
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return code === '' ? 'it cannot be read' : `it cannot be read: ${code}`;
}
