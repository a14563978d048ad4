/** Schemas of single values: texts, numbers, constants, and the checks they have. */
import { regexes, util } from 'zod/v4/core';
import type { RawIssue } from './issue.ts';
import { Schema } from './schema.ts';
import type { Check } from './schema.ts';

const lengthOf = (value: string | readonly unknown[]): number =>
  typeof value === 'string' ? util.codePointLength(value) : value.length;

/** Of texts, in code points, and of lists. */
export abstract class Measured extends Schema {
  min(minimum: number, message?: string): this {
    return this.measured('too_small', (length) => length >= minimum, { minimum, inclusive: true, message });
  }

  max(maximum: number, message?: string): this {
    const details = { maximum, inclusive: true, message };
    return this.measured('too_big', (length) => length <= maximum, details, maximum);
  }

  length(length: number, message?: string): this {
    const exact = { inclusive: true, exact: true, message };
    return this.with(
      measure(
        (is) => is === length,
        (is) =>
          is > length
            ? { code: 'too_big', maximum: length, ...exact }
            : { code: 'too_small', minimum: length, ...exact },
        length,
      ),
    );
  }

  private measured(
    code: string,
    fits: (length: number) => boolean,
    details: object,
    lengthMax?: number,
  ): this {
    return this.with(measure(fits, () => ({ code, ...details }), lengthMax));
  }
}

function measure(
  fits: (length: number) => boolean,
  issueOf: (length: number) => Omit<RawIssue, 'code'> & { code: string },
  lengthMax?: number,
): Check {
  return {
    ofLength: true,
    lengthMax,
    run: (value, issues) => {
      const measured = value as string | unknown[];
      const length = lengthOf(measured);
      const origin = typeof value === 'string' ? 'string' : 'array';
      if (!fits(length)) issues.push({ origin, ...issueOf(length), input: value, continue: true });
      return value;
    },
  };
}

interface Format {
  format: string;
  holds: (text: string) => boolean;
  /** With the issue. */
  told?: object | undefined;
}

export class Text extends Measured {
  /** @param format checked before all others */
  constructor(format?: Check) {
    super();
    if (format !== undefined) this.checks = [format];
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (typeof value !== 'string') issues.push({ expected: 'string', code: 'invalid_type', input: value });
    return value;
  }

  /** What comes after it checks what is left. */
  trim(): this {
    return this.with({ run: (value) => String(value).trim() });
  }

  startsWith(prefix: string): this {
    const told = { origin: 'string', prefix };
    return this.with(formatCheck({ format: 'starts_with', holds: (text) => text.startsWith(prefix), told }));
  }

  regex(pattern: RegExp, message?: string): this {
    return this.with(
      formatCheck(
        { format: 'regex', holds: (text) => matches(pattern, text), told: toldOf(pattern) },
        message,
      ),
    );
  }
}

function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function toldOf(pattern: RegExp): object {
  return { origin: 'string', pattern: pattern.toString() };
}

function formatCheck({ format, holds, told }: Format, message?: string): Check {
  return {
    run: (value, issues) => {
      if (!holds(String(value)))
        issues.push({ code: 'invalid_format', format, ...told, input: value, message, continue: true });
      return value;
    },
  };
}

export function patterned(format: string, pattern: RegExp): Text {
  return new Text(formatCheck({ format, told: toldOf(pattern), holds: (text) => matches(pattern, text) }));
}

export const uuid = (): Text => patterned('uuid', regexes.uuid());
export const isoDate = (): Text => patterned('date', regexes.date);
export const isoDateTime = (options: { offset?: boolean } = {}): Text =>
  patterned('datetime', regexes.datetime({ offset: options.offset === true, local: false, precision: null }));

export const base64 = (): Text =>
  new Text(
    formatCheck({
      format: 'base64',
      holds: (text) => text.length % 4 === 0 && /^[0-9a-zA-Z+/]*={0,2}$/.test(text) && isDecoded(text),
    }),
  );

function isDecoded(text: string): boolean {
  try {
    atob(text);
    return true;
  } catch {
    return false;
  }
}

/** @param protocol of those it may have, without the colon; left out: any */
export const url = ({ protocol }: { protocol?: RegExp } = {}): Text => {
  const isHttp = protocol?.source === regexes.httpProtocol.source;
  return new Text({
    run: (value, issues) => {
      const text = String(value).trim();
      const refuse = (details: object): void => {
        issues.push({ code: 'invalid_format', format: 'url', ...details, input: value, continue: true });
      };
      if (isHttp && !/^https?:\/\//i.test(text)) refuse({ note: 'Invalid URL format' });
      else if (!URL.canParse(text)) refuse({});
      else {
        if (protocol !== undefined && !matches(protocol, new URL(text).protocol.slice(0, -1)))
          refuse({ note: 'Invalid protocol', pattern: protocol.source });
        return text.replaceAll(/[\t\n\r]/g, '');
      }
      return value;
    },
  });
};

export class Numeric extends Schema {
  read(value: unknown, issues: RawIssue[]): unknown {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    const received = typeof value === 'number' ? { received: String(value) } : {};
    issues.push({ expected: 'number', code: 'invalid_type', input: value, ...received });
    return value;
  }

  min(minimum: number, message?: string): this {
    return this.bounded('too_small', (value) => value >= minimum, { minimum, message });
  }

  max(maximum: number, message?: string): this {
    return this.bounded('too_big', (value) => value <= maximum, { maximum, message });
  }

  int(): this {
    return this.with({ run: readInteger });
  }

  private bounded(code: string, holds: (value: number) => boolean, details: object): this {
    return this.with({
      run: (value, issues) => {
        if (!holds(Number(value)))
          issues.push({ origin: 'number', code, ...details, inclusive: true, input: value, continue: true });
        return value;
      },
    });
  }
}

const NOTE = 'Integers must be within the safe integer range.';

function readInteger(value: unknown, issues: RawIssue[]): unknown {
  if (!Number.isInteger(value)) {
    issues.push({ expected: 'int', format: 'safeint', code: 'invalid_type', continue: false, input: value });
  } else if (!Number.isSafeInteger(value)) {
    const limit =
      Number(value) > 0
        ? { code: 'too_big', maximum: Number.MAX_SAFE_INTEGER }
        : { code: 'too_small', minimum: Number.MIN_SAFE_INTEGER };
    issues.push({ ...limit, note: NOTE, origin: 'int', inclusive: true, input: value, continue: true });
  }
  return value;
}

export class Truth extends Schema {
  read(value: unknown, issues: RawIssue[]): unknown {
    if (typeof value !== 'boolean') issues.push({ expected: 'boolean', code: 'invalid_type', input: value });
    return value;
  }
}

/** One of a few values. */
export class Choice extends Schema {
  private readonly all: ReadonlySet<unknown>;

  constructor(values: readonly unknown[]) {
    super();
    this.all = new Set(values);
  }

  override get values(): ReadonlySet<unknown> {
    return this.all;
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (!this.all.has(value)) issues.push({ code: 'invalid_value', values: [...this.all], input: value });
    return value;
  }
}

export class Nothing extends Schema {
  override get values(): ReadonlySet<unknown> {
    return new Set([null]);
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (value !== null) issues.push({ expected: 'null', code: 'invalid_type', input: value });
    return value;
  }
}

export class Anything extends Schema {
  read(value: unknown): unknown {
    return value;
  }
}

export class Never extends Schema {
  private readonly message: string | undefined;

  constructor(message?: string) {
    super();
    this.message = message;
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    issues.push({ expected: 'never', code: 'invalid_type', input: value, message: this.message });
    return value;
  }
}
