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

/** Files opened at a time: waiting for each of thousands by itself takes longer than parsing them. */
const AHEAD = 32;

/** What `read` makes of each file, in their order; the next ones are read meanwhile. @throws what `read` throws */
export async function* readAhead<T>(
  files: readonly string[],
  read: (file: string) => Promise<T>,
): AsyncGenerator<T> {
  const waiting: Promise<T>[] = [];
  for (let next = 0; next < files.length || waiting.length > 0;) {
    while (waiting.length < AHEAD && next < files.length) {
      const begun = read(files[next] ?? '');
      // Its failure is thrown when its turn comes; until then nobody listens.
      begun.catch(() => undefined);
      waiting.push(begun);
      next += 1;
    }
    const first = waiting.shift();
    if (first !== undefined) yield await first;
  }
}
