/**
 * Where an insert's body waits as a file while the engine reads it: tmpfs when the machine has one with room,
 * else the data folder. Invariants: folders are 0700 and made by us under a random name, files 0600; what an earlier
 * process left is removed at start; a file is removed when its insert ends, whatever the outcome.
 */
import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, mkdir, mkdtemp, open, readdir, rm, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';

const TMPFS = '/dev/shm';
/** Below this much room a tmpfs is not used: the bodies of a few inserts at once. */
const TMPFS_FREE_BYTES_MIN = 512 * 1_048_576;

/** Removes folders of earlier processes on the same data; others' folders of the same name are left alone. */
async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = path.join(parent, name);
    const stat = await lstat(folder);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeOnTmpfs(tmpfs: string, prefix: string): Promise<string | undefined> {
  let freeBytes: number;
  try {
    const stat = await statfs(tmpfs);
    freeBytes = stat.bavail * stat.bsize;
  } catch {
    return undefined; // no tmpfs on this system (macOS)
  }
  if (freeBytes < TMPFS_FREE_BYTES_MIN) return undefined;
  try {
    await removeLeftovers(tmpfs, prefix);
    return await mkdtemp(path.join(tmpfs, prefix));
  } catch {
    return undefined; // mounted read-only or not ours to write: the data folder serves as well
  }
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'ENOENT';
}

export class SpoolFolder {
  readonly #folders: readonly string[];

  private constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /**
   * Makes the folders; call it once the data folder's lock is held.
   * @param dataFolder - the engine's folder; its path names the tmpfs folder
   * @param tmpfs - where to look for a tmpfs
   */
  static async open(dataFolder: string, tmpfs: string = TMPFS): Promise<SpoolFolder> {
    const tag = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 16);
    const onDisk = path.join(dataFolder, 'insert');
    await rm(onDisk, { recursive: true, force: true });
    await mkdir(onDisk, { mode: 0o700 });
    const inMemory = await makeOnTmpfs(tmpfs, `vonggac-${tag}-`);
    return new SpoolFolder(inMemory === undefined ? [onDisk] : [inMemory, onDisk]);
  }

  /** Folder that bodies go to first. */
  get preferred(): string {
    return this.#folders[0] ?? '';
  }

  /**
   * Writes the body to a file, falling back to the data folder when memory is full, and hands its path to `use`.
   * @throws the file system's error (ENOSPC, ...), or what `use` throws
   */
  async withFile<T>(body: readonly Uint8Array[], use: (file: string) => Promise<T>): Promise<T> {
    const file = await this.#write(body);
    try {
      return await use(file);
    } finally {
      await unlink(file);
    }
  }

  async #write(body: readonly Uint8Array[]): Promise<string> {
    const last = this.#folders.length - 1;
    for (let at = 0; at < last; at += 1) {
      try {
        return await writeFile(this.#folders[at] ?? '', body);
      } catch (error) {
        if (!isFull(error)) throw error;
      }
    }
    return writeFile(this.#folders[last] ?? '', body);
  }

  /** Removes the folders, at once: it is the last thing before the process ends. */
  close(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

async function writeAll(handle: FileHandle, body: readonly Uint8Array[]): Promise<void> {
  for (const chunk of body) {
    let at = 0;
    while (at < chunk.byteLength) {
      const { bytesWritten } = await handle.write(chunk, at);
      at += bytesWritten;
    }
  }
}

async function writeFile(folder: string, body: readonly Uint8Array[]): Promise<string> {
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'wx', 0o600);
  try {
    await writeAll(handle, body);
  } catch (error) {
    await handle.close();
    await unlink(file);
    throw error;
  }
  await handle.close();
  return file;
}
