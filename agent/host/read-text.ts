/**
 * Reads a file or a folder of the host without trusting it: never more than a bound, never waiting (a FIFO, a device),
 * and never an exception for what is absent or forbidden.
 */
import fs from 'node:fs';
import { at, type Host } from './host.ts';
import { lstat, opendir, openFile, readlink, type OpenFile } from '../async-fs.ts';

export type TextResult =
  | { kind: 'text'; text: string; truncated: boolean }
  | { kind: 'absent' }
  | { kind: 'unreadable'; reason: string };

export type NamesResult =
  | { kind: 'names'; names: string[]; truncated: number }
  | { kind: 'absent' }
  | { kind: 'unreadable'; reason: string };

export const TEXT_BYTES_MAX = 4 * 1_048_576;
const NAMES_MAX = 20_000;
const FIRST_BYTES = 2_048;
const CHUNK_BYTES = 65_536;
// Opening a FIFO for reading would wait for a writer, opening a terminal would make it ours.
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY;

/** @param file absolute path as the host names it */
export async function readText(
  host: Pick<Host, 'root'>,
  file: string,
  bytesMax = TEXT_BYTES_MAX,
): Promise<TextResult> {
  let handle: OpenFile;
  try {
    handle = await openFile(at(host, file), FLAGS);
  } catch (error) {
    return refused(error);
  }
  try {
    if (!(await handle.stat()).isFile()) return { kind: 'unreadable', reason: 'it is not a file' };
    // The size is no guide: files of the kernel say 0. Most files are small, and there are thousands of them.
    const chunks: Buffer[] = [];
    let bytes = 0;
    while (bytes <= bytesMax) {
      const wanted = Math.min(CHUNK_BYTES, Math.max(FIRST_BYTES, bytes));
      const room = Buffer.allocUnsafe(Math.min(wanted, bytesMax + 1 - bytes));
      const bytesRead = await handle.read(room, 0, room.length, null);
      if (bytesRead === 0) break;
      chunks.push(room.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    const whole = Buffer.concat(chunks);
    const truncated = whole.length > bytesMax;
    return { kind: 'text', text: whole.subarray(0, bytesMax).toString('utf8').toWellFormed(), truncated };
  } catch (error) {
    return refused(error);
  } finally {
    await handle.close();
  }
}

/** Text, or undefined for what is absent or unreadable: for facts that may well be missing. */
export async function textOr(host: Pick<Host, 'root'>, file: string): Promise<string | undefined> {
  const result = await readText(host, file, CHUNK_BYTES);
  return result.kind === 'text' ? result.text.trim() : undefined;
}

/** Names in a folder, sorted. */
export async function listFolder(
  host: Pick<Host, 'root'>,
  folder: string,
  namesMax = NAMES_MAX,
): Promise<NamesResult> {
  try {
    const names: string[] = [];
    let truncated = 0;
    const opened = await opendir(at(host, folder));
    for await (const { name } of opened) {
      if (names.length < namesMax) names.push(name);
      else truncated += 1;
    }
    return { kind: 'names', names: names.sort(), truncated };
  } catch (error) {
    return refused(error);
  }
}

/** Names in a folder; none where it is absent or unreadable. */
export async function namesIn(host: Pick<Host, 'root'>, folder: string): Promise<string[]> {
  const result = await listFolder(host, folder);
  return result.kind === 'names' ? result.names : [];
}

/** Target of a symbolic link as it is written; undefined when it is none. */
export async function linkAt(host: Pick<Host, 'root'>, file: string): Promise<string | undefined> {
  try {
    return await readlink(at(host, file));
  } catch {
    // No link, or not ours to see.
    return undefined;
  }
}

export async function exists(host: Pick<Host, 'root'>, file: string): Promise<boolean> {
  try {
    await lstat(at(host, file));
    return true;
  } catch {
    // What cannot be reached is not there for us.
    return false;
  }
}

const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'ENXIO']);

function refused(error: unknown): { kind: 'absent' } | { kind: 'unreadable'; reason: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (GONE.has(code)) return { kind: 'absent' };
  return { kind: 'unreadable', reason: plainReason(error) };
}

/** Why a file cannot be read, in words for people. */
export function plainReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM')
    return 'permission denied: the agent needs more rights to read it';
  if (code === 'ELOOP') return 'its symbolic links go in a circle';
  if (code === 'EIO') return 'the disk reports an error';
  return error instanceof Error ? error.message : String(error);
}
