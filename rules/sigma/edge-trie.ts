/**
 * Literals that must begin or end at one place of a text, found by walking from there: letter by letter, no further than
 * any of them goes. Invariant: exactly those that stand there are reported, each once.
 */
import { bytesOf, type FoldedText } from './folded-text.ts';

interface Entry {
  literal: string;
  bytes: Uint8Array;
  payload: number;
}

const ROOT = 0;
/** Next nodes by node and byte. */
const keyOf = (node: number, byte: number): number => node * 256 + byte;

export class EdgeTrie {
  readonly #edge: 'start' | 'end';
  readonly #next = new Map<number, number>();
  /** By node: literals that are read to their other end there. */
  readonly #entries: (Entry[] | undefined)[] = [undefined];
  size = 0;

  constructor(edge: 'start' | 'end') {
    this.#edge = edge;
  }

  /** @param literal - folded */
  add(literal: string, payload: number): void {
    this.size += 1;
    const bytes = bytesOf(literal);
    let node = ROOT;
    for (const byte of this.#edge === 'start' ? bytes : bytes.toReversed()) {
      const key = keyOf(node, byte);
      const known = this.#next.get(key);
      if (known === undefined) {
        node = this.#entries.push(undefined) - 1;
        this.#next.set(key, node);
      } else node = known;
    }
    const entries = (this.#entries[node] ??= []);
    entries.push({ literal, bytes, payload });
  }

  /** @param place - where the literals begin or end */
  scan(text: FoldedText, place: number, found: (payload: number) => void): void {
    const isStart = this.#edge === 'start';
    const step = isStart ? 1 : -1;
    const { bytes, length } = text;
    let node = ROOT;
    for (let at = isStart ? place : place - 1; at >= 0 && at < length; at += step) {
      const next = this.#next.get(keyOf(node, bytes[at] ?? 0));
      if (next === undefined) return;
      node = next;
      const entries = this.#entries[node];
      if (entries === undefined) continue;
      for (const { literal, bytes: own, payload } of entries) {
        if (text.isAscii || text.startsAt(isStart ? place : at, literal, own)) found(payload);
      }
    }
  }
}
