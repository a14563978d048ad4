/**
 * Log sources of products that name their maker: those of SigmaHQ where it has some, else the maker's name alone.
 * Invariants: the same maker and product give the same frozen list; names come from peers, so what is remembered is bounded.
 */
import { logSources } from '../draft.ts';
import type { LogSource } from '../event.ts';

const REMEMBERED_MAX = 512;
const NAME_CHARS_MAX = 64;

export const FIREWALL: LogSource = { category: 'firewall' };
export const ANTIVIRUS: LogSource = { category: 'antivirus' };

interface Maker {
  product: string;
  category?: LogSource;
}

/** By how the maker's name starts, in small letters and without what is no letter or digit. */
const MAKERS: readonly (readonly [string, Maker])[] = [
  ['fortinet', { product: 'fortigate', category: FIREWALL }],
  ['checkpoint', { product: 'checkpoint', category: FIREWALL }],
  ['paloalto', { product: 'paloalto', category: FIREWALL }],
  ['sonicwall', { product: 'sonicwall', category: FIREWALL }],
  ['juniper', { product: 'juniper', category: FIREWALL }],
  ['sophos', { product: 'sophos', category: FIREWALL }],
  ['cisco', { product: 'cisco', category: FIREWALL }],
  ['barracuda', { product: 'barracuda', category: FIREWALL }],
  ['watchguard', { product: 'watchguard', category: FIREWALL }],
  ['hillstone', { product: 'hillstone', category: FIREWALL }],
  ['kaspersky', { product: 'kaspersky', category: ANTIVIRUS }],
  ['eset', { product: 'eset', category: ANTIVIRUS }],
  ['trendmicro', { product: 'trendmicro', category: ANTIVIRUS }],
  ['bitdefender', { product: 'bitdefender', category: ANTIVIRUS }],
  ['symantec', { product: 'symantec', category: ANTIVIRUS }],
  ['mcafee', { product: 'mcafee', category: ANTIVIRUS }],
  ['trellix', { product: 'trellix', category: ANTIVIRUS }],
  ['bkav', { product: 'bkav', category: ANTIVIRUS }],
  ['cmc', { product: 'cmc', category: ANTIVIRUS }],
  ['withsecure', { product: 'withsecure', category: ANTIVIRUS }],
  ['fsecure', { product: 'fsecure', category: ANTIVIRUS }],
];

const remembered = new Map<string, readonly LogSource[]>();
const plain = (name: string): string =>
  name
    .slice(0, NAME_CHARS_MAX)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '');

/** Where events of a product belong that names its maker and itself in the line. */
export function vendorSources(vendor: string, product: string): readonly LogSource[] {
  const name = plain(vendor);
  const service = plain(product);
  const key = `${name}/${service}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const maker = MAKERS.find(([start]) => name.startsWith(start))?.[1] ?? {
    product: name === '' ? 'unknown' : name,
  };
  const { category } = maker;
  const source: LogSource = service === '' ? { product: maker.product } : { product: maker.product, service };
  const sources = category === undefined ? logSources(source) : logSources(source, category);
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(key, sources);
  return sources;
}

export function isFirewallVendor(sources: readonly LogSource[]): boolean {
  return sources.some(({ category }) => category === 'firewall');
}
