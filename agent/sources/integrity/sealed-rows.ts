/**
 * Rows of the baseline, each authenticated with the agent's key, and all of them together by a sum over their
 * authenticators that is written in the same transaction as the rows. So a row that was changed or moved, one that
 * was added, taken away or put back as it was before is noticed: only the key's owner can make them agree.
 * What was handed out and is not committed yet lies over the committed rows.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { PositionChange, PositionReader } from '../source.ts';

export const SEAL_KEY = '#seal';
const MAC_CHARS = 22;
const SUM_MODULUS = 1n << 256n;
const LAST_CHARACTER = 0x10ffff;

export type SealFault =
  /** Rows are there, and no seal. */
  | 'seal-missing'
  /** The seal is not of this key: another identity made it, or nobody with a key did. */
  | 'other-key'
  /** The seal was changed. */
  | 'seal-forged'
  /** Rows do not have the authenticator that belongs to them. */
  | 'rows-forged'
  /** Every row is genuine, but some are missing, or are as they were earlier. */
  | 'rows-missing';

export interface Verification {
  faults: SealFault[];
  rows: number;
  /** Rows that are not genuine. */
  forged: string[];
}

interface Authenticated {
  mac: string;
  /** What it adds to the sum. */
  term: bigint;
}

interface Handed {
  sequence: number;
  value: string | undefined;
}

export class SealedRows {
  readonly #positions: PositionReader;
  readonly #key: string;
  readonly #keyId: string;
  readonly #over = new Map<string, Handed>();
  /** Its keys in order, once they were asked for. */
  #overKeys: string[] | undefined;
  #sequence = 0;
  #sum = 0n;
  #count = 0;
  /** Rows that were found forged and are treated as absent; their real authenticator is in no sum. */
  readonly #forged = new Set<string>();
  readonly #onForged: (key: string) => void;

  /** @param onForged told of a row that is found forged while it is read. */
  constructor(positions: PositionReader, key: Uint8Array, onForged: (key: string) => void) {
    this.#positions = positions;
    this.#key = Buffer.from(key).toString('hex');
    this.#keyId = hash('sha256', `vonggac baseline key\n${this.#key}`, 'hex').slice(0, 16);
    this.#onForged = onForged;
  }

  /**
   * Reads everything, and takes what is genuine as the truth from here on. To be called before anything else.
   * @param breathe awaited now and then.
   */
  async verify(breathe: () => Promise<void>): Promise<Verification> {
    const faults = new Set<SealFault>();
    const forged: string[] = [];
    let sum = 0n;
    let count = 0;
    let bytes = 0;
    for (const [key, row] of this.#positions.entries()) {
      if (key === SEAL_KEY) continue;
      const genuine = this.#open(key, row);
      if (genuine === undefined) forged.push(key);
      else {
        sum += genuine.term;
        count += 1;
      }
      bytes += row.length;
      if (bytes < 1_000_000) continue;
      bytes = 0;
      await breathe();
    }
    sum %= SUM_MODULUS;
    const seal = this.#readSeal();
    if (seal === undefined) {
      if (count > 0 || forged.length > 0) faults.add('seal-missing');
    } else if (seal === 'other-key' || seal === 'seal-forged') faults.add(seal);
    else {
      this.#sequence = seal.sequence;
      if (forged.length > 0) faults.add('rows-forged');
      else if (seal.sum !== sum || seal.count !== count) faults.add('rows-missing');
    }
    for (const key of forged) this.#forged.add(key);
    this.#sum = sum;
    this.#count = count;
    return { faults: [...faults], rows: count, forged };
  }

