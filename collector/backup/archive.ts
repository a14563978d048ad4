/**
 * A backup as one file to carry away: a tar archive, encrypted in the age format on request (age-encryption.org/v1),
 * so that other tools can open it too. Invariants: an archive gets its name when it is whole and on disk; what is taken
 * out of one stays below the target folder.
 */
import { createReadStream, createWriteStream, rmSync, utimesSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypter, Encrypter } from 'age-encryption';
import * as tar from 'tar';
import { PACKING, PARTIAL } from './create-backup.ts';
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

/** A tar of the folder's content below `root`; files are removed when they are in it. `failed` is told of what cannot be. */
async function consuming(folder: string, root: string, failed: (error: unknown) => void): Promise<Readable> {
  const remove = (name: string): void => {
    try {
      // At once: the archive must not run ahead of it.
      rmSync(path.join(folder, name));
      // Who looks for leftovers sees that this goes on.
      const now = new Date();
      utimesSync(folder, now, now);
    } catch (error) {
      failed(error);
    }
  };
  const options = {
    cwd: folder,
    prefix: root,
    portable: true,
    strict: true,
    onWriteEntry: (entry: tar.WriteEntry): void => {
      if (entry.type === 'File') entry.on('end', () => remove(entry.path));
    },
  };
  return Readable.from(tar.create(options, await readdir(folder)) as AsyncIterable<Buffer>);
}

/**
 * Turns the backup folder into one file: what is packed is removed as it goes, so that it never takes twice the room.
 * The folder loses its name before, so it is no backup when this is cut off.
 * @param to - must not exist
 * @throws the system's error; then there is no archive, and the folder only if packing had not begun
 */
export async function packArchive(options: {
  folder: string;
  to: string;
  lock?: Lock | undefined;
  onBytes: (bytes: number) => void;
}): Promise<{ bytes: number }> {
  const { folder, to, lock, onBytes } = options;
  const partial = `${to}${PARTIAL}`;
  const packed = `${folder}${PACKING}`;
  // Both names are ours before anything is packed.
  await (await open(to, 'wx', 0o600)).close();
  try {
    await (await open(partial, 'wx', 0o600)).close();
  } catch (error) {
    await rm(to);
    throw error;
  }
  try {
    await rename(folder, packed);
    let failure: Error | undefined;
    const plain = await consuming(packed, path.basename(folder), (error) => {
      failure ??= new Error(`${packed} could not be removed`, { cause: error });
    });
    const out = createWriteStream(partial, { flags: 'r+' });
    await pipeline(lock === undefined ? plain : await encrypted(plain, lock), meter(onBytes), out);
    await syncFile(partial);
    if (failure !== undefined) throw failure;
    await rename(partial, to);
  } catch (error) {
    for (const file of [partial, to]) await rm(file, { force: true });
    throw error;
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
  return { bytes: (await stat(to)).size };
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
