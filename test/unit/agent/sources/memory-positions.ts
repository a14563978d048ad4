/** Positions in memory with the one property that counts: an item's changes are applied as a whole, on commit. */
import type { PositionReader, SourceItem } from '../../../../agent/sources/source.ts';

export class MemoryPositions implements PositionReader {
  readonly #rows = new Map<string, string>();

  get(key: string): string | undefined {
    return this.#rows.get(key);
  }

  entries(from = '', until?: string): Iterable<[string, string]> {
    const compare = (left: string, right: string): number =>
      Buffer.compare(Buffer.from(left), Buffer.from(right));
    return [...this.#rows]
      .filter(([key]) => compare(key, from) >= 0 && (until === undefined || compare(key, until) < 0))
      .sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }

  copyFrom(other: MemoryPositions): void {
    for (const [key, value] of other.entries()) this.#rows.set(key, value);
  }

  commit(item: SourceItem): void {
    for (const { key, value } of item.positions) {
      if (value === undefined) this.#rows.delete(key);
      else this.#rows.set(key, value);
    }
  }
}
