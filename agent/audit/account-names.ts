/** Names of user and group ids by the host's own files, read again when these have changed. */
import fs from 'node:fs';
import path from 'node:path';
import { monotonicNow } from '../monotonic-now.ts';

const CHECK_MS = 5_000;
const FILE_BYTES_MAX = 8 * 1_048_576;

export type IdKind = 'uid' | 'gid';

const FILES: Readonly<Record<IdKind, string>> = { uid: 'etc/passwd', gid: 'etc/group' };

interface Table {
  names: ReadonlyMap<string, string>;
  mtimeMs: number;
  checkedAt: number;
}

export class AccountNames {
  readonly #root: string;
  readonly #monotonic: () => number;
  readonly #tables = new Map<IdKind, Table>();

  /** @param root of the file system. @param monotonic milliseconds that only go forward. */
  constructor(root = '/', monotonic: () => number = monotonicNow) {
    this.#root = root;
    this.#monotonic = monotonic;
  }

  /** @returns undefined for an id without a local name. */
  find(kind: IdKind, id: string): string | undefined {
    return this.#table(kind).names.get(id);
  }

  #table(kind: IdKind): Table {
    const now = this.#monotonic();
    const known = this.#tables.get(kind);
    if (known !== undefined && now - known.checkedAt < CHECK_MS) return known;
    const table = this.#read(path.join(this.#root, FILES[kind]), known, now);
    this.#tables.set(kind, table);
    return table;
  }

  #read(file: string, known: Table | undefined, checkedAt: number): Table {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined || stat.size > FILE_BYTES_MAX) return { names: new Map(), mtimeMs: 0, checkedAt };
    if (known?.mtimeMs === stat.mtimeMs) return { ...known, checkedAt };
    const names = new Map<string, string>();
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
      const [name, , id] = line.split(':', 3);
      // The first of an id is its name, as for getpwuid(3).
      if (name !== undefined && id !== undefined && !names.has(id)) names.set(id, name);
    }
    return { names, mtimeMs: stat.mtimeMs, checkedAt };
  }
}
