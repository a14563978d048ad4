/** A folder of files that others add to and take away while it is copied. What begins with a dot is on its way in, and left out. */
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What the work gives; undefined when the file or folder is not there (any more). */
async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes nothing where there is nothing. */
export async function copyTree(from: string, to: string): Promise<void> {
  const entries = (await unlessGone(() => readdir(from, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile()) {
      await mkdir(to, { recursive: true, mode: 0o700 });
      await unlessGone(() => copyFile(source, target));
    }
  }
}

export async function treeBytes(folder: string): Promise<number> {
  const entries = (await unlessGone(() => readdir(folder, { withFileTypes: true }))) ?? [];
  let bytes = 0;
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await treeBytes(place);
    else bytes += (await unlessGone(() => stat(place)))?.size ?? 0;
  }
  return bytes;
}
