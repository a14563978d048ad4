/**
 * Common Event Format and Log Event Extended Format (1.0, 2.0): the header's seven (five) parts and the keys behind it.
 * Invariants: scanned by hand in time linear to the text; an unlisted key keeps its name as a field; keys above the
 * limits stand in the message alone, and the event says how many.
 */
import { delimitedPairs, type Extension, headerParts, spacedPairs } from './cef-leef-pairs.ts';
import { CEF_KEYS, type KeyKind, LABELLED, LEEF_KEYS } from './cef-leef-keys.ts';
import { type DeviceReading, UNKNOWN_FORM } from './device-reading.ts';
import { type LineClock, parseDeviceTime, parseTimeByForm } from './device-time.ts';
import { numberOrText, put, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import {
  fieldWord,
  firewallAction,
  putCode,
  putDestination,
  putFileHash,
  putMore,
  putText,
} from '../put-more.ts';
import { isFirewallVendor, vendorSources } from './vendors.ts';

type Pairs = ReadonlyMap<string, string>;

const OUTCOMES: ReadonlyMap<string, 'success' | 'failure'> = new Map([
  ...['success', 'successful', 'succeeded', 'succeed', 'pass', 'passed', 'ok'].map(
    (word) => [word, 'success'] as const,
  ),
  ...['failure', 'failed', 'fail', 'error', 'denied', 'blocked'].map((word) => [word, 'failure'] as const),
]);

const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ['low', 3],
  ['medium', 6],
  ['high', 8],
  ['very-high', 10],
]);

function putSeverity(event: NormalEvent, value: string): void {
  const severity = SEVERITIES.get(value.toLowerCase());
  if (severity !== undefined) put(event, 'event.severity', severity);
  else if (/^\d{1,3}$/.test(value)) put(event, 'event.severity', Number(value));
  else putText(event, 'log.level', value);
}

/** One format's names. */
interface Format {
  prefix: 'cef' | 'leef';
  keys: ReadonlyMap<string, KeyKind>;
  isFirewall: boolean;
}

function putAction(event: NormalEvent, value: string, { prefix, isFirewall }: Format): void {
  const decision = isFirewall ? firewallAction(value) : undefined;
  put(event, 'event.action', decision ?? value);
  if (decision === undefined) return;
  put(event, `${prefix}.act`, value);
  if (decision === 'firewall_blocked') put(event, 'event.outcome', 'failure');
}

function putKey(event: NormalEvent, key: string, value: string, format: Format, clock: LineClock): void {
  if (value === '') return;
  const known = format.keys.get(key);
  const own = `${format.prefix}.${key}`;
  if (known === undefined) {
    putMore(event, own, numberOrText(value));
    return;
  }
  switch (known.kind) {
    case 'text':
      put(event, known.field, value);
      break;
    case 'lower':
      put(event, known.field, value.toLowerCase());
      break;
    case 'number':
      put(event, known.field, numberOrText(value));
      break;
    case 'time': {
      const timeMs = parseDeviceTime(value, clock);
      if (timeMs === undefined) put(event, own, value);
      else put(event, known.field, isoOr(timeMs, value));
      break;
    }
    case 'source':
      putSource(event, value);
      break;
    case 'destination':
      putDestination(event, value);
      break;
    case 'hash':
      if (!putFileHash(event, value)) put(event, own, value);
      break;
    case 'action':
      putAction(event, value, format);
      break;
    case 'outcome': {
      const outcome = OUTCOMES.get(value.toLowerCase());
      put(event, outcome === undefined ? own : 'event.outcome', outcome ?? value);
      break;
    }
    case 'direction':
      put(event, 'network.direction', value === '0' ? 'inbound' : value === '1' ? 'outbound' : value);
      break;
    case 'severity':
      putSeverity(event, value);
      break;
  }
}

/** Beyond this a time is a number, not a date. */
const DATE_MS_MAX = 8.64e15;
const isoOr = (timeMs: number, text: string): string =>
  Math.abs(timeMs) <= DATE_MS_MAX ? new Date(timeMs).toISOString() : text;

function putObserver(event: NormalEvent, vendor: string, product: string, version: string): void {
  putText(event, 'observer.vendor', vendor);
  putText(event, 'observer.product', product);
  putText(event, 'observer.version', version);
  event.logsources = vendorSources(vendor, product);
}

/** What makers of virus scanners call the name of what was found. */
const THREAT_LABELS = new Set([
  'virusname',
  'threatname',
  'malwarename',
  'malware',
  'threat',
  'virus',
  'detectionname',
]);

/** `cs1Label=Virus name` names `cs1`; a label without its value is a field of its own. */
function putLabelled(event: NormalEvent, pairs: Pairs, prefix: 'cef' | 'leef'): ReadonlySet<string> {
  const done = new Set<string>();
  for (const [key, label] of pairs) {
    if (!key.endsWith('Label') || label === '') continue;
    const of = key.slice(0, -'Label'.length);
    const value = pairs.get(of);
    if (value === undefined || !LABELLED.test(of)) continue;
    const word = fieldWord(label);
    if (word === '') continue;
    done.add(key).add(of);
    const field = THREAT_LABELS.has(word.toLowerCase().replaceAll('_', ''))
      ? 'threat.name'
      : `${prefix}.${word}`;
    if (value !== '') putMore(event, field, numberOrText(value));
  }
  return done;
}

