/**
 * A payload on the disk: loaded piece by piece from a neighbour or the collector, going on where it broke off, at most as long as was
 * signed. Its digest is looked at when it is whole; what does not fit is thrown away and loaded from elsewhere.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ReleasePart } from '#protocol/release.ts';
import { faultPoint } from '../fault-point.ts';
import { LoadError } from './update-line.ts';

const FOLDER = 'releases';
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const READ_BYTES = 65_536;

/** One place to load from, from a byte on. */
export type PayloadSource = (from: number) => AsyncIterable<Uint8Array>;

export class PayloadFiles {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = path.join(stateDir, FOLDER);
  }

  #whole(sha256: string): string {
    return path.join(this.#folder, `${sha256}.payload`);
  }

  #part(sha256: string): string {
    return path.join(this.#folder, `${sha256}.part`);
  }

  /** Digests of those that are whole. */
  get whole(): string[] {
    if (!fs.existsSync(this.#folder)) return [];
    return fs.readdirSync(this.#folder).flatMap((name) => /^([0-9a-f]{64})\.payload$/.exec(name)?.[1] ?? []);
  }

  /** Undefined when it is not whole. */
  bytesOf(sha256: string): number | undefined {
    return fs.statSync(this.#whole(sha256), { throwIfNoEntry: false })?.size;
  }

  async *read(sha256: string, from = 0): AsyncGenerator<Uint8Array> {
    const descriptor = fs.openSync(this.#whole(sha256), 'r');
    try {
      const buffer = Buffer.alloc(READ_BYTES);
      for (let at = from; ;) {
        const read = fs.readSync(descriptor, buffer, 0, READ_BYTES, at);
        if (read === 0) return;
        at += read;
        yield Buffer.from(buffer.subarray(0, read));
      }
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** All but these go. */
  keepOnly(digests: ReadonlySet<string>): void {
    if (!fs.existsSync(this.#folder)) return;
    for (const name of fs.readdirSync(this.#folder))
      if (!digests.has(name.slice(0, 64))) fs.rmSync(path.join(this.#folder, name), { force: true });
  }

  /**
   * Loads what is missing.
   * @param pace waits until so many more bytes may come
   * @returns bytes that came
   * @throws LoadError when it broke off, or is not what was signed: then nothing of it is kept
   */
  async load(
    { sha256, bytes }: ReleasePart,
    source: PayloadSource,
    pace: (bytes: number) => Promise<void>,
  ): Promise<number> {
    if (this.bytesOf(sha256) === bytes) return 0;
    fs.mkdirSync(this.#folder, { recursive: true, mode: PRIVATE_FOLDER });
    const file = this.#part(sha256);
    const descriptor = fs.openSync(file, fs.existsSync(file) ? 'r+' : 'w+', PRIVATE_FILE);
    let came = 0;
    try {
      let at = Math.min(fs.fstatSync(descriptor).size, bytes);
      if (at < bytes)
        for await (const piece of source(at)) {
          if (at + piece.length > bytes) throw new LoadError(`it is longer than ${bytes} bytes`);
          for (let written = 0; written < piece.length;)
            written += fs.writeSync(descriptor, piece, written, piece.length - written, at + written);
          at += piece.length;
          came += piece.length;
          faultPoint('agent.update-loading');
          await pace(piece.length);
        }
      if (at < bytes) throw new LoadError(`it ended after ${at} of ${bytes} bytes`);
      fs.ftruncateSync(descriptor, bytes);
      fs.fsyncSync(descriptor);
      if (digestOf(descriptor) !== sha256) {
        fs.rmSync(file);
        throw new LoadError('it is not the payload that was signed');
      }
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(file, this.#whole(sha256));
    return came;
  }
}

function digestOf(descriptor: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(READ_BYTES);
  for (let at = 0; ;) {
    const read = fs.readSync(descriptor, buffer, 0, READ_BYTES, at);
    if (read === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, read));
    at += read;
  }
}
