/** Schemas of values that hold others: lists, objects, records, and one of several. */
import { util } from 'zod/v4/core';
import { below, isAborted } from './issue.ts';
import type { RawIssue } from './issue.ts';
import { Schema } from './schema.ts';
import type { Absence } from './schema.ts';
import { Measured } from './values.ts';

export class List extends Measured {
  private readonly element: Schema;

  constructor(element: Schema) {
    super();
    this.element = element;
  }

  /** What is too long is not read. */
  override run(value: unknown, issues: RawIssue[]): unknown {
    if (Array.isArray(value))
      for (const check of this.checks ?? []) {
        if (check.ofLength !== true) break;
        if (check.lengthMax === undefined || value.length <= check.lengthMax) continue;
        const from = issues.length;
        check.run(value, issues);
        const issue = issues[from];
        if (issue !== undefined) issue.continue = false;
        return value;
      }
    return super.run(value, issues);
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (!Array.isArray(value)) {
      issues.push({ expected: 'array', code: 'invalid_type', input: value });
      return value;
    }
    return Array.from(value as unknown[], (item, at) => {
      const from = issues.length;
      const read = this.element.run(item, issues);
      below(at, issues, from);
      return read;
    });
  }
}

/** A list of a known length. */
export class Tuple extends Schema {
  private readonly items: readonly Schema[];

  constructor(items: readonly Schema[]) {
    super();
    this.items = items;
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (!Array.isArray(value)) {
      issues.push({ expected: 'tuple', code: 'invalid_type', input: value });
      return value;
    }
    const { length } = this.items;
    const bound = { inclusive: true, input: value, origin: 'array' };
    if (value.length < length) {
      issues.push({ code: 'too_small', minimum: length, ...bound });
      return value;
    }
    if (value.length > length) issues.push({ code: 'too_big', maximum: length, ...bound });
    return this.items.map((item, at) => {
      const from = issues.length;
      const read = item.run(value[at], issues);
      below(at, issues, from);
      return read;
    });
  }
}

/** What becomes of keys that an object's schema does not name. */
export type Others = 'dropped' | 'refused' | 'kept';
export type Shape = Readonly<Record<string, Schema>>;

export class Fields extends Schema {
  readonly shape: Shape;
  private readonly others: Others;

  constructor(shape: Shape, others: Others) {
    super();
    this.shape = shape;
    this.others = others;
  }

  omit(mask: Readonly<Record<string, true>>): Fields {
    const left = Object.entries(this.shape).filter(([key]) => !Object.hasOwn(mask, key));
    return new Fields(Object.fromEntries(left), this.others);
  }

  override valuesOf(field: string): ReadonlySet<unknown> | undefined {
    return this.shape[field]?.values;
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (!util.isObject(value)) {
      issues.push({ expected: 'object', code: 'invalid_type', input: value });
      return value;
    }
    const input = value as Record<string, unknown>;
    const read: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(this.shape)) readField(key, schema, input, read, issues);
    if (this.others !== 'dropped') this.readOthers(input, read, issues);
    return read;
  }

  private readOthers(
    input: Record<string, unknown>,
    read: Record<string, unknown>,
    issues: RawIssue[],
  ): void {
    const unknown: string[] = [];
    for (const key in input) {
      if (Object.hasOwn(this.shape, key)) continue;
      if (this.others === 'refused') unknown.push(key);
      else if (key !== '__proto__') read[key] = input[key];
    }
    if (unknown.length > 0) issues.push({ code: 'unrecognized_keys', keys: unknown, input, continue: true });
  }
}

function readField(
  key: string,
  schema: Schema,
  input: Record<string, unknown>,
  read: Record<string, unknown>,
  issues: RawIssue[],
): void {
  const isPresent = key in input;
  const { absentIn, absentOut } = schema;
  const from = issues.length;
  const value = schema.run(input[key], issues);
  if (!isPresent && absentOut === 'optional' && absentIn !== undefined) {
    const hasFault = issues.length > from;
    issues.length = from;
    if (absentIn === 'optional' || hasFault) return;
  }
  if (issues.length > from) below(key, issues, from);
  else if (!isPresent && absentIn === undefined)
    issues.push({ code: 'invalid_type', expected: 'nonoptional', input: undefined, path: [key] });
  if (!isPresent && absentIn === undefined) return;
  if (value !== undefined || isPresent || absentOut === undefined) read[key] = value;
}

