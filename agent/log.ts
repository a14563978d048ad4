/**
 * Structured logs on standard output, one JSON object per line, in pino's form; what could be a secret never gets there.
 * Written by hand, since a library for it brings worker threads and formats an agent has no use for (1 MB).
 */
import fs from 'node:fs';
import { LOG_LEVELS } from './config.ts';
import type { LogLevel } from './config.ts';

interface LogMethod {
  (fields: object, message: string): void;
  (message: string): void;
}

export type Logger = Readonly<Record<Exclude<LogLevel, 'silent'>, LogMethod>>;

const SECRET_KEYS = new Set([
  'token',
  'tokenSecret',
  'secret',
  'privateKey',
  'signature',
  'authorization',
  'password',
]);
/** Causes of causes. */
const DEPTH_MAX = 5;
/** Who reads the log may be slow: so often it is waited for, then the line is lost. */
const TRIES = 100;
const RETRY_MS = 10;

/** @param now for tests */
export function makeLogger(level: LogLevel, fileDescriptor = 1, now: () => number = Date.now): Logger {
  const least = LOG_LEVELS.indexOf(level);
  const method = (name: Exclude<LogLevel, 'silent'>): LogMethod => {
    if (LOG_LEVELS.indexOf(name) < least) return () => undefined;
    return (first: object | string, message?: string) => {
      const [fields, msg] = typeof first === 'string' ? [{}, first] : [first, message];
      const time = new Date(now()).toISOString();
      writeLine(fileDescriptor, lineOf({ level: name, time, app: 'vonggac-agent' }, fields, msg));
    };
  };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
  };
}

function lineOf(head: object, fields: object, msg: string | undefined): string {
  try {
    return JSON.stringify({ ...head, ...fields, msg }, plain);
  } catch (error) {
    // What goes in a circle cannot be written, that it happened can.
    return JSON.stringify({ ...head, msg, unwritable: String(error) });
  }
}

function plain(key: string, value: unknown): unknown {
  if (SECRET_KEYS.has(key) && value !== undefined) return '[redacted]';
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? errorFields(value, 1) : value;
}

function errorFields(error: Error, depth: number): object {
  const { name, message, stack, cause } = error;
  const deeper = (inner: unknown): unknown =>
    inner instanceof Error && depth < DEPTH_MAX ? errorFields(inner, depth + 1) : String(inner);
  return {
    ...Object.fromEntries(Object.entries(error)),
    type: name,
    message,
    stack,
    ...(cause === undefined ? {} : { cause: deeper(cause) }),
    ...(error instanceof AggregateError ? { errors: error.errors.slice(0, 10).map(deeper) } : {}),
  };
}

function writeLine(fileDescriptor: number, line: string): void {
  let rest = Buffer.from(`${line}\n`);
  for (let tries = 0; rest.length > 0 && tries < TRIES; tries += 1) {
    try {
      rest = rest.subarray(fs.writeSync(fileDescriptor, rest));
    } catch (error) {
      // Nobody reads the log any more, or its disk is full: the agent's work does not depend on it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
