/**
 * A backup as one file to carry away: a tar archive, encrypted in the age format on request (age-encryption.org/v1),
 * so that other tools can open it too. Invariants: an archive gets its name when it is whole and on disk; what is taken
 * out of one stays below the target folder.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypter, Encrypter } from 'age-encryption';
import * as tar from 'tar';
import { PARTIAL } from './create-backup.ts';
import { BackupDamagedError } from './manifest.ts';

/** Who shall be able to read the archive: holders of the passphrase, or of the keys of these recipients (`age1...`). */
export type Lock = { passphrase: string } | { recipients: readonly string[] };
/** What opens it: the passphrase, or identities (`AGE-SECRET-KEY-1...`). */
export type Keys = { passphrase: string } | { identities: readonly string[] };

const AGE_HEADER = 'age-encryption.org/v1';

function meter(onBytes: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onBytes(bytes);
      done(null, chunk);
    },
  });
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function encrypted(source: Readable, lock: Lock): Promise<Readable> {
  const encrypter = new Encrypter();
  if ('passphrase' in lock) encrypter.setPassphrase(lock.passphrase);
  else for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  return Readable.fromWeb(await encrypter.encrypt(Readable.toWeb(source)));
}

/** @throws BackupDamagedError when the keys do not fit or it is not an age file */
async function decrypted(source: Readable, keys: Keys): Promise<Readable> {
  const decrypter = new Decrypter();
  if ('passphrase' in keys) decrypter.addPassphrase(keys.passphrase);
  else for (const identity of keys.identities) decrypter.addIdentity(identity);
  try {
    return Readable.fromWeb(await decrypter.decrypt(Readable.toWeb(source)));
  } catch (error) {
    source.destroy();
    throw new BackupDamagedError('the archive cannot be decrypted: the passphrase or key does not fit', {
      cause: error,
    });
  }
}

/**
 * Packs the backup folder into one file.
 * @param to - must not exist
 * @throws the system's error; nothing is left behind then
 */
export async function packArchive(options: {
  folder: string;
  to: string;
  lock?: Lock | undefined;
  onBytes: (bytes: number) => void;
}): Promise<{ bytes: number }> {
  const { folder, to, lock, onBytes } = options;
  const partial = `${to}${PARTIAL}`;
  const pack = tar.create({ cwd: path.dirname(folder), portable: true, strict: true }, [
    path.basename(folder),
  ]);
  const plain = Readable.from(pack as AsyncIterable<Buffer>);
  try {
    const out = createWriteStream(partial, { flags: 'wx', mode: 0o600 });
    await pipeline(lock === undefined ? plain : await encrypted(plain, lock), meter(onBytes), out);
    await syncFile(partial);
    // Not rename alone: it would replace a file of that name.
    await (await open(to, 'wx', 0o600)).close();
    await rename(partial, to);
  } catch (error) {
    if (!isExisting(error)) await rm(partial, { force: true });
    throw error;
  }
  return { bytes: (await stat(to)).size };
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** Whether the file is encrypted. */
export async function isEncrypted(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(AGE_HEADER.length), 0, AGE_HEADER.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === AGE_HEADER;
  } finally {
    await handle.close();
  }
}

/**
 * Takes the archive's one backup folder out below `into`, an empty folder.
 * @returns the backup's folder
 * @throws BackupDamagedError
 */
export async function unpackArchive(options: {
  file: string;
  into: string;
  keys?: Keys | undefined;
  onBytes: (bytes: number) => void;
}): Promise<string> {
  const { file, into, keys, onBytes } = options;
  if ((await isEncrypted(file)) && keys === undefined) {
    throw new BackupDamagedError(`${file} is encrypted: give its passphrase or key`);
  }
  const source = createReadStream(file).pipe(meter(onBytes));
  const plain = keys === undefined ? source : await decrypted(source, keys);
  const roots = new Set<string>();
  const unpack = tar.extract({
    cwd: into,
    strict: true,
    preserveOwner: false,
    // Files and folders below one folder and nothing else: no links, no devices.
    filter: (name, entry) => {
      roots.add(name.split('/')[0] ?? '');
      return 'type' in entry && (entry.type === 'File' || entry.type === 'Directory');
    },
  });
  try {
    await pipeline(plain, unpack);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BackupDamagedError(`${file} is not a whole archive: ${why}`, { cause: error });
  }
  const [root] = roots;
  if (root === undefined || roots.size !== 1)
    throw new BackupDamagedError(`${file} does not hold one backup`);
  return path.join(into, root);
}
