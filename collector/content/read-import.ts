/** The rule files of whatever is imported: a zip or tar.gz file, a single rule, or a folder. All of it or nothing. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ARCHIVE_LIMITS, ArchiveBook, ArchiveError, isRuleName, type RuleFile } from './archive-limits.ts';
import { readTarGz } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/** By what the bytes say; `name` is what a single rule is called. @throws ArchiveError */
export async function readArchive(bytes: Buffer, name: string): Promise<RuleFile[]> {
  if (bytes.length > ARCHIVE_LIMITS.bytesMax) throw new ArchiveError(name, 'the archive is too large');
  if (bytes.length >= 4 && bytes.readUInt16BE(0) === 0x504b) return readZip(bytes);
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0x1f8b) return readTarGz(bytes);
  const book = new ArchiveBook();
  book.expect(name, bytes.length);
  if (bytes.includes(0)) throw new ArchiveError(name, 'this is no zip file, no tar.gz file and no rule');
  book.add(name, bytes);
  return book.files;
}

/** A file, or a folder with all below it; links are not followed. @throws ArchiveError, the file system's error */
export async function readPlace(place: string): Promise<RuleFile[]> {
  const found = await lstat(place);
  if (found.isFile()) {
    if (found.size > ARCHIVE_LIMITS.bytesMax)
      throw new ArchiveError(path.basename(place), 'the file is too large');
    return readArchive(await readFile(place), path.basename(place));
  }
  if (!found.isDirectory()) throw new ArchiveError(place, 'it is neither a file nor a folder');
  const book = new ArchiveBook();
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && isRuleName(entry.name))
    .map((entry) => path.relative(place, path.join(entry.parentPath, entry.name)))
    .toSorted();
  for (const name of names) {
    const file = path.join(place, name);
    const shown = name.split(path.sep).join('/');
    book.see(shown);
    book.expect(shown, (await lstat(file)).size);
    book.add(shown, await readFile(file));
  }
  return book.files;
}
