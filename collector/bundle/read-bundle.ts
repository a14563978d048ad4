/**
 * A bundle read: first the list and who signed it, then, once it is trusted, the files. Invariants: nothing of a bundle is
 * written before its signatures were checked, nothing outside the folder, nothing that the list does not name, and what
 * stands there in the end is byte for byte what was signed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as tar from 'tar';
import { BundleError } from './bundle-error.ts';
import {
  BUNDLE_LIMITS,
  type BundleFile,
  type BundleManifest,
  MANIFEST_FILE,
  readManifest,
  SIGNATURES_FILE,
} from './bundle-manifest.ts';
import { type BundleSignature, readSignatures } from './bundle-signatures.ts';

export interface BundleHead {
  manifest: BundleManifest;
  /** What the signatures are over. */
  manifestBytes: Buffer;
  signatures: readonly BundleSignature[];
}

const HEAD: readonly (readonly [name: string, bytesMax: number])[] = [
  [MANIFEST_FILE, BUNDLE_LIMITS.manifestBytesMax],
  [SIGNATURES_FILE, BUNDLE_LIMITS.signatureBytesMax],
];

const notWhole = (file: string, error: unknown): BundleError =>
  error instanceof BundleError
    ? error
    : new BundleError('damaged', `${file} is no whole bundle: ${String(error)}`, { cause: error });

/** The two files a bundle begins with; no more of it is read. @throws BundleError `damaged` */
export async function readBundleHead(file: string): Promise<BundleHead> {
  const parts: Buffer[] = [];
  let refused: BundleError | undefined;
  const source = createReadStream(file);
  const parser = new tar.Parser({
    strict: true,
    onReadEntry: (entry) => {
      const [name, bytesMax] = HEAD[parts.length] ?? ['', 0];
      if (refused !== undefined || parts.length === HEAD.length) return entry.resume();
      if (entry.type !== 'File' || entry.path !== name || entry.size > bytesMax) {
        refused = new BundleError(
          'damaged',
          `${file} does not begin with ${HEAD.map(([one]) => one).join(', ')}`,
        );
        return entry.resume();
      }
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => parts.push(Buffer.concat(chunks)));
    },
  });
  const done = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
    parser.on('warn', (_code: string, message: string | Error) => reject(new Error(String(message))));
  });
  done.catch(() => undefined);
  try {
    for await (const chunk of source) {
      parser.write(chunk as Buffer);
      if (refused !== undefined || parts.length === HEAD.length) break;
    }
    if (refused === undefined && parts.length < HEAD.length) {
      parser.end();
      await done;
    }
  } catch (error) {
    throw notWhole(file, error);
  } finally {
    source.destroy();
  }
  const [manifestBytes, signatureBytes] = parts;
  if (manifestBytes === undefined || signatureBytes === undefined)
    throw refused ?? new BundleError('damaged', `${file} ends before its signatures`);
  return { manifest: readManifest(manifestBytes), manifestBytes, signatures: readSignatures(signatureBytes) };
}

/**
 * Takes the files of a trusted bundle out below `into`, which is made, and held to the list.
 * @throws BundleError `damaged`, or the system's error; then the folder is gone again
 */
export async function unpackBundle(options: {
  file: string;
  manifest: BundleManifest;
  into: string;
  onBytes?: ((bytes: number) => void) | undefined;
}): Promise<void> {
  const { file, manifest, into, onBytes } = options;
  await mkdir(into, { mode: 0o700 });
  try {
    await extract(file, manifest, into);
    let done = 0;
    for (const one of manifest.files) {
      await holdToList(into, one);
      onBytes?.((done += one.bytes));
    }
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw error;
  }
}

async function extract(file: string, { files }: BundleManifest, into: string): Promise<void> {
  const sizes = new Map(files.map(({ path: name, bytes }) => [name, bytes]));
  let refused: BundleError | undefined;
  const unpack = tar.extract({
    cwd: into,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    filter: (name, entry) => {
      const isHead = HEAD.some(([one]) => one === name);
      if (isHead || refused !== undefined) return false;
      const isListed = 'type' in entry && entry.type === 'File' && sizes.get(name) === entry.size;
      if (!isListed) refused = new BundleError('damaged', `${name.slice(0, 200)} is not what the list names`);
      return isListed;
    },
  });
  try {
    await pipeline(createReadStream(file), unpack);
  } catch (error) {
    throw notWhole(file, error);
  }
  if (refused !== undefined) throw refused;
}

async function holdToList(into: string, { path: name, bytes, sha256 }: BundleFile): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(path.join(into, name))) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
  } catch (error) {
    throw new BundleError('damaged', `${name} is missing`, { cause: error });
  }
  if (size !== bytes || hash.digest('hex') !== sha256)
    throw new BundleError('damaged', `${name} is not as it was signed`);
}