  /** Reads every row again: one that was changed under the running agent is told as it is found. */
  async recheck(breathe: () => Promise<void>): Promise<void> {
    let bytes = 0;
    for (const [key, row] of this.#positions.entries()) {
      if (key !== SEAL_KEY && !this.#over.has(key) && !this.#forged.has(key)) this.#accept(key, row);
      bytes += row.length;
      if (bytes < 1_000_000) continue;
      bytes = 0;
      await breathe();
    }
  }

  /** Value of a row; undefined when there is none, or a forged one. */
  get(key: string): string | undefined {
    const handed = this.#over.get(key);
    if (handed !== undefined) return handed.value;
    if (this.#forged.has(key)) return undefined;
    const row = this.#positions.get(key);
    return row === undefined ? undefined : this.#accept(key, row);
  }

  /** Rows whose keys begin so, in no order. */
  *within(prefix: string): Generator<[key: string, value: string], void, void> {
    for (const [key, row] of this.#positions.entries(prefix, endOfPrefix(prefix))) {
      if (!key.startsWith(prefix)) break;
      if (this.#over.has(key) || this.#forged.has(key) || key === SEAL_KEY) continue;
      const value = this.#accept(key, row);
      if (value !== undefined) yield [key, value];
    }
    // A copy that stays as it is: rows are written while they are read.
    const keys = (this.#overKeys ??= [...this.#over.keys()].sort());
    for (let index = firstFrom(keys, prefix); index < keys.length; index += 1) {
      const key = keys[index] ?? '';
      if (!key.startsWith(prefix)) break;
      const value = this.#over.get(key)?.value;
      if (value !== undefined) yield [key, value];
    }
  }

  /** @param changes by key; undefined takes the row away. @returns what is to be committed with them. */
  write(changes: ReadonlyMap<string, string | undefined>): PositionChange[] {
    this.#forgetCommitted();
    this.#overKeys = undefined;
    this.#sequence += 1;
    const rows: PositionChange[] = [];
    for (const [key, value] of changes) {
      const before = this.get(key);
      if (before !== undefined) this.#add(-this.#authenticate(key, before).term, -1);
      this.#forged.delete(key);
      if (value === undefined) rows.push({ key, value: undefined });
      else {
        const { mac, term } = this.#authenticate(key, value);
        this.#add(term, 1);
        rows.push({ key, value: mac + value });
      }
      this.#over.set(key, { sequence: this.#sequence, value });
    }
    rows.push({ key: SEAL_KEY, value: this.#seal() });
    return rows;
  }

  /** Rows there are. */
  get count(): number {
    return this.#count;
  }

  /** How often the baseline was written, since it was made. */
  get sequence(): number {
    return this.#sequence;
  }

  /** A name of the whole content, for those who compare two moments. */
  get digest(): string {
    return hash('sha256', `${this.#key}\n${this.#sum.toString(16)}`, 'hex').slice(0, 32);
  }

  #accept(key: string, row: string): string | undefined {
    if (this.#open(key, row) !== undefined) return row.slice(MAC_CHARS);
    // It was genuine when all was verified: it was changed under a running agent.
    this.#forged.add(key);
    this.#onForged(key);
    return undefined;
  }

  #open(key: string, row: string): Authenticated | undefined {
    const authenticated = this.#authenticate(key, row.slice(MAC_CHARS));
    return row.startsWith(authenticated.mac) ? authenticated : undefined;
  }

  /** SHA-512 with the key in front, of which no part seen tells the rest, so nothing can be appended to it. */
  #authenticate(key: string, value: string): Authenticated {
    const digest = hash('sha512', `${this.#key}\n${key.length}\n${key}${value}`, 'hex');
    return {
      mac: Buffer.from(digest.slice(0, 32), 'hex').toString('base64url'),
      term: BigInt(`0x${digest.slice(64)}`),
    };
  }

  #add(term: bigint, rows: number): void {
    this.#sum = (((this.#sum + term) % SUM_MODULUS) + SUM_MODULUS) % SUM_MODULUS;
    this.#count += rows;
  }

  #seal(): string {
    const text = JSON.stringify([this.#keyId, this.#sequence, this.#count, this.#sum.toString(16)]);
    return this.#authenticate(SEAL_KEY, text).mac + text;
  }

  #readSeal(): { sequence: number; count: number; sum: bigint } | 'other-key' | 'seal-forged' | undefined {
    const row = this.#positions.get(SEAL_KEY);
    if (row === undefined) return undefined;
    const genuine = this.#open(SEAL_KEY, row) !== undefined;
    const { keyId, sequence, count, sum } = parseSeal(row.slice(MAC_CHARS));
    if (!genuine) return keyId === this.#keyId ? 'seal-forged' : 'other-key';
    return { sequence, count, sum: BigInt(`0x${sum}`) };
  }

  #forgetCommitted(): void {
    const row = this.#positions.get(SEAL_KEY);
    const committed = row === undefined ? 0 : parseSeal(row.slice(MAC_CHARS)).sequence;
    for (const [key, { sequence }] of this.#over) if (sequence <= committed) this.#over.delete(key);
  }
}

/** The first text behind all that begin so, in the order of UTF-8; undefined: there is none. */
function endOfPrefix(prefix: string): string | undefined {
  const isPair = /[\uDC00-\uDFFF]$/.test(prefix);
  const start = prefix.length - (isPair ? 2 : 1);
  const code = prefix.codePointAt(start);
  if (code === undefined || code === LAST_CHARACTER) return undefined;
  // Surrogates are no characters.
  return prefix.slice(0, start) + String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
}

/** Index of the first key that is not below `from`, by code units. */
function firstFrom(keys: readonly string[], from: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

const sealSchema = z.tuple([z.string(), z.int(), z.int(), z.string().regex(/^[0-9a-f]+$/)]);

function parseSeal(text: string): { keyId: string; sequence: number; count: number; sum: string } {
  try {
    const [keyId, sequence, count, sum] = sealSchema.parse(JSON.parse(text));
    return { keyId, sequence, count, sum };
  } catch {
    // Not written by an agent.
    return { keyId: '', sequence: 0, count: 0, sum: '0' };
  }
}
