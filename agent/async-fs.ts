/**
 * The host's files without waiting for the disk: calls of `node:fs` as promises. Not `fs.promises`: with it the runtime
 * loads its terminals and streams of files, 0.7 MB of a running agent for good.
 */
import fs from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';

export const lstat = promisify(fs.lstat);
export const opendir = promisify(fs.opendir);
export const readdir = promisify(fs.readdir);
export const readFile = promisify(fs.readFile);
export const readlink = promisify(fs.readlink);
export const stat = promisify(fs.stat);
export const statfs = promisify(fs.statfs);

const open = promisify(fs.open);
const read = promisify(fs.read);
const fstat = promisify(fs.fstat);
const close = promisify(fs.close);

const PART_BYTES = 65_536;

/** An open file. Its descriptor, which may be another file's next, is not used after `close`. */
export class OpenFile {
  #descriptor: number | undefined;
  readonly #busy = new Set<Promise<unknown>>();

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  stat(): Promise<fs.Stats> {
    return this.#use((descriptor) => fstat(descriptor));
  }

  /** Times in nanoseconds. */
  exactStat(): Promise<fs.BigIntStats> {
    return this.#use((descriptor) => fstat(descriptor, { bigint: true }));
  }

  /**
   * Into `into` from `start`, at most `length` bytes.
   * @param position where in the file; null: behind what was read last
   * @returns bytes read; 0 at the end of the file
   */
  async read(into: Buffer, start: number, length: number, position: number | null): Promise<number> {
    const { bytesRead } = await this.#use((descriptor) => read(descriptor, into, start, length, position));
    return bytesRead;
  }

  /** After what is under way; once is enough. */
  async close(): Promise<void> {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#descriptor = undefined;
    await Promise.allSettled(this.#busy);
    await close(descriptor);
  }

  async #use<T>(work: (descriptor: number) => Promise<T>): Promise<T> {
    if (this.#descriptor === undefined) throw new Error('the file is closed');
    const done = work(this.#descriptor);
    this.#busy.add(done);
    try {
      return await done;
    } finally {
      this.#busy.delete(done);
    }
  }
}

/** @throws when it cannot be opened */
export async function openFile(path: string | Buffer, flags: number): Promise<OpenFile> {
  return new OpenFile(await open(path, flags));
}

/** The text of a file in parts. @throws when it cannot be read */
export async function* textParts(path: string): AsyncGenerator<string> {
  const file = await openFile(path, fs.constants.O_RDONLY);
  try {
    const decoder = new StringDecoder('utf8');
    const room = Buffer.allocUnsafe(PART_BYTES);
    for (;;) {
      const bytes = await file.read(room, 0, PART_BYTES, null);
      if (bytes === 0) break;
      yield decoder.write(room.subarray(0, bytes));
    }
    yield decoder.end();
  } finally {
    await file.close();
  }
}
