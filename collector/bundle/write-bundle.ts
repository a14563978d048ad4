/**
 * Making a bundle. Invariants: the same files, facts and keys give the same bytes, so that a second person can make it again
 * before signing; a bundle gets its name when it is whole and on disk.
 */
import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import * as tar from 'tar';
import { BundleError } from './bundle-error.ts';
import {
  BUNDLE_LIMITS,
  type BundleFacts,
  type BundleFile,
  type BundleKind,
  isSafePath,
  MANIFEST_FILE,
  SIGNATURES_FILE,
  writeManifest,
} from './bundle-manifest.ts';
import { addSignature, type BundleSignature, signManifest, writeSignatures } from './bundle-signatures.ts';
import { readBundleHead, unpackBundle } from './read-bundle.ts';

/** The same wherever a bundle is made. */
const FILE_MODE = 0o644;

/** A file, or a folder with all that is in it. */
export interface BundleSource {
  kind: BundleKind;
  from: string;
}

interface FoundFile {
  /** In the bundle. */
  name: string;
  from: string;
}

/** @throws BundleError `bad-content` naming the file */
async function findFiles({ kind, from }: BundleSource): Promise<FoundFile[]> {
  const root = await realpath(from);
  if ((await lstat(root)).isFile()) return [safe({ name: `${kind}/${path.basename(root)}`, from: root })];
  const found: FoundFile[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const below = path.relative(root, file).split(path.sep);
    // As what is hidden is nobody's content, it stays behind; a link would be something else elsewhere.
    if (entry.isDirectory() || below.some((segment) => segment.startsWith('.'))) continue;
    if (!entry.isFile()) throw new BundleError('bad-content', `${file} is neither a file nor a folder`);
    found.push(safe({ name: [kind, ...below].join('/'), from: file }));
    if (found.length > BUNDLE_LIMITS.filesMax)
      throw new BundleError('bad-content', `${from} holds more than ${BUNDLE_LIMITS.filesMax} files`);
  }
  if (found.length === 0) throw new BundleError('bad-content', `${from} holds no files`);
  return found;
}

function safe(found: FoundFile): FoundFile {
  if (isSafePath(found.name)) return found;
  throw new BundleError('bad-content', `${found.from} has a name that not every system can keep`);
}

async function describe({ name, from }: FoundFile, to: string): Promise<BundleFile> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to);
  await chmod(to, FILE_MODE);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(to)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { path: name, bytes, sha256: hash.digest('hex') };
}

/** Packs what stands in `folder` under the names given, in their order. */
async function pack(folder: string, names: readonly string[], to: string, mtimeMs: number): Promise<void> {
  const partial = `${to}.partial`;
  try {
    await tar.create(
      {
        cwd: folder,
        file: partial,
        portable: true,
        strict: true,
        mtime: new Date(mtimeMs),
        noDirRecurse: true,
      },
      [...names],
    );
    const handle = await open(partial, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Writes a bundle to `to`, signed with the keys given.
 * @param work - an empty folder to work in, on the disk of `to`
 * @throws BundleError `bad-content` naming what; the system's error
 */
export async function createBundle(options: {
  facts: BundleFacts;
  sources: readonly BundleSource[];
  keys: readonly KeyObject[];
  to: string;
  work: string;
}): Promise<{ files: number; bytes: number }> {
  const { facts, sources, keys, to, work } = options;
  const found = (await Promise.all(sources.map(findFiles))).flat();
  // In the order of the bytes: every machine's.
  found.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const files: BundleFile[] = [];
  for (const one of found) files.push(await describe(one, path.join(work, one.name)));
  const manifest = writeManifest(facts, files);
  if (manifest.length > BUNDLE_LIMITS.manifestBytesMax)
    throw new BundleError('bad-content', 'the list of the files is too long');
  const signatures = keys.reduce<readonly BundleSignature[]>(
    (sum, key) => addSignature(sum, signManifest(manifest, key)),
    [],
  );
  await writeHead(work, manifest, signatures);
  await pack(
    work,
    [MANIFEST_FILE, SIGNATURES_FILE, ...files.map(({ path: name }) => name)],
    to,
    facts.createdMs,
  );
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function writeHead(
  work: string,
  manifest: Buffer,
  signatures: readonly BundleSignature[],
): Promise<void> {
  const parts = [
    [MANIFEST_FILE, manifest],
    [SIGNATURES_FILE, writeSignatures(signatures)],
  ] as const;
  for (const [name, bytes] of parts) {
    await writeFile(path.join(work, name), bytes);
    await chmod(path.join(work, name), FILE_MODE);
  }
}

/**
 * Adds a signature to a bundle, e.g. that of a second person. All files are held to the list first: nobody signs what is
 * not there.
 * @param work - a folder to work in that does not exist yet, on the disk of `file`
 */
export async function signBundle(options: {
  file: string;
  key: KeyObject;
  work: string;
}): Promise<readonly BundleSignature[]> {
  const { file, key, work } = options;
  const { manifest, manifestBytes, signatures } = await readBundleHead(file);
  const signed = addSignature(signatures, signManifest(manifestBytes, key));
  if (signed.length > BUNDLE_LIMITS.signaturesMax)
    throw new BundleError('bad-content', `a bundle has at most ${BUNDLE_LIMITS.signaturesMax} signatures`);
  await unpackBundle({ file, manifest, into: work });
  await writeHead(work, manifestBytes, signed);
  const names = manifest.files.map(({ path: name }) => name);
  await pack(work, [MANIFEST_FILE, SIGNATURES_FILE, ...names], file, manifest.createdMs);
  return signed;
}
