/**
 * What web servers quote in their logs: parts in quotes with escapes, and the request line, taken apart.
 * Scanned by hand: quoted parts come from strangers and may be as long as a line.
 */
import type { NormalEvent } from './event.ts';
import { put } from './draft.ts';

/** Decoding twice shows what a doubly encoded attack means; longer addresses are cut before it. */
const DECODE_ROUNDS = 2;
const DECODE_CHARS_MAX = 16_384;

/** The text of a quoted part that opens at `at`, escapes left as they are, and where it ends. */
export function quotedAt(text: string, at: number): { value: string; end: number } | undefined {
  if (text[at] !== '"') return undefined;
  for (let index = at + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index += 1;
    else if (code === 0x22) return { value: text.slice(at + 1, index), end: index + 1 };
  }
  return undefined;
}

/** Apache writes \" and \\, both write \xHH (bytes of UTF-8), for what cannot stand in a line. */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /((?:\\x[0-9a-fA-F]{2})+)|\\(["\\])/g,
    (_, bytes: string | undefined, char: string | undefined) =>
      bytes === undefined ? (char ?? '') : Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
}

function percentDecode(text: string): string {
  return text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** What an address means after percent-decoding; undefined when that changes nothing. */
export function decodeUrl(url: string): string | undefined {
  if (!url.includes('%') && !url.includes('+')) return undefined;
  let text = url.slice(0, DECODE_CHARS_MAX).replaceAll('+', ' ');
  for (let round = 0; round < DECODE_ROUNDS && text.includes('%'); round += 1) text = percentDecode(text);
  return text === url ? undefined : text;
}

export function putRequest(event: NormalEvent, quoted: string): void {
  const request = unescape(quoted);
  const first = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  const hasVersion = last > first && request.startsWith('HTTP/', last + 1);
  if (first === -1) {
    // Not HTTP: a TLS hello or a probe; the address is whatever was sent.
    put(event, 'cs-uri', request);
    return;
  }
  const url = hasVersion ? request.slice(first + 1, last) : request.slice(first + 1);
  const query = url.indexOf('?');
  put(event, 'cs-method', request.slice(0, first));
  put(event, 'cs-uri', url);
  put(event, 'cs-uri-stem', query === -1 ? url : url.slice(0, query));
  if (query !== -1) put(event, 'cs-uri-query', url.slice(query + 1));
  if (hasVersion) put(event, 'cs-version', request.slice(last + 1));
  put(event, 'url.decoded', decodeUrl(url));
}
