/**
 * The folder of an inspection pack. Invariants: it is there whole or not at all, never over one that is there; a pack of unknown origin is
 * read with limits, and nothing outside its folder is.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { freeBytesOf, requireRoom } from '../backup/room.ts';
import {
  comparePack,
  MANIFEST,
  type PackFile,
  type PackVerdict,
  parseManifest,
} from '../report/inspection/pack-files.ts';

const FILES_MAX = 1_000;
const MANIFEST_BYTES_MAX = 262_144;

export interface FolderOptions {
  freeBytes?: typeof freeBytesOf | undefined;
  onFile?: ((done: number, of: number) => void) | undefined;
}

/** The folder, or what stands in its place, is there already. */
export class FolderExistsError extends Error {
  override readonly name = 'FolderExistsError';
}

async function requireFree(out: string): Promise<void> {
  const found = await lstat(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found !== undefined) throw new FolderExistsError(out);
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws FolderExistsError, NoRoomError */
export async function writePackFolder(
  out: string,
  files: readonly PackFile[],
  { freeBytes = freeBytesOf, onFile }: FolderOptions = {},
): Promise<void> {
  const target = path.resolve(out);
  const parent = path.dirname(target);
  await requireFree(target);
  await mkdir(parent, { recursive: true });
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  await requireRoom('the inspection pack', { folder: parent, bytes, freeBytes });
  const partial = await mkdtemp(path.join(parent, `.${path.basename(target)}-`));
  try {
    for (const [index, { name, text }] of files.entries()) {
      await writeDurably(path.join(partial, name), text);
      onFile?.(index + 1, files.length);
    }
    // A folder is not renamed over one that holds something; an empty one is looked for again.
    await requireFree(target);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Not a pack: without a manifest that can be read, or with more in it than a pack has. */
export class NoPackError extends Error {
  override readonly name = 'NoPackError';
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** @throws NoPackError */
export async function verifyPackFolder(
  folder: string,
  onFile?: (done: number, of: number) => void,
): Promise<PackVerdict & { files: number; manifestSha256: string }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const manifest = entries.find(({ name }) => name === MANIFEST);
  if (manifest?.isFile() !== true || entries.length > FILES_MAX) throw new NoPackError(folder);
  const file = path.join(folder, MANIFEST);
  if ((await lstat(file)).size > MANIFEST_BYTES_MAX) throw new NoPackError(folder);
  const content = await readFile(file);
  const hashes = parseManifest(content.toString('utf8'));
  if (hashes === undefined) throw new NoPackError(folder);
  const found = new Map<string, string>();
  const others = entries.filter(({ name }) => name !== MANIFEST);
  for (const [index, entry] of others.entries()) {
    // What is neither named nor a file is told without being opened.
    const isRead = entry.isFile() && hashes.has(entry.name);
    found.set(entry.name, isRead ? await hashOf(path.join(folder, entry.name)) : '');
    onFile?.(index + 1, others.length);
  }
  const manifestSha256 = createHash('sha256').update(content).digest('hex');
  return { ...comparePack(hashes, found), files: hashes.size, manifestSha256 };
}
