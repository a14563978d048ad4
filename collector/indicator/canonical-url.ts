/**
 * One form for equal URLs: what the WHATWG URL standard writes, without user, password and fragment. A plain URL, as
 * nearly all are, is found to be in that form (or made so) without the standard's whole parser; the result is the same.
 */
import { ipv4Number } from './ip-address.ts';

const SCHEMES: readonly { scheme: string; port: string }[] = [
  { scheme: 'http://', port: '80' },
  { scheme: 'https://', port: '443' },
  { scheme: 'ftp://', port: '21' },
];

/** By character code: 1 where a path or query keeps it as it is. */
const PLAIN = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~!$&()*+,;=:@/?%.[]') {
  PLAIN[char.charCodeAt(0)] = 1;
}

const SLASH = 47;
const COLON = 58;
const DOT = 46;
const DASH = 45;
const HASH = 35;
const QUERY = 63;

/** The canonical form; undefined where the text is no URL of http, https or ftp. */
export function canonicalUrl(text: string): string | undefined {
  return plainUrl(text) ?? parsedUrl(text);
}

/** By the standard's own parser. */
export function parsedUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !SCHEMES.some(({ scheme }) => `${url.protocol}//` === scheme)) return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  // A `?` with nothing behind it says nothing.
  return url.search === '' ? url.href.replace(/\?$/, '') : url.href;
}

/** Where the authority of a URL begins, by the scheme's letters in any case; 0 where it is none of ours. */
function schemeOf(text: string): (typeof SCHEMES)[number] | undefined {
  for (const known of SCHEMES) if (text.startsWith(known.scheme)) return known;
  const first = text.charCodeAt(0) | 32;
  if (first !== 104 && first !== 102) return undefined;
  const start = text.slice(0, 8).toLowerCase();
  return SCHEMES.find(({ scheme }) => start.startsWith(scheme));
}

/** What the last scan of a host has seen: capitals, two dashes in a row (international letters), its last label. */
const seen = { capitals: false, dashes: false, labelAt: 0 };

/** Undefined where the parser has to decide. */
function plainUrl(text: string): string | undefined {
  const known = schemeOf(text);
  if (known === undefined) return undefined;
  const from = known.scheme.length;
  const hostEnd = endOfHost(text, from);
  if (hostEnd <= from || !isPlainHost(text, from, hostEnd)) return undefined;
  let at = hostEnd;
  let port = '';
  if (text.charCodeAt(at) === COLON) {
    at += 1;
    while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at += 1;
    port = text.slice(hostEnd + 1, at);
    if (!/^[1-9]\d{0,3}$/.test(port)) return undefined;
    port = port === known.port ? '' : `:${port}`;
  }
  const { capitals } = seen;
  const end = endOfPlainTail(text, at);
  if (end < 0) return undefined;
  const unchanged = at === hostEnd && end === text.length && text.charCodeAt(at) === SLASH && !capitals;
  if (unchanged && text.startsWith(known.scheme)) return text;
  const written = text.slice(from, hostEnd);
  const tail = text.slice(at, end);
  return `${known.scheme}${capitals ? written.toLowerCase() : written}${port}${tail.startsWith('/') ? '' : '/'}${tail}`;
}

function endOfHost(text: string, from: number): number {
  let at = from;
  let before = 0;
  seen.capitals = false;
  seen.dashes = false;
  seen.labelAt = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) seen.labelAt = at + 1;
    else if (code === DASH) {
      if (before === DASH) seen.dashes = true;
    } else if (code < 48 || code > 122) break;
    else if (code > 57 && code < 97) {
      if (code < 65 || code > 90) break;
      seen.capitals = true;
    }
    before = code;
  }
  return at;
}

/** Not one that the parser reads as a number or checks further. */
function isPlainHost(text: string, from: number, to: number): boolean {
  const { labelAt, dashes } = seen;
  if (dashes || labelAt === to) return false;
  const last = text.charCodeAt(labelAt);
  return last < 48 || last > 57 || ipv4Number(text, from, to) >= 0;
}

/** Where path and query end (at the fragment, or with the text); -1 where something in them must be written otherwise. */
function endOfPlainTail(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (from < text.length && first !== SLASH && first !== QUERY && first !== HASH) return -1;
  let inQuery = false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === HASH) return isPlainFragment(text, at) ? at : -1;
    if (code > 127 || PLAIN[code] === 0) return -1;
    if (code === QUERY) {
      const next = text.charCodeAt(at + 1);
      if (!inQuery && (at + 1 === text.length || next === HASH)) return -1;
      inQuery = true;
    }
    // A segment that begins with a dot, or with its escaped form, may mean another folder.
    if (code === SLASH && !inQuery) {
      const next = text.charCodeAt(at + 1);
      if (next === 46 || next === 37) return -1;
    }
  }
  return text.length;
}

/** Leading and trailing blanks, tabs and line ends are the parser's business. */
function isPlainFragment(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) if (text.charCodeAt(at) <= 32) return false;
  return true;
}
