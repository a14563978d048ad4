/** The rules of a tar.gz file, in memory. Invariants: only files and folders are taken; what unpacks to too much ends at once. */
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { ARCHIVE_LIMITS, ArchiveBook, ArchiveError, isRuleName, type RuleFile } from './archive-limits.ts';

/** Tar files are filled up to whole records, of 10 KiB mostly. */
const PADDING_BYTES_MAX = 1_048_576;
const FILES: ReadonlySet<string> = new Set(['File', 'OldFile']);

/** @throws ArchiveError */
export async function readTarGz(bytes: Buffer): Promise<RuleFile[]> {
  const book = new ArchiveBook();
  let unpacked = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      if (unpacked > ARCHIVE_LIMITS.unpackedBytesMax)
        done(new ArchiveError('', 'the archive unpacks to too much'));
      else done(null, chunk);
    },
  });
  let fault: Error | undefined;
  const take = (entry: ReadEntry): void => {
    const name = entry.path;
    try {
      if (fault !== undefined) throw fault;
      book.see(entry.type === 'Directory' ? name.replace(/\/*$/, '/') : name);
      if (entry.type !== 'Directory' && !FILES.has(entry.type))
        throw new ArchiveError(name, 'it is a link or a device: only files and folders are taken');
      if (entry.type === 'Directory' || !isRuleName(name)) {
        entry.resume();
        return;
      }
      book.expect(name, entry.size);
    } catch (error) {
      fault ??= error instanceof Error ? error : new ArchiveError(name, String(error));
      entry.resume();
      return;
    }
    const chunks: Buffer[] = [];
    entry.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
    entry.on('end', () => book.add(name, Buffer.concat(chunks)));
  };
  const parser = new Parser({ strict: true, maxMetaEntrySize: 65_536, brotli: false, onReadEntry: take });
  const ended = new Promise<void>((resolve) => parser.on('end', resolve));
  let isOver = false;
  parser.on('eof', () => (isOver = true));
  parser.on(
    'error',
    (error: Error) => (fault ??= new ArchiveError('', 'this tar file is damaged', { cause: error })),
  );
  let afterEnd = 0;
  try {
    await pipeline(Readable.from(slices(bytes)), createGunzip(), meter, async (source) => {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        if (isOver) {
          // Zeros that fill the last record; more of them is nothing but a bomb.
          afterEnd += chunk.length;
          if (afterEnd > PADDING_BYTES_MAX) throw new ArchiveError('', 'the archive unpacks to too much');
          continue;
        }
        parser.write(chunk);
        if (fault !== undefined) throw fault;
      }
      parser.end();
      if (fault === undefined && !isOver) await ended;
    });
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('', 'this is no tar.gz file, or it is damaged', { cause: error });
  }
  if (fault !== undefined) throw fault;
  return book.files;
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
