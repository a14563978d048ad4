/** What mail servers' lines have in common: `key=<value>` lists and `host[address]:port` peers. */
import type { NormalEvent } from '../event.ts';
import { put, putSource } from '../draft.ts';
import { putDestination, putNumber, putText } from '../put-more.ts';

const PAIRS_MAX = 32;
const TEXT_CHARS_MAX = 8_192;
const PAIR = /(?:^|[ ,;] ?)([a-z_]{2,24})=(<[^>]{0,1024}>|[^\s,]{0,1024})/g;

/** The first value of each key, without its angle brackets. */
export function mailPairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const [, key = '', value = ''] of text.slice(0, TEXT_CHARS_MAX).matchAll(PAIR)) {
    if (pairs.has(key)) continue;
    pairs.set(key, value.startsWith('<') && value.endsWith('>') ? value.slice(1, -1) : value);
    if (pairs.size >= PAIRS_MAX) break;
  }
  return pairs;
}

/** `mail.example.vn[203.0.113.9]:25`; the port may be missing, and so may either of the others. */
const PEER = /^([^\s[\]]{0,255})\[([^\]\s]{1,64})\](?::(\d{1,5}))?/;
const UNKNOWN_NAME = 'unknown';

/** @returns what follows the peer; undefined when the text does not begin with one */
export function putClient(event: NormalEvent, text: string): string | undefined {
  const match = PEER.exec(text);
  if (match === null) return undefined;
  const [whole, name = '', address = '', port] = match;
  putSource(event, address);
  if (name !== '' && name !== UNKNOWN_NAME) put(event, 'source.domain', name);
  putNumber(event, 'source.port', port);
  return text.slice(whole.length);
}

/** A relay to which a message went; `none` and names of files and programs are kept as they are. */
export function putRelay(event: NormalEvent, text: string | undefined, field: string): void {
  if (text === undefined || text === '' || text === 'none') return;
  const match = PEER.exec(text);
  if (match === null) {
    putText(event, field, text);
    return;
  }
  const [, name, address = '', port] = match;
  putDestination(event, address);
  putText(event, 'destination.domain', name);
  putNumber(event, 'destination.port', port);
}
