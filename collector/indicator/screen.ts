/**
 * Keeps out what would match everywhere: what is the house's own, and what everybody uses. What only may be shared by many
 * (a name below a large service, an address of a content network) is taken, and said.
 */
import { COMMON_ADDRESSES, COMMON_DOMAINS, SHARED_NETWORKS } from './common-values.ts';
import type { IndicatorFault, IndicatorKind, IndicatorWarning } from './indicator.ts';
import { isWithin, readNetwork, type Network } from './ip-address.ts';

/** What the house has said is never to be an indicator. */
export interface Allowed {
  kind: 'ip' | 'domain';
  /** Canonical: an address or a network, or a name with all below it. */
  value: string;
}

export type Screened = { fault: IndicatorFault } | { warning: IndicatorWarning } | undefined;

const networks = (texts: readonly string[]): Network[] => texts.flatMap((text) => readNetwork(text) ?? []);

const COMMON = networks(COMMON_ADDRESSES);
const SHARED = networks(SHARED_NETWORKS);
const COMMON_NAMES: ReadonlySet<string> = new Set(COMMON_DOMAINS);
/** Above a common name, e.g. `mp.microsoft.com`. */
const ABOVE_COMMON: ReadonlySet<string> = new Set(COMMON_DOMAINS.flatMap((name) => namesAbove(name)));

function namesAbove(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_label, at) => labels.slice(at + 1).join('.'));
}

const ORIGIN = /^[a-z]+:\/\/([^/:]+|\[[^\]]*\])(?::\d+)?(\/?)$/;

export class Screen {
  readonly #networks: readonly Network[];
  readonly #names: ReadonlySet<string>;
  readonly #aboveOwn: ReadonlySet<string>;

  constructor(own: readonly Allowed[] = []) {
    this.#networks = networks(own.filter(({ kind }) => kind === 'ip').map(({ value }) => value));
    const names = own.filter(({ kind }) => kind === 'domain').map(({ value }) => value);
    this.#names = new Set(names);
    this.#aboveOwn = new Set(names.flatMap((name) => namesAbove(name)));
  }

  /** @param value canonical */
  judge(kind: IndicatorKind, value: string): Screened {
    switch (kind) {
      case 'ip':
        return this.#address(value);
      case 'domain':
        return this.#domain(value);
      case 'url': {
        // A page of a large site may be an indicator; the site is none.
        const host = ORIGIN.exec(value)?.[1];
        if (host === undefined) return undefined;
        return this.#domain(host) ?? this.#address(host.replaceAll(/[[\]]/g, ''));
      }
      case 'email':
      case 'hash':
        return undefined;
    }
  }

  #address(value: string): Screened {
    const network = readNetwork(value);
    if (network === undefined) return undefined;
    const meets = (one: Network): boolean => isWithin(one, network) || isWithin(network, one);
    if (this.#networks.some(meets)) return { fault: 'own-value' };
    if (COMMON.some(meets)) return { fault: 'common-value' };
    return SHARED.some(meets) ? { warning: 'shared-address' } : undefined;
  }

  #domain(value: string): Screened {
    const above = namesAbove(value);
    if (this.#names.has(value) || this.#aboveOwn.has(value) || above.some((name) => this.#names.has(name)))
      return { fault: 'own-value' };
    if (COMMON_NAMES.has(value) || ABOVE_COMMON.has(value)) return { fault: 'common-value' };
    return above.some((name) => COMMON_NAMES.has(name)) ? { warning: 'shared-name' } : undefined;
  }
}
