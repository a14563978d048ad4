/** Every file of a folder with its size and SHA-256, and the comparison with what a manifest says. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { BackupDamagedError, MANIFEST_FILE, type BackupFile } from './manifest.ts';

const READ_BYTES = 1_048_576;

export interface DigestProgress {
  filesDone: number;
  bytesDone: number;
}

/** Names below the folder, sorted, with forward slashes; links and devices are refused. @throws BackupDamagedError */
async function namesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const name = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    if (entry.isDirectory() || name === MANIFEST_FILE) continue;
    if (!entry.isFile()) throw new BackupDamagedError(`${name} is neither a file nor a folder`);
    names.push(name);
  }
  return names.sort();
}

async function digest(file: string, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest('hex');
}

/** @throws BackupDamagedError, or the system's error */
export async function digestFiles(
  folder: string,
  onProgress: (progress: DigestProgress) => void,
  signal?: AbortSignal,
): Promise<BackupFile[]> {
  const files: BackupFile[] = [];
  let bytesDone = 0;
  for (const name of await namesBelow(folder)) {
    signal?.throwIfAborted();
    const file = path.join(folder, ...name.split('/'));
    const { size } = await lstat(file);
    const sha256 = await digest(file, (bytes) => (bytesDone += bytes));
    files.push({ path: name, bytes: size, sha256 });
    onProgress({ filesDone: files.length, bytesDone });
  }
  return files;
}

/**
 * @param isOther - of a name: whether it may be there without being listed
 * @throws BackupDamagedError naming the first file that is missing, surplus or changed
 */
export function compareFiles(
  expected: readonly BackupFile[],
  found: readonly BackupFile[],
  isOther: (name: string) => boolean = () => false,
): void {
  const byPath = new Map(found.map((file) => [file.path, file]));
  for (const { path: name, bytes, sha256 } of expected) {
    const file = byPath.get(name);
    byPath.delete(name);
    if (file === undefined) throw new BackupDamagedError(`${name} is missing`);
    if (file.bytes !== bytes)
      throw new BackupDamagedError(`${name} has ${file.bytes} bytes instead of ${bytes}`);
    if (file.sha256 !== sha256) throw new BackupDamagedError(`${name} was changed: its SHA-256 differs`);
  }
  const surplus = [...byPath.keys()].find((name) => !isOther(name));
  if (surplus !== undefined) throw new BackupDamagedError(`${surplus} does not belong to the backup`);
}