/** Any number of keys of one kind, with values of one kind. */
export class Entries extends Schema {
  private readonly key: Schema;
  private readonly value: Schema;
  private readonly isPartial: boolean;

  constructor(key: Schema, value: Schema, isPartial = false) {
    super();
    this.key = key;
    this.value = value;
    this.isPartial = isPartial;
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    if (!util.isPlainObject(value)) {
      issues.push({ expected: 'record', code: 'invalid_type', input: value });
      return value;
    }
    const read: Record<string, unknown> = {};
    const { values } = this.key;
    const unknown: string[] = [];
    const every = values === undefined || this.isPartial ? Object.keys(value) : [...values].map(String);
    for (const key of every) {
      if (key === '__proto__') continue;
      const own: RawIssue[] = [];
      const name = String(this.key.run(key, own));
      if (own.length > 0 && values !== undefined) unknown.push(key);
      else if (own.length > 0)
        issues.push({ code: 'invalid_key', origin: 'record', issues: own, input: key, path: [key] });
      if (own.length > 0 || name === '__proto__') continue;
      const from = issues.length;
      read[name] = this.value.run((value as Record<string, unknown>)[key], issues);
      below(key, issues, from);
    }
    if (values !== undefined && !this.isPartial)
      for (const key in value) if (!values.has(key)) unknown.push(key);
    if (unknown.length > 0)
      issues.push({ code: 'unrecognized_keys', input: value, keys: unknown, continue: true });
    return read;
  }
}

/** The first that has no fault; else the only one whose faults did not end its reading. */
export class Either extends Schema {
  protected readonly options: readonly Schema[];

  constructor(options: readonly Schema[]) {
    super();
    this.options = options;
  }

  override get absentIn(): Absence {
    const all = new Set(this.options.map(({ absentIn }) => absentIn));
    if (all.has('defaulted')) return 'defaulted';
    return all.has('optional') ? 'optional' : undefined;
  }

  override get absentOut(): 'optional' | undefined {
    return this.options.some(({ absentOut }) => absentOut === 'optional') ? 'optional' : undefined;
  }

  override get values(): ReadonlySet<unknown> | undefined {
    const sets = this.options.flatMap(({ values }) => (values === undefined ? [] : [values]));
    return sets.length < this.options.length ? undefined : new Set(sets.flatMap((set) => [...set]));
  }

  read(value: unknown, issues: RawIssue[]): unknown {
    const results: { read: unknown; own: RawIssue[] }[] = [];
    for (const option of this.options) {
      const own: RawIssue[] = [];
      const read = option.run(value, own);
      if (own.length === 0) return read;
      results.push({ read, own });
    }
    const [one, ...more] = results.filter(({ own }) => !isAborted(own, 0));
    if (one !== undefined && more.length === 0) {
      issues.push(...one.own);
      return one.read;
    }
    issues.push({ code: 'invalid_union', input: value, errors: results.map(({ own }) => own) });
    return value;
  }
}

/** The one that a field names. */
export class Tagged extends Either {
  private readonly tag: string;
  private byTag: Map<unknown, Schema> | undefined;

  constructor(tag: string, options: readonly Schema[]) {
    super(options);
    this.tag = tag;
  }

  override valuesOf(field: string): ReadonlySet<unknown> | undefined {
    const sets = this.options.flatMap((option) => option.valuesOf(field) ?? []);
    return sets.length < this.options.length ? undefined : new Set(sets.flatMap((set) => [...set]));
  }

  override read(value: unknown, issues: RawIssue[]): unknown {
    if (!util.isObject(value)) {
      issues.push({ expected: 'object', code: 'invalid_type', input: value });
      return value;
    }
    this.byTag ??= new Map(
      this.options.flatMap((option) =>
        Array.from(option.valuesOf(this.tag) ?? [], (tag): [unknown, Schema] => [tag, option]),
      ),
    );
    const option = this.byTag.get((value as Record<string, unknown>)[this.tag]);
    if (option !== undefined) return option.run(value, issues);
    issues.push({
      code: 'invalid_union',
      errors: [],
      note: 'No matching discriminator',
      discriminator: this.tag,
      options: [...this.byTag.keys()],
      input: value,
      path: [this.tag],
    });
    return value;
  }
}
