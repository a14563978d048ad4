/**
 * Logs of applications, whatever wrote them: time, level, logger, thread, and the exception that a trace of Java,
 * Python, .NET, Node or Ruby tells of. Lines of JSON and of key=value are read by the names such logs use.
 * Invariant: patterns are bounded and run over the beginning of a record and of each of its first lines.
 */
import { levelOf } from './application-level.ts';
import { readJsonLine, readKeyValues } from './application-values.ts';
import { klogHead, leadingTime } from './application-time.ts';
import { logSources, put, putAction } from './draft.ts';
import type { LogSource, NormalEvent } from './event.ts';
import { putNumber, putText } from './put-more.ts';

const TOKENS_MAX = 8;
const LINE_CHARS_MAX = 2_048;
const LINES_MAX = 400;
const REASON_CHARS_MAX = 1_024;

const FAILURES: ReadonlySet<string> = new Set(['error', 'fatal', 'critical', 'alert', 'emergency']);

const BRACKETED = /^\[([^\]\n]{0,256})\][:,]? {0,4}/;
const WORD = /^([^\s[\]|]{1,256})(?=[\s|]|$) {0,32}(?:\| {0,4})?/;
const LOGGER = /^[A-Za-z_$][\w$/-]{0,64}(?:[.:][\w$[\]/-]{1,128}){1,16}$/;
const SKIPPED: ReadonlySet<string> = new Set(['-', '--', '---', '|', ':', '>>', '–']);

/** Level, thread, process and logger, in whatever order they stand before the message. @returns where that begins. */
function readTokens(event: NormalEvent, line: string, from: number): number {
  let at = from;
  const has = (field: string): boolean => event.fields.has(field);
  for (let token = 0; token < TOKENS_MAX; token += 1) {
    const rest = line.slice(at, at + 300);
    const spaces = /^[ \t]{1,8}/.exec(rest)?.[0].length ?? 0;
    const bracketed = BRACKETED.exec(rest.slice(spaces));
    const word = bracketed ?? WORD.exec(rest.slice(spaces));
    if (word === null) return at + spaces;
    const text = (word[1] ?? '').trim().replace(/[:,]$/, '');
    const level = has('log.level') ? undefined : levelOf(text.replace(/[<>()]/g, ''));
    if (level !== undefined) put(event, 'log.level', level);
    else if (bracketed !== null) {
      if (/^\d{1,10}$/.test(text)) put(event, 'process.pid', Number(text));
      else if (has('process.thread.name')) return at + spaces;
      else putText(event, 'process.thread.name', text);
    } else if (/^\d{1,10}$/.test(text) && !has('process.pid')) put(event, 'process.pid', Number(text));
    else if (LOGGER.test(text) && !has('log.logger')) put(event, 'log.logger', text);
    else if (text !== '' && !SKIPPED.has(text)) return at + spaces;
    at += spaces + word[0].length;
  }
  return at;
}

/** `com.example.FooException: message`, `System.IO.IOException`, `django.db.utils.DatabaseError: ...`. */
const EXCEPTION =
  /^(?:Exception in thread "([^"]{0,128})" |Unhandled exception\. |Uncaught |PHP Fatal error:  Uncaught )?((?:[A-Za-z_$][\w$]{0,64}[.:\\]{1,2}){0,16}(?:[A-Za-z_$][\w$]{0,128}?)?(?:Exception|Error|Warning|Throwable|Interrupt|Exit|Fault|NotFound|DoesNotExist))(?:: ([^\n]{0,2048})|$)/;
const CAUSED = /^(?:Caused by: | ---> )([\w$.]{1,256})(?:: ([^\n]{0,2048}))?/;
const PYTHON_END = /^([A-Za-z_][\w.]{0,200})(?:: ([^\n]{0,2048}))?$/;
const TRACEBACK = 'Traceback (most recent call last):';

