/**
 * A schema: reads a value, then runs its checks, in the order and under the conditions of zod. Never changed once it is
 * made; methods are on prototypes and most schemas have one or two fields, which is what makes them small (private by
 * name only, as a check is added to a copy).
 */
import { util } from 'zod/v4/core';
import { finish, isAborted, isEnded, ZodError } from './issue.ts';
import type { Issue, RawIssue } from './issue.ts';

/** Whether a key may be absent: not at all, so that nothing stands in its place, or so that something does. */
export type Absence = 'optional' | 'defaulted' | undefined;

/** @returns the value, or what it becomes */
export interface Check {
  run: (value: unknown, issues: RawIssue[]) => unknown;
  /** Of a length: it is checked even where others have failed, unless that ended it. */
  ofLength?: boolean | undefined;
  /** Nothing longer is read at all. */
  lengthMax?: number | undefined;
}

export type Result =
  { success: true; data: unknown } | { success: false; readonly error: ZodError & { issues: Issue[] } };

export abstract class Schema {
  /** Its format comes first. */
  protected checks: readonly Check[] | undefined;

  /** Without its checks. */
  abstract read(value: unknown, issues: RawIssue[]): unknown;

  get absentIn(): Absence {
    return undefined;
  }

  get absentOut(): 'optional' | undefined {
    return undefined;
  }

  /** All there are; undefined: too many. */
  get values(): ReadonlySet<unknown> | undefined {
    return undefined;
  }

  /** What a field of the value may be, where that is a few values. */
  valuesOf(_field: string): ReadonlySet<unknown> | undefined {
    return undefined;
  }

  run(value: unknown, issues: RawIssue[]): unknown {
    const from = issues.length;
    const read = this.read(value, issues);
    return this.checks === undefined ? read : runChecks(this.checks, read, issues, from);
  }

  parse(value: unknown): unknown {
    const result = this.safeParse(value);
    if (!result.success) throw result.error;
    return result.data;
  }

  safeParse(value: unknown, options?: { reportInput?: boolean }): Result {
    const issues: RawIssue[] = [];
    const data = this.run(value, issues);
    if (issues.length === 0) return { success: true, data };
    return {
      success: false,
      get error() {
        return new ZodError(finish(issues, options?.reportInput === true));
      },
    };
  }

  /** A copy with one more. */
  protected with(check: Check): this {
    const copy: this = Object.assign(Object.create(Object.getPrototypeOf(this) as object), this);
    copy.checks = [...(this.checks ?? []), check];
    return copy;
  }

  optional(): Optional {
    return new Optional(this);
  }

  nullable(): Nullable {
    return new Nullable(this);
  }

  nullish(): Optional {
    return new Optional(new Nullable(this));
  }

  /** What stands in for an absent value is not read. */
  default(value: unknown): Defaulted {
    return new Defaulted(this, value);
  }

  /** What stands in for an absent value is read like one. */
  prefault(value: unknown): Prefaulted {
    return new Prefaulted(this, value);
  }

  pipe(next: Schema): Pipe {
    return new Pipe(this, next);
  }

  refine(
    holds: (value: never) => unknown,
    message?: string | { message?: string; path?: PropertyKey[] },
  ): this {
    const { message: said, path = [] } = typeof message === 'string' ? { message } : (message ?? {});
    return this.with({
      run: (value, issues) => {
        if (!Reflect.apply(holds, undefined, [value]))
          issues.push({ code: 'custom', input: value, path: [...path], message: said, continue: true });
        return value;
      },
    });
  }

  superRefine(look: (value: never, context: { addIssue: (issue: RawIssue) => void }) => void): this {
    return this.with({
      run: (value, issues) => {
        const addIssue = (issue: RawIssue): void => {
          issues.push({ input: value, continue: true, ...issue });
        };
        Reflect.apply(look, undefined, [value, { addIssue }]);
        return value;
      },
    });
  }
}

function runChecks(checks: readonly Check[], read: unknown, issues: RawIssue[], from: number): unknown {
  let value = read;
  let aborted = isAborted(issues, from);
  for (const check of checks) {
    if (check.ofLength === true ? isEnded(issues, from) || !hasLength(value) : aborted) continue;
    const before = issues.length;
    value = check.run(value, issues);
    aborted ||= isAborted(issues, before);
  }
  return value;
}

function hasLength(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'length' in value);
}

/** As what it is around, but for what a subclass says. */
abstract class Around extends Schema {
  protected readonly inner: Schema;

  constructor(inner: Schema) {
    super();
    this.inner = inner;
  }

  override get absentIn(): Absence {
    return this.inner.absentIn;
  }

  override get values(): ReadonlySet<unknown> | undefined {
    return this.inner.values;
  }
}

class Optional extends Around {
  override get absentIn(): Absence {
    return this.inner.absentIn === 'defaulted' ? 'defaulted' : 'optional';
  }

  override get absentOut(): 'optional' {
    return 'optional';
  }

  override get values(): ReadonlySet<unknown> | undefined {
    const { values } = this.inner;
    return values === undefined ? undefined : new Set([...values, undefined]);
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (value !== undefined) return this.inner.run(value, issues);
    if (this.inner.absentIn !== 'defaulted') return undefined;
    // One that stands in for what is absent, and has a fault, has no answer.
    const own: RawIssue[] = [];
    const read = this.inner.run(value, own);
    return own.length === 0 ? read : undefined;
  }
}

class Nullable extends Around {
  override get absentOut(): 'optional' | undefined {
    return this.inner.absentOut;
  }

  override get values(): ReadonlySet<unknown> | undefined {
    const { values } = this.inner;
    return values === undefined ? undefined : new Set([...values, null]);
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    return value === null ? null : this.inner.run(value, issues);
  }
}

class Prefaulted extends Around {
  private readonly given: unknown;

  constructor(inner: Schema, given: unknown) {
    super(inner);
    this.given = given;
  }

  protected get standIn(): unknown {
    return typeof this.given === 'function'
      ? Reflect.apply(this.given, undefined, [])
      : util.shallowClone(this.given);
  }

  override get absentIn(): Absence {
    return 'defaulted';
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    return this.inner.run(value === undefined ? this.standIn : value, issues);
  }
}

class Defaulted extends Prefaulted {
  override read(value: unknown, issues: RawIssue[]): unknown {
    if (value === undefined) return this.standIn;
    const read = this.inner.run(value, issues);
    return read === undefined ? this.standIn : read;
  }
}

class Pipe extends Around {
  private readonly next: Schema;

  constructor(inner: Schema, next: Schema) {
    super(inner);
    this.next = next;
  }

  override get absentOut(): 'optional' | undefined {
    return this.next.absentOut;
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    const from = issues.length;
    const read = this.inner.run(value, issues);
    const goesOn = issues.slice(from).every(({ code }) => code === 'unrecognized_keys');
    return goesOn ? this.next.run(read, issues) : read;
  }
}
