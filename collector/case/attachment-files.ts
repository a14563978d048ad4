/**
 * Contents of attachments in the data folder. Invariants: a file is whole and durable under its own name before anybody is told
 * of it; names are made by us, never of what people send; what is larger than allowed, or infected,
 * leaves nothing behind.
 */
import { createHash, type Hash } from 'node:crypto';
import type { ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { contentType, HEAD_BYTES } from './content-type.ts';
import { type FileScan, type FileScanner, NO_SCANNER } from './file-scan.ts';

export interface StoredFile {
  id: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  crc32: number;
  type: string;
  scan: FileScan;
}

/** More bytes came than may be kept. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
}

const ID = /^[0-9a-f]{32}$/;
const INCOMING = '.incoming';

export class AttachmentFiles {
  readonly #folder: string;
  readonly scanner: FileScanner;

  constructor(folder: string, scanner: FileScanner = NO_SCANNER) {
    this.#folder = folder;
    this.scanner = scanner;
  }

  get folder(): string {
    return this.#folder;
  }

  #place(id: string): string {
    if (!ID.test(id)) throw new RangeError(`not an attachment: ${id}`);
    return path.join(this.#folder, id.slice(0, 2), id);
  }

  /** @param id 32 hex digits, new @throws FileTooLargeError, FileInfectedError, FileNotScannedError, what the content throws, the system's error */
  async put(id: string, content: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredFile> {
    const place = this.#place(id);
    const incoming = path.join(this.#folder, INCOMING, id);
    await mkdir(path.dirname(incoming), { recursive: true, mode: 0o700 });
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    try {
      const stored = await this.#write(incoming, content, bytesMax);
      const scan = await this.scanner.scan(incoming, stored.bytes);
      await rename(incoming, place);
      await syncFolder(path.dirname(place));
      return { id, ...stored, scan };
    } catch (error) {
      await rm(incoming, { force: true });
      throw error;
    }
  }

  async #write(
    file: string,
    content: AsyncIterable<Uint8Array>,
    bytesMax: number,
  ): Promise<Omit<StoredFile, 'id' | 'scan'>> {
    const handle = await open(file, 'wx', 0o600);
    try {
      const hash: Hash = createHash('sha256');
      let head = Buffer.alloc(0);
      let sum = 0;
      let bytes = 0;
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > bytesMax) throw new FileTooLargeError(`at most ${bytesMax} bytes are kept here`);
        if (head.length < HEAD_BYTES)
          head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
        hash.update(chunk);
        sum = crc32(chunk, sum);
        await handle.writeFile(chunk);
      }
      await handle.sync();
      return { bytes, sha256: hash.digest('hex'), crc32: sum, type: contentType(head) };
    } finally {
      await handle.close();
    }
  }

  /** Open already, so that what is not there is known before anything is said of it. @throws the system's error */
  async read(id: string): Promise<ReadStream> {
    const handle = await open(this.#place(id), 'r');
    return handle.createReadStream();
  }

  async remove(id: string): Promise<void> {
    await rm(this.#place(id), { force: true });
  }

  /**
   * Removes what nobody knows of: uploads that were cut off by a kill.
   * @param known ids that are kept; looked up in slices
   * @returns how many were removed
   */
  async sweep(known: (ids: readonly string[]) => Promise<ReadonlySet<string>>): Promise<number> {
    let removed = 0;
    for (const folder of await names(this.#folder)) {
      const ids = (await names(path.join(this.#folder, folder))).filter((name) => ID.test(name));
      const kept = folder === INCOMING || ids.length === 0 ? new Set<string>() : await known(ids);
      for (const id of ids) {
        if (kept.has(id)) continue;
        await rm(path.join(this.#folder, folder, id), { force: true });
        removed += 1;
      }
    }
    return removed;
  }
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}

/** The name is on the disk, too. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
