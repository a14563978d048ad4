/**
 * The folder of an inspection pack. Invariants: it is there whole or not at all, never over one that is there; a pack of unknown origin is
 * read with limits, and nothing outside its folder is.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, type Dirent } from 'node:fs';
import { copyFile, lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { freeBytesOf, requireRoom } from '../backup/room.ts';
import {
  comparePack,
  MANIFEST,
  type PackVerdict,
  PAPERS_FOLDER,
  parseManifest,
} from '../report/inspection/pack-files.ts';

const FILES_MAX = 10_000;
const MANIFEST_BYTES_MAX = 2_097_152;

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

/** @throws FolderExistsError */
export const requireNew = (out: string): Promise<void> => requireFree(path.resolve(out));

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @param files of the folder that are copied @throws FolderExistsError, NoRoomError */
export async function copyPackFolder(
  from: string,
  files: readonly { name: string; bytes: number }[],
  out: string,
  { freeBytes = freeBytesOf, onFile }: FolderOptions = {},
): Promise<void> {
  const target = path.resolve(out);
  const parent = path.dirname(target);
  await requireFree(target);
  await mkdir(parent, { recursive: true });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  await requireRoom('the inspection pack', { folder: parent, bytes, freeBytes });
  const partial = await mkdtemp(path.join(parent, `.${path.basename(target)}-`));
  try {
    if (files.some(({ name }) => name.startsWith(`${PAPERS_FOLDER}/`)))
      await mkdir(path.join(partial, PAPERS_FOLDER), { mode: 0o700 });
    for (const [index, { name }] of files.entries()) {
      await copyDurably(path.join(from, name), path.join(partial, name));
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

const listed = (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);

/** With what lies in the folder of papers, which is no link to elsewhere; other folders are told as what they are. */
async function entriesOf(folder: string): Promise<{ name: string; isFile: boolean }[]> {
  const found: { name: string; isFile: boolean }[] = [];
  for (const entry of await listed(folder)) {
    if (entry.name !== PAPERS_FOLDER || !entry.isDirectory()) {
      found.push({ name: entry.name, isFile: entry.isFile() });
      continue;
    }
    const papers = await listed(path.join(folder, PAPERS_FOLDER));
    found.push(
      ...papers.map((paper) => ({ name: `${PAPERS_FOLDER}/${paper.name}`, isFile: paper.isFile() })),
    );
  }
  return found;
}

/** @throws NoPackError */
export async function verifyPackFolder(
  folder: string,
  onFile?: (done: number, of: number) => void,
): Promise<PackVerdict & { files: number; manifestSha256: string }> {
  const entries = await entriesOf(folder);
  const manifest = entries.find(({ name }) => name === MANIFEST);
  if (manifest?.isFile !== true || entries.length > FILES_MAX) throw new NoPackError(folder);
  const file = path.join(folder, MANIFEST);
  if ((await lstat(file)).size > MANIFEST_BYTES_MAX) throw new NoPackError(folder);
  const content = await readFile(file);
  const hashes = parseManifest(content.toString('utf8'));
  if (hashes === undefined) throw new NoPackError(folder);
  const found = new Map<string, string>();
  const others = entries.filter(({ name }) => name !== MANIFEST);
  for (const [index, { name, isFile }] of others.entries()) {
    // What is neither named nor a file is told without being opened.
    found.set(name, isFile && hashes.has(name) ? await hashOf(path.join(folder, name)) : '');
    onFile?.(index + 1, others.length);
  }
  const manifestSha256 = createHash('sha256').update(content).digest('hex');
  return { ...comparePack(hashes, found), files: hashes.size, manifestSha256 };
}
