/** Which files are rules: said once for whoever reads them. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * A file as such; below a folder every `.yml` or `.yaml` that is not a test of one, in path order.
 * @throws the file system's error when `place` cannot be read
 */
export async function ruleFiles(place: string): Promise<string[]> {
  if ((await stat(place)).isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !/\.test\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}
