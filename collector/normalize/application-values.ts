/** Lines of JSON and of key=value, as structured loggers write them: the few names that mean something to all. */
import { put } from './draft.ts';
import { levelOf } from './application-level.ts';
import type { NormalEvent } from './event.ts';
import { jsonObject } from './json-object.ts';
import { putText } from './put-more.ts';

export interface LineValues {
  /** As written; empty when there is none. */
  time: string;
  /** Lines of a trace; empty when there is none. */
  trace: string;
}

const TEXT_CHARS_MAX = 1_024;
const FIELDS: readonly (readonly [field: string, names: readonly string[]])[] = [
  ['event.reason', ['message', 'msg', 'MESSAGE', 'log', 'text', '@m']],
  ['log.logger', ['logger', 'logger_name', 'loggerName', 'log.logger', 'name', 'caller', 'SourceContext']],
  ['process.thread.name', ['thread', 'thread_name', 'threadName', 'process.thread.name']],
  ['user.name', ['user', 'username', 'user_name', 'user.name', 'userName']],
  ['error.type', ['error.type', 'exception.type', 'exc_type', 'errorType']],
  ['error.message', ['error.message', 'exception.message', 'err', 'error']],
  ['trace.id', ['trace_id', 'traceId', 'trace.id', 'request_id', 'requestId']],
  ['url.path', ['path', 'url', 'url.path', 'uri']],
];
const TIMES = ['@timestamp', 'timestamp', 'time', 'ts', 'date', '@t', 'datetime', 'asctime'];
const LEVELS = ['level', 'severity', 'log.level', 'levelname', 'lvl', 'loglevel', '@l'];
const ADDRESSES = ['client_ip', 'clientIp', 'remote_ip', 'remote_addr', 'remoteAddr', 'source.ip', 'ip'];
const TRACES = [
  'stack_trace',
  'stackTrace',
  'stack',
  'exc_info',
  'exception',
  'error.stack_trace',
  '@x',
  'traceback',
];
/** pino and bunyan write levels as numbers. */
const NUMBERED: ReadonlyMap<number, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warning'],
  [50, 'error'],
  [60, 'fatal'],
]);
const PAIR = /(?:^| )([A-Za-z_@][\w.@-]{0,64})=(?:"((?:[^"\\\n]|\\.){0,4096})"|([^\s"]{0,1024}))(?= |$)/g;
const PAIRS_MAX = 64;
/** How much of a line is looked at for pairs. */
const PAIRS_CHARS_MAX = 16_384;

type Values = ReadonlyMap<string, string | number>;

function valueOf(values: Values, names: readonly string[]): string | number | undefined {
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function putValues(event: NormalEvent, values: Values): LineValues {
  const level = valueOf(values, LEVELS);
  put(event, 'log.level', typeof level === 'number' ? NUMBERED.get(level) : levelOf(level ?? ''));
  for (const [field, names] of FIELDS) {
    const value = valueOf(values, names);
    if (value !== undefined) putText(event, field, String(value).slice(0, TEXT_CHARS_MAX));
  }
  const address = valueOf(values, ADDRESSES);
  if (address !== undefined && /^[0-9a-fA-F.:]{2,45}$/.test(String(address))) {
    put(event, 'source.ip', String(address));
  }
  return { time: String(valueOf(values, TIMES) ?? ''), trace: String(valueOf(values, TRACES) ?? '') };
}

/** Objects one level down count as `outer.inner`. */
function flatten(object: object, prefix: string, into: Map<string, string | number>): void {
  for (const [key, value] of Object.entries(object)) {
    if (into.size >= PAIRS_MAX) return;
    if (typeof value === 'string' || typeof value === 'number') into.set(prefix + key, value);
    else if (prefix === '' && typeof value === 'object' && value !== null) flatten(value, `${key}.`, into);
  }
}

/** undefined when the text is no object of JSON, or one that says neither time, level nor message. */
export function readJsonLine(event: NormalEvent, text: string): LineValues | undefined {
  const parsed = jsonObject(text);
  if (parsed === undefined) return undefined;
  const values = new Map<string, string | number>();
  flatten(parsed, '', values);
  const known = [TIMES, LEVELS, FIELDS[0]?.[1] ?? []].some((names) => valueOf(values, names) !== undefined);
  return known ? putValues(event, values) : undefined;
}

/** `time=... level=info msg="..."`; undefined when a line has no level and message of this kind. */
export function readKeyValues(event: NormalEvent, text: string): LineValues | undefined {
  if (!/^[A-Za-z_@][\w.@-]{0,64}=/.test(text)) return undefined;
  const values = new Map<string, string | number>();
  for (const [, name = '', quoted, bare] of text.slice(0, PAIRS_CHARS_MAX).matchAll(PAIR)) {
    values.set(name, (quoted ?? bare ?? '').replaceAll('\\"', '"'));
    if (values.size >= PAIRS_MAX) break;
  }
  if (valueOf(values, LEVELS) === undefined) return undefined;
  return putValues(event, values);
}
