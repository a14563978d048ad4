/**
 * Files taken out of the way: a folder of the state folder for its owner alone, each file encoded so that nothing runs or
 * scans it by accident, beside what is needed to put it back. A file is whole here before it goes from where it was.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writePrivate } from '../identity.ts';
import { ActionError } from './action.ts';
import { holdFolder } from './hold-folder.ts';
import type { HeldFolder } from './hold-folder.ts';

const FOLDER = 'quarantine';
/** Not a secret: only so that the content is none that anything recognises. */
const MASK = 0x5a;
const CHUNK_BYTES = 1_048_576;

const entrySchema = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  path: z.string(),
  sha256: z.string(),
  size: z.int(),
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  mtimeMs: z.number(),
  takenMs: z.int(),
});
export type QuarantineEntry = z.infer<typeof entrySchema>;

function filesOf(stateDir: string, id: string): { data: string; facts: string } {
  const folder = path.join(stateDir, FOLDER);
  return { data: path.join(folder, `${id}.masked`), facts: path.join(folder, `${id}.json`) };
}

/** Copies from one open file to another, masked. @returns SHA-256 of the unmasked side's content and its size */
function copyMasked(from: number, to: number, hashes: 'read' | 'written'): { sha256: string; size: number } {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let size = 0;
  for (;;) {
    const count = fs.readSync(from, buffer, 0, CHUNK_BYTES, size);
    if (count === 0) break;
    const part = buffer.subarray(0, count);
    if (hashes === 'read') hash.update(part);
    for (let at = 0; at < count; at += 1) part[at] = (part[at] ?? 0) ^ MASK;
    if (hashes === 'written') hash.update(part);
    for (let done = 0; done < count;) done += fs.writeSync(to, part, done, count - done);
    size += count;
  }
  fs.fsyncSync(to);
  return { sha256: hash.digest('hex'), size };
}

function makeFolder(stateDir: string): void {
  const folder = path.join(stateDir, FOLDER);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.chmodSync(folder, 0o700);
}

/**
 * Puts an open file into the store; the original stays.
 * @throws ActionError when its content is not the one meant: nothing is kept then
 */
export function keepFile(
  stateDir: string,
  file: { id: string; path: string; handle: number; sha256: string; takenMs: number },
): QuarantineEntry {
  makeFolder(stateDir);
  const { data, facts } = filesOf(stateDir, file.id);
  const stat = fs.fstatSync(file.handle);
  const to = fs.openSync(data, 'wx', 0o600);
  try {
    const { sha256, size } = copyMasked(file.handle, to, 'read');
    if (sha256 !== file.sha256)
      throw new ActionError('refused', `the content is another one: SHA-256 ${sha256}`);
    const { mode, uid, gid, mtimeMs } = stat;
    const entry = { version: 1 as const, id: file.id, path: file.path, sha256, size };
    const kept = { ...entry, mode: mode & 0o7777, uid, gid, mtimeMs, takenMs: file.takenMs };
    writePrivate(facts, kept);
    return kept;
  } catch (error) {
    fs.rmSync(data, { force: true });
    throw error;
  } finally {
    fs.closeSync(to);
  }
}

/** @throws ActionError when there is none of that id */
export function findEntry(stateDir: string, id: string): QuarantineEntry {
  const { facts } = filesOf(stateDir, id);
  if (!fs.existsSync(facts)) throw new ActionError('failed', `nothing of command ${id} is in quarantine`);
  return entrySchema.parse(JSON.parse(fs.readFileSync(facts, 'utf8')));
}

/** Gives the file back to the folder it was in, where nothing has taken its place. @throws ActionError */
export function giveBack(stateDir: string, entry: QuarantineEntry): void {
  const folder = holdFolder(path.dirname(entry.path));
  try {
    write(stateDir, entry, folder);
  } finally {
    folder.release();
  }
  dropEntry(stateDir, entry.id);
}

/** Forgets what is kept: it is where it was. */
export function dropEntry(stateDir: string, id: string): void {
  const { data, facts } = filesOf(stateDir, id);
  fs.rmSync(data, { force: true });
  fs.rmSync(facts, { force: true });
}

function write(stateDir: string, entry: QuarantineEntry, folder: HeldFolder): void {
  const draft = folder.path(`.vonggac-restore-${entry.id}`);
  const from = fs.openSync(filesOf(stateDir, entry.id).data, 'r');
  try {
    const to = fs.openSync(draft, 'wx', 0o600);
    try {
      const { sha256 } = copyMasked(from, to, 'written');
      if (sha256 !== entry.sha256)
        throw new ActionError('failed', 'what is in quarantine was damaged; it stays there');
      fs.fchownSync(to, entry.uid, entry.gid);
      fs.fchmodSync(to, entry.mode);
      fs.futimesSync(to, new Date(), new Date(entry.mtimeMs));
    } finally {
      fs.closeSync(to);
    }
    // A link is made only where there is nothing yet.
    fs.linkSync(draft, folder.path(path.basename(entry.path)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new ActionError('failed', `there is another file at ${entry.path} now`, { cause: error });
    throw error;
  } finally {
    fs.closeSync(from);
    fs.rmSync(draft, { force: true });
  }
}
