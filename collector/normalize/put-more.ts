/**
 * Fields that several readers of devices and servers set alike.
 * Invariant: what a line says twice under one name is kept twice, as a list of bounded length.
 */
import { isIP } from 'node:net';
import { numberOrText, put, putSource } from './draft.ts';
import type { FieldValue, NormalEvent } from './event.ts';

/** Values of one field in one event; what comes after them stands in the message alone. */
const VALUES_MAX = 32;
const NAME_CHARS_MAX = 96;

/** Sets a field, or adds to the values it has. */
export function putMore(event: NormalEvent, field: string, value: FieldValue): void {
  const present = event.fields.get(field);
  if (present === undefined || present === null) put(event, field, value);
  else if (!Array.isArray(present)) event.fields.set(field, [present, value]);
  else if (present.length < VALUES_MAX) event.fields.set(field, [...present, value]);
}

/** Where a connection goes: `destination.ip` or `destination.domain` by its form. */
export function putDestination(event: NormalEvent, address: string): void {
  if (address !== '') put(event, isIP(address) === 0 ? 'destination.domain' : 'destination.ip', address);
}

/** Digits as a number; an empty text sets nothing. */
export function putNumber(event: NormalEvent, field: string, text: string | undefined): void {
  if (text !== undefined && text !== '') put(event, field, numberOrText(text));
}

/** An empty text sets nothing. */
export function putText(event: NormalEvent, field: string, text: string | undefined): void {
  if (text !== undefined && text !== '') put(event, field, text);
}

/** A connection's two ends; empty texts set nothing. */
export function putConnection(
  event: NormalEvent,
  source: string | undefined,
  sourcePort: string | undefined,
  destination: string | undefined,
  destinationPort: string | undefined,
): void {
  putSource(event, source ?? '');
  putNumber(event, 'source.port', sourcePort);
  putDestination(event, destination ?? '');
  putNumber(event, 'destination.port', destinationPort);
}

const DIGEST_OF: ReadonlyMap<number, string> = new Map([
  [32, 'file.hash.md5'],
  [40, 'file.hash.sha1'],
  [64, 'file.hash.sha256'],
]);

/** A file's digest, whose kind its length tells. @returns false when the text is none */
export function putFileHash(event: NormalEvent, text: string): boolean {
  const field = DIGEST_OF.get(text.length);
  if (field === undefined || !/^[0-9a-fA-F]+$/.test(text)) return false;
  put(event, field, text.toLowerCase());
  return true;
}

/** The code by which its maker names the event; what a syslog header called it gives way. */
export function putCode(event: NormalEvent, code: string): void {
  if (code === '') return;
  put(event, 'event.code', code);
  event.columns.event_code = code;
}

/** The device's name as the host's, where no header said one. */
export function putDeviceName(event: NormalEvent, name: string | undefined): void {
  if (name === undefined || name === '') return;
  if (event.fields.has('host.name')) put(event, 'observer.name', name);
  else put(event, 'host.name', name);
}

/** A word of a peer's as part of a field's name: without spaces, and bounded. */
export function fieldWord(text: string): string {
  return text
    .slice(0, NAME_CHARS_MAX)
    .trim()
    .replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_');
}

const ALLOWED = new Set([
  'accept',
  'accepted',
  'allow',
  'allowed',
  'forward',
  'pass',
  'passed',
  'permit',
  'permitted',
  'start',
  'close',
]);
const BLOCKED = new Set([
  'block',
  'blocked',
  'deny',
  'denied',
  'discard',
  'discarded',
  'drop',
  'dropped',
  'prevent',
  'prevented',
  'reject',
  'rejected',
]);

/** What a firewall's word for its decision means; undefined when it is no such word. */
export function firewallAction(word: string): 'firewall_allowed' | 'firewall_blocked' | undefined {
  const key = word.toLowerCase();
  if (ALLOWED.has(key)) return 'firewall_allowed';
  return BLOCKED.has(key) ? 'firewall_blocked' : undefined;
}
