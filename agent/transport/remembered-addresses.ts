/**
 * Names of collectors and proxies as they were resolved last, for when nobody resolves them: an isolated host reaches no
 * name server, and many a thin line's own is away. Nothing is trusted by it: whoever is reached has to prove who it is.
 */
import dns from 'node:dns';
import fs from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../write-atomic.ts';

const FILE_NAME = 'addresses.json';
const NAMES_MAX = 32;
const ADDRESSES_MAX = 8;
/** A silent name server is not waited for as long as the system would: a connection has only so much time. */
const PATIENCE_MS = 3_000;

const fileSchema = z.strictObject({
  version: z.literal(1),
  names: z.record(
    z.string(),
    z
      .array(z.strictObject({ address: z.string(), family: z.union([z.literal(4), z.literal(6)]) }))
      .min(1)
      .max(ADDRESSES_MAX),
  ),
});

export type Resolve = (
  host: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: dns.LookupAddress[]) => void,
) => void;

export interface RememberedAddressesOptions {
  stateDir: string;
  /** Default: the system's. */
  resolve?: Resolve | undefined;
  patienceMs?: number | undefined;
  /** They cannot be kept on the disk. */
  onFault: (error: unknown) => void;
}

export class RememberedAddresses {
  readonly #options: RememberedAddressesOptions;
  readonly #file: string;
  /** In order of their last change. */
  readonly #names: Map<string, dns.LookupAddress[]>;

  constructor(options: RememberedAddressesOptions) {
    this.#options = options;
    this.#file = path.join(options.stateDir, FILE_NAME);
    this.#names = readNames(this.#file);
  }

  /** As `net.connect` asks for it. */
  readonly lookup: net.LookupFunction = (host, options, callback) => {
    const { resolve = dns.lookup, patienceMs = PATIENCE_MS } = this.#options;
    const { all, ...how } = options;
    const fits = ({ family }: dns.LookupAddress): boolean =>
      how.family === undefined || how.family === 0 || how.family === family;
    const remembered = (this.#names.get(host) ?? []).filter(fits);
    let isAnswered = false;
    const answer = (error: NodeJS.ErrnoException | null, found: dns.LookupAddress[]): void => {
      if (isAnswered) return;
      isAnswered = true;
      clearTimeout(timer);
      const [first] = found;
      if (error !== null || all === true) callback(error, found);
      else callback(null, first?.address ?? '', first?.family);
    };
    const timer =
      remembered.length === 0 ? undefined : setTimeout(() => answer(null, remembered), patienceMs);
    resolve(host, { ...how, all: true }, (error, found) => {
      if (error === null) this.#remember(host, found);
      if (error !== null && remembered.length > 0) answer(null, remembered);
      else answer(error, found);
    });
  };

  #remember(host: string, found: readonly dns.LookupAddress[]): void {
    const addresses = found.slice(0, ADDRESSES_MAX);
    const before = this.#names.get(host);
    if (addresses.length === 0 || textOf(before) === textOf(addresses)) return;
    this.#names.delete(host);
    this.#names.set(host, addresses);
    const [oldest] = this.#names.keys();
    if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
    try {
      const kept = { version: 1, names: Object.fromEntries(this.#names) };
      writeAtomic(this.#file, `${JSON.stringify(kept)}\n`, { mode: 0o600, durable: false });
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}

/** Whatever the order: servers turn their answers round. */
function textOf(addresses: readonly dns.LookupAddress[] | undefined): string {
  return (addresses ?? [])
    .map(({ address }) => address)
    .toSorted()
    .join(' ');
}

/** What cannot be read is found out again. */
function readNames(file: string): Map<string, dns.LookupAddress[]> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    return new Map();
  }
  try {
    const { names } = fileSchema.parse(JSON.parse(text));
    return new Map(Object.entries(names).slice(0, NAMES_MAX));
  } catch {
    return new Map();
  }
}