/** Who acts and whom it is about; who stands alone is the event's user. */
function putUsers(event: NormalEvent, actor: string, user: string): void {
  if (user !== '' && actor !== '' && user !== actor) putText(event, 'user.actor.name', actor);
  putText(event, 'user.name', user === '' ? actor : user);
}

const CEF_APART = new Set(['suser', 'duser', 'rt', 'dtz', 'deviceTimeZone']);

/** Reads what follows `CEF:`. */
export function readCef(event: NormalEvent, text: string, clock: LineClock): DeviceReading {
  const header = headerParts(text, 7);
  if (header === undefined) return UNKNOWN_FORM;
  const [version = '', vendor = '', product = '', productVersion = '', code = '', name = '', severity = ''] =
    header.parts;
  if (!/^ ?\d{1,2}(?:\.\d{1,2})?$/.test(version)) return UNKNOWN_FORM;
  putObserver(event, vendor, product, productVersion);
  putCode(event, code);
  putText(event, 'cef.version', version.trim());
  putText(event, 'cef.name', name);
  putSeverity(event, severity.trim());
  const { pairs, left } = spacedPairs(text.slice(header.end));
  if (left > 0) put(event, 'cef.keys_left', left);
  const format: Format = { prefix: 'cef', keys: CEF_KEYS, isFirewall: isFirewallVendor(event.logsources) };
  putUsers(event, pairs.get('suser') ?? '', pairs.get('duser') ?? '');
  const done = putLabelled(event, pairs, 'cef');
  for (const [key, value] of pairs) {
    if (!done.has(key) && !CEF_APART.has(key)) putKey(event, key, value, format, clock);
  }
  const zone = pairs.get('dtz') ?? pairs.get('deviceTimeZone');
  putText(event, 'event.timezone', zone);
  if (!event.fields.has('host.name')) putText(event, 'host.name', pairs.get('dvchost') ?? pairs.get('dvc'));
  return { known: true, timeMs: firstTime(pairs, ['rt', 'end', 'start'], clock, zone) };
}

function firstTime(
  pairs: Pairs,
  keys: readonly string[],
  clock: LineClock,
  zone: string | undefined,
): number | undefined {
  for (const key of keys) {
    const value = pairs.get(key);
    const timeMs = value === undefined ? undefined : parseDeviceTime(value, clock, zone);
    if (timeMs !== undefined) return timeMs;
  }
  return undefined;
}

/** The delimiter that LEEF 2.0's header names: a character, or its code as `x09` or `0x09`. */
function delimiterOf(text: string): string | undefined {
  const code = /^(?:0?x)([0-9a-fA-F]{1,4})$/.exec(text)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return text.length === 1 ? text : undefined;
}

/** Relays write a tab as `#011`, or as a space. */
function leefPairs(body: string, named: string | undefined): Extension {
  const delimiter = named ?? '\t';
  if (body.includes(delimiter)) return delimitedPairs(body, delimiter);
  if (delimiter === '\t' && body.includes('#011')) return delimitedPairs(body, '#011');
  return spacedPairs(body);
}

const LEEF_APART = new Set(['devTime', 'devTimeFormat']);

/** Reads what follows `LEEF:`. */
export function readLeef(event: NormalEvent, text: string, clock: LineClock): DeviceReading {
  const header = headerParts(text, 5);
  if (header === undefined) return UNKNOWN_FORM;
  const [version = '', vendor = '', product = '', productVersion = '', code = ''] = header.parts;
  if (!/^\d{1,2}(?:\.\d{1,2})?$/.test(version)) return UNKNOWN_FORM;
  putObserver(event, vendor, product, productVersion);
  putCode(event, code);
  putText(event, 'leef.version', version);
  let body = text.slice(header.end);
  let delimiter: string | undefined;
  if (version.startsWith('2')) {
    // The sixth part may be left out, also together with its bar; empty, it means a tab.
    const isBar = body.startsWith('||');
    const bar = isBar ? 1 : body.indexOf('|');
    const named = bar === -1 ? undefined : delimiterOf(body.slice(0, bar));
    if (named !== undefined || bar === 0) {
      delimiter = named;
      body = body.slice(bar + 1);
    }
  }
  const { pairs, left } = leefPairs(body, delimiter);
  if (left > 0) put(event, 'leef.keys_left', left);
  const format: Format = { prefix: 'leef', keys: LEEF_KEYS, isFirewall: isFirewallVendor(event.logsources) };
  for (const [key, value] of pairs) if (!LEEF_APART.has(key)) putKey(event, key, value, format, clock);
  return { known: true, timeMs: leefTime(pairs, clock) };
}

function leefTime(pairs: Pairs, clock: LineClock): number | undefined {
  const text = pairs.get('devTime');
  if (text === undefined) return undefined;
  const form = pairs.get('devTimeFormat');
  return (
    (form === undefined ? undefined : parseTimeByForm(text, form, clock)) ?? parseDeviceTime(text, clock)
  );
}
