/** Names of users and groups by number, from the host's own files; what other directories know has no name here. */
import fs from 'node:fs';

const BYTES_MAX = 4 * 1_048_576;
const NAME_MAX = 256;
const LOOK_EVERY_MS = 5_000;

export class OwnerNames {
  readonly #users: NameFile;
  readonly #groups: NameFile;

  /** @param etc folder of passwd and group. */
  constructor(etc: string, monotonic: () => number) {
    this.#users = new NameFile(`${etc}/passwd`, monotonic);
    this.#groups = new NameFile(`${etc}/group`, monotonic);
  }

  user(uid: number): string | undefined {
    return this.#users.name(uid);
  }

  group(gid: number): string | undefined {
    return this.#groups.name(gid);
  }
}

/** `name:password:number:...`, read again when it was changed. */
class NameFile {
  readonly #file: string;
  readonly #monotonic: () => number;
  #names = new Map<number, string>();
  #mtimeMs = Number.NaN;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(file: string, monotonic: () => number) {
    this.#file = file;
    this.#monotonic = monotonic;
  }

  name(id: number): string | undefined {
    const now = this.#monotonic();
    if (now - this.#lookedAt >= LOOK_EVERY_MS) {
      this.#lookedAt = now;
      this.#refresh();
    }
    return this.#names.get(id);
  }

  #refresh(): void {
    try {
      const { mtimeMs, size } = fs.statSync(this.#file);
      if (mtimeMs === this.#mtimeMs || size > BYTES_MAX) return;
      const names = new Map<number, string>();
      for (const line of fs.readFileSync(this.#file, 'utf8').split('\n')) {
        const [name = '', , id = ''] = line.split(':', 3);
        if (name === '' || !/^\d{1,10}$/.test(id)) continue;
        // The first of several names for one number is the one that counts.
        if (!names.has(Number(id))) names.set(Number(id), name.slice(0, NAME_MAX).toWellFormed());
      }
      this.#names = names;
      this.#mtimeMs = mtimeMs;
    } catch {
      // A system without such files: numbers have no names.
      this.#names = new Map();
    }
  }
}
