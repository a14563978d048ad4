/** SHA-256 of programs, remembered by file and time; bounded in entries, file size and hashes per look. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';

const ENTRIES_MAX = 512;
const BYTES_MAX = 64 * 1_048_576;
const PIECE_BYTES = 262_144;
const PER_LOOK_MAX = 8;

export class ProgramHashes {
  readonly #known = new Map<string, string>();
  #left = PER_LOOK_MAX;

  /** A new look: so many programs may be read anew. */
  begin(): void {
    this.#left = PER_LOOK_MAX;
  }

  /**
   * @param file as /proc/PID/exe: the very program that runs, deleted since or not
   * @returns undefined where it cannot be read, is too big, or enough was read in this look
   */
  find(file: string): string | undefined {
    let handle: number;
    try {
      handle = fs.openSync(file, 'r');
    } catch {
      return undefined;
    }
    try {
      const { dev, ino, mtimeMs, size } = fs.fstatSync(handle);
      const key = `${dev}:${ino}:${mtimeMs}:${size}`;
      const known = this.#known.get(key);
      if (known !== undefined) {
        this.#known.delete(key);
        this.#known.set(key, known);
        return known;
      }
      if (size > BYTES_MAX || this.#left <= 0) return undefined;
      this.#left -= 1;
      const hash = createHash('sha256');
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, Math.max(size, 1)));
      for (let read = fs.readSync(handle, piece); read > 0; read = fs.readSync(handle, piece))
        hash.update(piece.subarray(0, read));
      const digest = hash.digest('hex');
      this.#known.set(key, digest);
      for (const oldest of this.#known.keys()) {
        if (this.#known.size <= ENTRIES_MAX) break;
        this.#known.delete(oldest);
      }
      return digest;
    } catch {
      return undefined;
    } finally {
      fs.closeSync(handle);
    }
  }
}