/** Whose trace a line is a part of, as SigmaHQ names its application rules. */
const PRODUCTS: readonly { product: string; pattern: RegExp }[] = [
  {
    product: 'jvm',
    pattern:
      /^\s+at [\w$.]{1,256}(?:\/[\w$.]{1,256})?\.[\w$<>]{1,128}\((?:[\w$]{1,128}\.(?:java|kt|scala|groovy)|Native Method|Unknown Source)/,
  },
  { product: 'spring', pattern: /^\s+at org\.springframework\./ },
  { product: 'velocity', pattern: /\borg\.apache\.velocity\./ },
  { product: 'python', pattern: /^ {2}File "[^"]{1,512}", line \d{1,8}/ },
  { product: 'django', pattern: /^ {2}File "[^"]{1,512}\/django\/|^django\.[\w.]{1,128}/ },
  {
    product: 'nodejs',
    pattern: /^\s+at (?:.{1,256} \()?(?:node:|\/|file:)[^()\n]{1,512}:\d{1,8}:\d{1,8}\)?$/,
  },
  { product: 'ruby_on_rails', pattern: /\.rb:\d{1,8}:in [`']/ },
];

/** The exception and its first cause. @returns whether there is one. */
function readTrace(event: NormalEvent, lines: readonly string[], said: string): boolean {
  const products = new Set<string>();
  let traceback = false;
  const exception = EXCEPTION.exec(said);
  if (exception !== null) {
    putText(event, 'process.thread.name', exception[1]);
    putText(event, 'error.type', exception[2]);
    putText(event, 'error.message', exception[3]);
  }
  let cause: RegExpExecArray | null = null;
  for (const line of lines) {
    for (const { product, pattern } of PRODUCTS) if (pattern.test(line)) products.add(product);
    cause = CAUSED.exec(line) ?? cause;
    if (line.startsWith(TRACEBACK)) traceback = true;
    else if (traceback && /^\S/.test(line)) {
      // The last one of a chain is what was raised in the end.
      const end = PYTHON_END.exec(line);
      put(event, 'error.type', end?.[1]);
      put(event, 'error.message', end?.[2]);
      traceback = false;
    } else if (!event.fields.has('error.type')) {
      const found = EXCEPTION.exec(line);
      putText(event, 'error.type', found?.[2]);
      putText(event, 'error.message', found?.[3]);
    }
  }
  putText(event, 'error.cause.type', cause?.[1]);
  putText(event, 'error.cause.message', cause?.[2]);
  if (products.size > 0) {
    event.logsources = logSources(
      APPLICATION,
      ...[...products].map((product): LogSource => ({ category: 'application', product })),
    );
  }
  return event.fields.has('error.type');
}

const APPLICATION: LogSource = { category: 'application' };
const SOURCES = logSources(APPLICATION);
/** `INFO:root:message` of Python's basicConfig. */
const PYTHON_BASIC = /^([A-Z]{4,8}):([\w.]{1,128}):/;
/** The second line of java.util.logging. */
const SECOND_LEVEL = /^([A-Z]{4,8}): /;

/** Reads what stands before the message. @returns its place, and the time. */
function readHead(
  event: NormalEvent,
  record: string,
  timeZone: string,
  receivedMs: number,
): { at: number; timeMs: number | undefined; known: boolean } {
  const klog = klogHead(record.slice(0, 256), timeZone, receivedMs);
  if (klog !== undefined) {
    put(event, 'log.level', klog.level);
    putNumber(event, 'process.pid', klog.pid);
    put(event, 'log.logger', klog.place);
    return { at: klog.end, timeMs: klog.timeMs, known: true };
  }
  const basic = PYTHON_BASIC.exec(record.slice(0, 160));
  const basicLevel = basic === null ? undefined : levelOf(basic[1] ?? '');
  if (basic !== null && basicLevel !== undefined) {
    put(event, 'log.level', basicLevel);
    put(event, 'log.logger', basic[2]);
    return { at: basic[0].length, timeMs: undefined, known: true };
  }
  // A level may stand before the time: `[ERROR] 2026-01-31 ...`, `ERROR 2026-01-31 ...`.
  const first = /^[[<]?([A-Za-z]{3,11})[\]>]?:? {1,4}(?=[[(]?\d)/.exec(record.slice(0, 32));
  const level = first === null ? undefined : levelOf(first[1] ?? '');
  let at = 0;
  if (first !== null && level !== undefined) {
    put(event, 'log.level', level);
    at = first[0].length;
  }
  const time = leadingTime(record.slice(at, at + 64), timeZone, receivedMs);
  at += time?.end ?? 0;
  const untimed = time === undefined && level === undefined;
  if (untimed && !/^[[<]?[A-Za-z]{3,11}[\]>]?[: |]/.test(record.slice(0, 16))) {
    return { at: 0, timeMs: undefined, known: false };
  }
  if (untimed && levelOf(/^[[<]?([A-Za-z]{3,11})/.exec(record)?.[1] ?? '') === undefined) {
    return { at: 0, timeMs: undefined, known: false };
  }
  at = readTokens(event, record, at);
  return { at, timeMs: time?.timeMs, known: true };
}

/** @returns the record's own time, when it says one. */
export function readApplication(
  event: NormalEvent,
  record: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  event.logsources = SOURCES;
  const values = record.startsWith('{') ? readJsonLine(event, record) : readKeyValues(event, record);
  if (values !== undefined) {
    finish(event, readTrace(event, values.trace.slice(0, 65_536).split('\n', LINES_MAX), ''));
    return values.time === '' ? undefined : leadingTime(`${values.time} `, timeZone, receivedMs)?.timeMs;
  }
  const { at, timeMs, known } = readHead(event, record, timeZone, receivedMs);
  const [first = '', ...more] = record
    .slice(at)
    .split('\n', LINES_MAX)
    .map((line) => line.slice(0, LINE_CHARS_MAX));
  const second = SECOND_LEVEL.exec(more[0] ?? '');
  let said = first;
  if (second !== null && !event.fields.has('log.level')) {
    const level = levelOf(second[1] ?? '');
    put(event, 'log.level', level);
    if (level !== undefined) said = (more[0] ?? '').slice(second[0].length);
  }
  const failed = readTrace(event, said.startsWith(TRACEBACK) ? [said, ...more] : more, said);
  if (!known && !failed) return undefined;
  putText(event, 'event.reason', said.slice(0, REASON_CHARS_MAX).trim());
  finish(event, failed);
  return timeMs;
}

function finish(event: NormalEvent, failed: boolean): void {
  const level = event.fields.get('log.level');
  event.parsed = true;
  const isError = failed || (typeof level === 'string' && FAILURES.has(level));
  putAction(event, isError ? 'application_error' : 'application_log', isError ? 'failure' : undefined);
}
