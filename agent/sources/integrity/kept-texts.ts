/**
 * Last versions of small text files, to tell what differs in the next one. They are kept without their secrets,
 * compressed, among the sealed rows; in all and each within a limit. What holds secrets only, and users' documents
 * unless their set approves, are never kept.
 */
import fs from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LIMITS } from '#protocol/limits.ts';
import type { SecretMask } from '../../mask/secret-mask.ts';
import type { SealedRows } from './sealed-rows.ts';
import { unifiedDifference } from './text-difference.ts';
import type { SetOptions } from './watch-set.ts';

const PREFIX = 'text:';
const TEXT_BYTES_MAX = 65_536;
/** Of all kept texts, compressed. */
const KEPT_CHARS_MAX = 16 * 1_048_576;
const LINES_MAX = 5_000;
const LINE_CHARS_MAX = 1_000;

/** Their content is secret as a whole. */
const NEVER =
  /\/(?:g?shadow-?|passwd-|opasswd|master\.passwd|krb5\.keytab|[^/]*\.(?:key|pem|p12|pfx|jks|keystore|kdbx|keytab|gpg|asc|ppk)|id_[a-z0-9]+|ssh_host_[a-z0-9_]+_key|\.htpasswd|\.netrc|\.pgpass|\.my\.cnf|\.git-credentials|secrets?(?:\.[a-z]+)?|[^/]*_history|NetworkManager\/system-connections\/[^/]*|wpa_supplicant[^/]*\.conf|sssd\.conf|chap-secrets|pap-secrets|private\/[^/]*)$/i;
/** Below a user's home, but not settings of his programs. */
const IN_HOME = /^(?:\/home\/[^/]+|\/root|\/Users\/[^/]+)\/(?!\.)/;

export class KeptTexts {
  readonly #rows: SealedRows;
  readonly #mask: SecretMask;
  #chars: number | undefined;

  constructor(rows: SealedRows, mask: SecretMask) {
    this.#rows = rows;
    this.#mask = mask;
  }

  /** Whether the text of a path may be kept. */
  static isKept(file: string, options: SetOptions): boolean {
    if (!options.difference || NEVER.test(file)) return false;
    return options.documentsDifferenceApproved || !(options.documents || IN_HOME.test(file));
  }

  /**
   * Takes a file's text as it is now.
   * @param rows gets the row that keeps it.
   * @returns what differs from the text that was kept; undefined when that is not known.
   */
  take(file: string, rows: Map<string, string | undefined>): string | undefined {
    const key = PREFIX + file;
    const row = rows.has(key) ? rows.get(key) : this.#rows.get(key);
    const before = row === undefined ? undefined : unpack(row);
    const text = readText(file);
    if (text === undefined) {
      if (row !== undefined) this.#put(rows, key, row, undefined);
      return undefined;
    }
    const after = this.#mask.lines(
      text.split('\n', LINES_MAX).map((line) => line.slice(0, LINE_CHARS_MAX).toWellFormed()),
    );
    const packed = deflateRawSync(after.join('\n')).toString('base64');
    if (packed !== row) this.#put(rows, key, row, packed);
    if (before === undefined) return undefined;
    return unifiedDifference(before, after, LIMITS.differenceMax);
  }

  forget(file: string, rows: Map<string, string | undefined>): void {
    const key = PREFIX + file;
    const row = this.#rows.get(key);
    if (row !== undefined) this.#put(rows, key, row, undefined);
  }

  #put(
    rows: Map<string, string | undefined>,
    key: string,
    before: string | undefined,
    after: string | undefined,
  ): void {
    this.#chars ??= this.#countChars();
    const chars = this.#chars - (before?.length ?? 0) + (after?.length ?? 0);
    // Without room the old text would be taken for the last one.
    const fits = chars <= KEPT_CHARS_MAX;
    this.#chars = fits ? chars : this.#chars - (before?.length ?? 0);
    rows.set(key, fits ? after : undefined);
  }

  #countChars(): number {
    let chars = 0;
    for (const [, value] of this.#rows.within(PREFIX)) chars += value.length;
    return chars;
  }
}

function unpack(row: string): string[] {
  return inflateRawSync(Buffer.from(row, 'base64'), { maxOutputLength: 16 * TEXT_BYTES_MAX })
    .toString('utf8')
    .split('\n');
}

/** undefined for what is no small text file. */
function readText(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = fs.openSync(
      file,
      fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0),
    );
  } catch {
    // Gone, or closed to us: the state says so.
    return undefined;
  }
  try {
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile() || stats.size > TEXT_BYTES_MAX) return undefined;
    const bytes = Buffer.alloc(stats.size);
    const length = fs.readSync(descriptor, bytes, 0, stats.size, 0);
    const text = bytes.subarray(0, length);
    return isUtf8(text) && !text.includes(0) ? text.toString('utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    fs.closeSync(descriptor);
  }
}
