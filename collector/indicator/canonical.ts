/**
 * One form for each indicator, however it was written: defanged (`hxxp`, `[.]`), in capitals, with international letters.
 * What would match everywhere (a whole top level, private networks, the hash of nothing) is refused.
 */
import { domainToASCII } from 'node:url';
import { canonicalUrl } from './canonical-url.ts';
import { INDICATOR_LIMITS, type IndicatorFault, type IndicatorKind } from './indicator.ts';
import { isWithin, networkText, readNetwork, type Network } from './ip-address.ts';

export type Canonical = { value: string } | { fault: IndicatorFault };

/** 65,536 addresses, and what a provider is given: a wider network is never one culprit. */
export const PREFIX_MIN = { v4: 16, v6: 32 } as const;

/** RFC 6890 and its kin: networks that are never somebody else's alone. */
const LOCAL: readonly Network[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255',
  '::',
  '::1',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].flatMap((text) => readNetwork(text) ?? []);

/** Second levels under which anybody registers, of `.vn` and of a few neighbours. */
const PUBLIC_SUFFIXES: ReadonlySet<string> = new Set([
  ...[
    'ac',
    'ai',
    'biz',
    'com',
    'edu',
    'gov',
    'health',
    'id',
    'info',
    'int',
    'io',
    'name',
    'net',
    'org',
    'pro',
  ].map((level) => `${level}.vn`),
  'com.cn',
  'com.hk',
  'com.sg',
  'com.tw',
  'com.au',
  'co.jp',
  'co.kr',
  'co.th',
  'co.uk',
  'com.br',
  'co.in',
]);

/** Of nothing: MD5, SHA-1 and SHA-256 of an empty file. */
const EMPTY_FILE: ReadonlySet<string> = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const LOCAL_PART = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN_CHARS_MAX = 253;

/** Takes back what people write so that nobody clicks on it. */
export function refang(text: string): string {
  return text
    .trim()
    .replace(/^h(?:xx|\*\*|tt)p(s?)\[?:\]?(?:\/\/|\[\/\/\])/i, 'http$1://')
    .replace(/^(?:fxp|ftp)\[?:\]?\/\//i, 'ftp://')
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi, '.')
    .replaceAll(/\[@\]|\(@\)|\[at\]|\(at\)/gi, '@')
    .replaceAll('[:]', ':');
}

const CANONICAL: Readonly<Record<IndicatorKind, (text: string) => Canonical>> = {
  ip: canonicalIp,
  domain: (text) => {
    const value = domainName(text.replace(/^(?:\*\.|\.)/, ''));
    if (value === undefined) return { fault: 'bad-domain' };
    return !value.includes('.') || PUBLIC_SUFFIXES.has(value) ? { fault: 'public-suffix' } : { value };
  },
  url: (text) => {
    const value = canonicalUrl(text);
    if (value === undefined) return { fault: 'bad-url' };
    return value.length > INDICATOR_LIMITS.valueCharsMax ? { fault: 'too-long' } : { value };
  },
  hash: (text) => {
    const value = text.toLowerCase();
    if (!HASH.test(value)) return { fault: 'bad-hash' };
    return EMPTY_FILE.has(value) ? { fault: 'empty-file-hash' } : { value };
  },
  email: (text) => {
    const at = text.lastIndexOf('@');
    const local = text.slice(0, at).toLowerCase();
    const domain = at < 1 ? undefined : domainName(text.slice(at + 1));
    if (domain === undefined || !domain.includes('.') || !LOCAL_PART.test(local))
      return { fault: 'bad-email' };
    return { value: `${local}@${domain}` };
  },
};

/** @param text as somebody wrote it. */
export function canonical(kind: IndicatorKind, text: string): Canonical {
  if (text.length > INDICATOR_LIMITS.valueCharsMax * 2) return { fault: 'too-long' };
  const plain = refang(text);
  return plain === '' ? { fault: 'empty' } : CANONICAL[kind](plain);
}

/** The kind that a value alone says it is; undefined where it could be none. */
export function guessKind(text: string): IndicatorKind | undefined {
  const plain = refang(text);
  if (plain.includes('://')) return 'url';
  if (readNetwork(plain) !== undefined) return 'ip';
  if (HASH.test(plain.toLowerCase())) return 'hash';
  if (plain.includes('@')) return 'email';
  return domainName(plain.replace(/^\*\./, ''))?.includes('.') === true ? 'domain' : undefined;
}

function canonicalIp(text: string): Canonical {
  const network = readNetwork(text.replace(/^\[(.*)\]$/, '$1'));
  if (network === undefined) return { fault: 'bad-address' };
  const isV4 = network.words.length === 1;
  if (LOCAL.some((local) => isWithin(network, local))) return { fault: 'local-address' };
  if (network.prefix < (isV4 ? PREFIX_MIN.v4 : PREFIX_MIN.v6)) return { fault: 'prefix-too-short' };
  return { value: networkText(network) };
}

/** Lower case, in the letters of the DNS, without the root's dot; undefined where it is no name. */
export function domainName(text: string): string | undefined {
  if (text.length > DOMAIN_CHARS_MAX * 2) return undefined;
  const written = text.endsWith('.') ? text.slice(0, -1) : text;
  const isPlain = /^[\w.-]*$/.test(written) && !written.toLowerCase().includes('xn--');
  const name = isPlain ? written.toLowerCase() : domainToASCII(written);
  if (name === '' || name.length > DOMAIN_CHARS_MAX) return undefined;
  const labels = name.split('.');
  if (!labels.every((label) => LABEL.test(label))) return undefined;
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : name;
}
