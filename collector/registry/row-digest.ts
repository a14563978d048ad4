/**
 * A digest of a table's rows in whatever order they are read, so that two databases that sort text differently can be
 * compared: the sum of the rows' SHA-256 values. It finds what was lost, doubled or damaged; it is no signature.
 */
import { createHash } from 'node:crypto';

const MODULUS_BITS = 256;

/** What a column may hold in a control plane. */
export type Cell = string | number | null;

/** @throws TypeError for what no column of a control plane holds */
export function toCell(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`a control plane holds no value of type ${typeof value}`);
}

export class RowDigest {
  #sum = 0n;
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Values in the order of the table's columns by name. */
  add(row: readonly Cell[]): void {
    const hash = createHash('sha256').update(JSON.stringify(row)).digest('hex');
    this.#sum = BigInt.asUintN(MODULUS_BITS, this.#sum + BigInt(`0x${hash}`));
    this.#rows += 1;
  }

  equals(other: RowDigest): boolean {
    return this.#rows === other.#rows && this.#sum === other.#sum;
  }
}
