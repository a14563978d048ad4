/**
 * What an indicator shares with every value that shows it, as text: a database that knows nothing of indicators picks by it
 * the values worth looking at (collector/store/look-keys-sql.ts writes the keys of values). Invariant: what the index finds
 * in a value, it finds by an indicator of which the value has the key; test/contract/indicator-hindsight.test.ts asks both.
 */
import type { Indicator } from './indicator.ts';
import { networkText, readNetwork } from './ip-address.ts';

/** Of values that only a parser of ours can read. */
export const ODD_KEY = '?';

/** Of a network: the words that all its addresses begin with, as far as `PREFIX_MIN` lets networks be wide. */
function addressKey(text: string): string {
  const network = readNetwork(text);
  if (network === undefined) throw new RangeError(`${text} is no address`);
  const { words, prefix } = network;
  if (words.length === 1) {
    const octets = networkText({ words, prefix: 32 }).split('.');
    return octets.slice(0, prefix === 32 ? 4 : prefix >= 24 ? 3 : 2).join('.');
  }
  const hex = [...words].map((word) => word.toString(16).toUpperCase().padStart(8, '0')).join('');
  return hex.slice(0, prefix === 128 ? 32 : prefix >= 64 ? 16 : prefix >= 48 ? 12 : 8);
}

/** Its last three labels, without the root's dot: what lies below a name ends with them too. */
function nameKey(name: string): string {
  return name.replace(/\.+$/, '').split('.').slice(-3).join('.');
}

/** @param value canonical */
export function lookKey({ kind, value }: Pick<Indicator, 'kind' | 'value'>): string {
  switch (kind) {
    case 'ip':
      return addressKey(value);
    case 'domain':
      return nameKey(value);
    case 'url': {
      const host = /^[a-z]+:\/\/([^/:[]+)/.exec(value)?.[1];
      if (host === undefined) return ODD_KEY;
      return /^[0-9.]+$/.test(host) ? host : nameKey(host);
    }
    case 'hash':
    case 'email':
      return value;
  }
}
