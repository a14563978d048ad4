/** ESET PROTECT's export in JSON: threats, firewall, HIPS and audit events, one object a line. */
import { type DeviceReading, UNKNOWN_FORM } from './device-reading.ts';
import { type LineClock, parseDeviceTime } from './device-time.ts';
import { logSources, numberOrText, put, putSource } from '../draft.ts';
import type { LogSource, NormalEvent } from '../event.ts';
import { fieldWord, firewallAction, putCode, putDestination, putFileHash } from '../put-more.ts';
import { ANTIVIRUS, FIREWALL } from './vendors.ts';

const JSON_CHARS_MAX = 65_536;
const KEYS_MAX = 128;

const ESET: LogSource = { product: 'eset' };
const SOURCES_OF: ReadonlyMap<string, readonly LogSource[]> = new Map([
  ['Threat_Event', logSources(ESET, ANTIVIRUS)],
  ['FilteredWebsites_Event', logSources(ESET)],
  ['FirewallAggregated_Event', logSources(ESET, FIREWALL)],
  ['HipsAggregated_Event', logSources(ESET)],
  ['Audit_Event', logSources(ESET)],
  ['EnterpriseInspectorAlert_Event', logSources(ESET)],
  ['EsetInspectAlert_Event', logSources(ESET)],
  ['BlockedFiles_Event', logSources(ESET, ANTIVIRUS)],
]);

const TEXT_OF: ReadonlyMap<string, string> = new Map([
  ['threat_name', 'threat.name'],
  ['threat_type', 'threat.type'],
  ['username', 'user.name'],
  ['account', 'user.name'],
  ['processname', 'process.executable'],
  ['process_name', 'process.executable'],
  ['severity', 'log.level'],
  ['rule_name', 'rule.name'],
  ['rulename', 'rule.name'],
  ['event', 'event.reason'],
  ['os_name', 'host.os.name'],
  ['protocol', 'network.transport'],
  ['source_port', 'source.port'],
  ['target_port', 'destination.port'],
]);

/** Their dates: `15-Jun-2025 02:00:00`, in UTC. */
function timeOf(text: unknown, clock: LineClock): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(\d{1,2})-([A-Z][a-z]{2})-(\d{4}) (\d{2}:\d{2}:\d{2})$/.exec(text);
  if (match === null) return parseDeviceTime(text, clock, 'UTC');
  const [, day = '', month = '', year = '', time = ''] = match;
  return parseDeviceTime(`${month} ${day} ${year} ${time} UTC`, clock);
}

function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // A line that begins with a brace need not be JSON; it is kept whole.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? new Map(Object.entries(parsed))
    : undefined;
}

/** A list or object as text; undefined where it is nested too deep, and stands in the message alone. */
function compact(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function putPath(event: NormalEvent, type: unknown, uri: string): void {
  const path = uri.startsWith('file:///') ? uri.slice('file:///'.length) : uri;
  const isFile = type === undefined || type === 'file' || type === 'File';
  put(
    event,
    isFile ? 'file.path' : 'url.original',
    isFile && /^[A-Za-z]:\//.test(path) ? path.replaceAll('/', '\\') : path,
  );
}

function putValue(
  event: NormalEvent,
  key: string,
  value: unknown,
  object: ReadonlyMap<string, unknown>,
): void {
  if (value === null || value === '' || value === undefined) return;
  if (typeof value === 'boolean' || typeof value === 'number') {
    put(event, TEXT_OF.get(key) ?? `eset.${fieldWord(key)}`, value);
    return;
  }
  const text = typeof value === 'string' ? value : compact(value);
  if (text === undefined) return;
  if (key === 'object_uri') putPath(event, object.get('object_type'), text);
  else if (key === 'source_address') putSource(event, text);
  else if (key === 'target_address') putDestination(event, text);
  else if (key === 'ipv4' || key === 'ipv6') put(event, 'host.ip', text);
  else if (key === 'hash' && putFileHash(event, text)) return;
  else put(event, TEXT_OF.get(key) ?? `eset.${fieldWord(key)}`, numberOrText(text));
}

function putAction(event: NormalEvent, type: string, object: ReadonlyMap<string, unknown>): void {
  const taken = object.get('action_taken') ?? object.get('action');
  const word = typeof taken === 'string' ? taken : '';
  if (type === 'Threat_Event' || type === 'BlockedFiles_Event') put(event, 'event.action', 'malware_found');
  else put(event, 'event.action', firewallAction(word) ?? (word === '' ? type : word));
  const isHandled = object.get('threat_handled') ?? object.get('handled');
  if (isHandled === true || isHandled === 1) put(event, 'event.outcome', 'success');
  else if (isHandled === false || isHandled === 0) put(event, 'event.outcome', 'failure');
}

const APART = new Set(['event_type', 'occured', 'occurred', 'hostname', 'source_uuid']);

/** A line that begins with a brace; one that is not ESET's is left as it was. */
export function readEset(event: NormalEvent, text: string, clock: LineClock): DeviceReading {
  if (text.length > JSON_CHARS_MAX || !text.includes('"event_type"')) return UNKNOWN_FORM;
  const object = parseObject(text);
  const type = object?.get('event_type');
  if (object === undefined || typeof type !== 'string') return UNKNOWN_FORM;
  const sources = SOURCES_OF.get(type);
  if (sources === undefined) return UNKNOWN_FORM;
  event.logsources = sources;
  put(event, 'observer.vendor', 'ESET');
  putCode(event, type);
  putAction(event, type, object);
  const hostname = object.get('hostname');
  // The header's host is the console; the event is about this one.
  if (typeof hostname === 'string' && hostname !== '') {
    const relay = event.fields.get('host.name');
    if (typeof relay === 'string') put(event, 'observer.name', relay);
    put(event, 'host.name', hostname);
  }
  let count = 0;
  for (const [key, value] of object) {
    if (APART.has(key)) continue;
    putValue(event, key, value, object);
    count += 1;
    if (count >= KEYS_MAX) break;
  }
  return { known: true, timeMs: timeOf(object.get('occured') ?? object.get('occurred'), clock) };
}
