/**
 * Decoy files: two documents in each folder of the settings, one that sorts first and one that sorts last, which no
 * honest program has a reason to touch. File managers hide the first; the last is as far from sight as a list goes.
 * Their names and contents follow from the agent's key, so it knows its own, and no two hosts have the same.
 */
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { decoyDocument } from './decoy-content.ts';
import type { SealedRows } from './sealed-rows.ts';
import type { WatchOptions } from './watch-set.ts';

const PREFIX = 'decoy:';
const FIRST_NAMES = ['DanhSachCanBo', 'TaiKhoanNganHang', 'MatKhauHeThong', 'HopDongMat'];
const LAST_NAMES = ['BangLuong', 'ThuChi', 'NganSach', 'QuyetToan'];
const MODE = 0o640;
const DAY_MS = 86_400_000;

export class Decoys {
  readonly #key: Uint8Array;
  readonly #paths: ReadonlySet<string>;

  /** @param folders absolute; those that are not there get none. */
  constructor(key: Uint8Array, folders: readonly string[]) {
    this.#key = key;
    this.#paths = new Set(
      folders.flatMap((folder) => namesIn(key, folder).map((name) => path.join(folder, name))),
    );
  }

  has(file: string): boolean {
    return this.#paths.has(file);
  }

  /** A set for each, which has its own way through the watcher. */
  get sets(): WatchOptions[] {
    return [...this.#paths].map((file) => ({
      path: file,
      compare: ['content', 'mode', 'owner', 'mtime', 'xattrs'],
    }));
  }

  /**
   * Places what was never placed, or was touched and told.
   * @returns paths that are new, and rows that remember them.
   */
  place(
    rows: SealedRows,
    now: number,
    report: (file: string, cause: unknown) => void,
  ): {
    placed: string[];
    rows: [key: string, value: string | undefined][];
  } {
    const placed: string[] = [];
    const changed: [string, string | undefined][] = [];
    for (const file of this.#paths) {
      if (rows.get(PREFIX + file) !== undefined) continue;
      try {
        const folder = fs.statSync(path.dirname(file), { throwIfNoEntry: false });
        if (folder?.isDirectory() !== true) continue;
        this.#write(file, folder, now);
        placed.push(file);
        changed.push([PREFIX + file, JSON.stringify({ at: now })]);
      } catch (cause) {
        report(file, cause);
      }
    }
    return { placed, rows: changed };
  }

  /** It is told that this one was touched: another one takes its place at the next occasion. */
  spent(file: string): [key: string, value: undefined] {
    return [PREFIX + file, undefined];
  }

  #write(file: string, folder: fs.Stats, now: number): void {
    const draft = `${file}.new`;
    fs.rmSync(draft, { force: true });
    fs.writeFileSync(draft, decoyDocument(this.#key, path.basename(file)), { mode: MODE, flag: 'wx' });
    // Whoever owns the folder owns it, or what acts in his name could not touch it.
    if (process.getuid?.() === 0) fs.lchownSync(draft, folder.uid, folder.gid);
    const ageDays = 30 + (createHmac('sha256', this.#key).update(file).digest().readUInt16BE(0) % 400);
    fs.utimesSync(draft, new Date(now - ageDays * DAY_MS), new Date(now - ageDays * DAY_MS));
    fs.renameSync(draft, file);
  }
}

function namesIn(key: Uint8Array, folder: string): string[] {
  const digest = createHmac('sha256', key).update(`decoys\n${folder}`).digest();
  const pick = (names: readonly string[], at: number): string =>
    names[(digest[at] ?? 0) % names.length] ?? '';
  const year = 2_019 + ((digest[2] ?? 0) % 6);
  return [`.000_${pick(FIRST_NAMES, 0)}_${year}.docx`, `~zz_${pick(LAST_NAMES, 1)}_${year}.xlsx`];
}
