/** The rules of a zip file, in memory; what is odd refuses the whole archive. */
import { ARCHIVE_LIMITS, ArchiveBook, isRuleName, type RuleFile } from './archive-limits.ts';
import { zipEntries } from './zip-entries.ts';

/** @throws ArchiveError */
export function readZip(bytes: Buffer): RuleFile[] {
  const { unpackedBytesMax, filesMax } = ARCHIVE_LIMITS;
  // How much a rule may have is for the book to say.
  const limits = { unpackedBytesMax, entriesMax: filesMax, entryBytesMax: unpackedBytesMax };
  const book = new ArchiveBook();
  for (const { name, size, unpack } of zipEntries(bytes, limits, isRuleName)) {
    book.see(name);
    book.expect(name, size);
    book.add(name, unpack());
  }
  return book.files;
}
