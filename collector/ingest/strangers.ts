/**
 * Sockets that have not proved who they are, in the order they came: bounded in all and by address. When there are too
 * many, one that has been here for a while without a proof makes room; an honest agent proves itself in a moment.
 */
import type { Peer } from './peer.ts';

export interface StrangersOptions {
  max: number;
  perAddressMax: number;
  /** A stranger this old may be sent away for a newcomer. */
  idleMs: number;
  /** Milliseconds of a clock that only goes forward. */
  clock: () => number;
}

export class Strangers {
  readonly #options: StrangersOptions;
  readonly #addresses = new Map<Peer, string>();
  readonly #counts = new Map<string, number>();

  constructor(options: StrangersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#addresses.size;
  }

  /** Whether one more of that address may come in; `in-place-of` somebody who then has to go. */
  judge(address: string): 'no' | 'yes' | { inPlaceOf: Peer } {
    const { max, perAddressMax, idleMs, clock } = this.#options;
    if ((this.#counts.get(address) ?? 0) >= perAddressMax) return 'no';
    if (this.#addresses.size < max) return 'yes';
    const [oldest] = this.#addresses.keys();
    return oldest !== undefined && clock() - oldest.connectedMs >= idleMs ? { inPlaceOf: oldest } : 'no';
  }

  add(peer: Peer, address: string): void {
    this.#addresses.set(peer, address);
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }

  delete(peer: Peer): void {
    const address = this.#addresses.get(peer);
    if (address === undefined) return;
    this.#addresses.delete(peer);
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }

  /** Those who came before that time. */
  *before(atMs: number): Generator<Peer> {
    for (const peer of this.#addresses.keys()) {
      if (peer.connectedMs > atMs) return;
      yield peer;
    }
  }
}
