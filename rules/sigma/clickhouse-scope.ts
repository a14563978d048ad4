/**
 * What one query shares between its parts: bound parameters, expressions named once in WITH, and the fields of the
 * table. Invariants: values reach SQL as parameters only; an alias has a space in its name, so it is no column's.
 */
import { and, FALSE, or, TRUE } from './clickhouse-logic.ts';
import { fold } from './fold.ts';
import { unfolded } from './unfolded.ts';

/**
 * Where the events stand. Every field of an event must be in `fields` under its own name, or in its column of `typed`,
 * its value complete.
 */
export interface ClickHouseSchema {
  /** DateTime64 column of the event's time. */
  time: string;
  /** Columns to return. */
  select: readonly string[];
  /** Order of the rows; left out = by time. */
  orderBy?: readonly string[] | undefined;
  /** Map(String, String): text as it is, every other value as JSON text (numbers as JavaScript writes them). */
  fields: string;
  /** Array(String): names of the fields whose value stands as JSON text. */
  jsonFields: string;
  /** Fields that only ever hold text (or are absent): SQL over them can be exact. */
  textOnly?: readonly string[] | undefined;
  /**
   * Every name that holds a list or an object in some row of the time asked for; any other field then holds one value
   * at most. Left out = any field but those in `textOnly` may hold those.
   */
  mixed?: readonly string[] | undefined;
  /** Whether values may be objects, into which names with dots reach; left out = none is. */
  objects?: boolean | undefined;
  /** Fields that every event has, by the String column that holds them where `fields` lacks the name. */
  columns?: Readonly<Record<string, string>> | undefined;
  /**
   * Of `columns` those that are made of others, which is slow: the String columns in which a run of ASCII letters, digits
   * and underscores stands whole wherever it stands in theirs, unless it does in a value of `fields` or `typed`.
   */
  parts?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Columns of LowCardinality: what is asked of them alone is asked of each different value once. */
  repeating?: readonly string[] | undefined;
  /**
   * Fields that may stand in a String column of their own instead of in `fields`, by that column. `names` is a String
   * column with the names of those that do in this row, a comma before and after each; they are never empty, lists or
   * objects.
   */
  typed?: { names: string; columns: Readonly<Record<string, string>> } | undefined;
  /** Parallel Array(String) columns, '' where a log source lacks the part; left out = no routing. */
  logsource?: { product: string; category: string; service: string } | undefined;
}

export type ClickHouseParams = Record<string, string | number | readonly string[]>;

/** One field in SQL. */
export interface FieldSql {
  present: string;
  /** The text of a single value; the JSON text of a list or an object; '' where the field is absent. */
  value: string;
  /** The value is not text. */
  json: string;
  /** The value may be a list or an object: true at least where it is. */
  several: string;
  /** The name may reach into an object. */
  nested: string;
}

/** @throws TypeError when a schema's name is no identifier */
export function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?$/.test(name)) {
    throw new TypeError(`"${name}" is not a column or table name`);
  }
  return name
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.');
}

export class Scope {
  readonly params: ClickHouseParams = {};
  readonly #schema: ClickHouseSchema;
  readonly #fields: string;
  readonly #jsonFields: string;
  readonly #bound = new Map<string, string>();
  readonly #aliases = new Map<string, string>();
  readonly #known = new Map<string, FieldSql>();
  readonly #textOnly: ReadonlySet<string>;
  readonly #mixed: ReadonlySet<string> | undefined;

  constructor(schema: ClickHouseSchema) {
    this.#schema = schema;
    this.#fields = identifier(schema.fields);
    this.#jsonFields = identifier(schema.jsonFields);
    this.#textOnly = new Set(schema.textOnly);
    this.#mixed = schema.mixed === undefined ? undefined : new Set(schema.mixed);
  }

  /** The WITH clause, empty where nothing is named. */
  with(): string {
    const named = [...this.#aliases].map(([sql, name]) => `${sql} AS ${name}`);
    return named.length === 0 ? '' : `WITH ${named.join(', ')} `;
  }

  bind(value: string): string {
    return this.#bind(value, 'String');
  }

  bindNumber(value: number): string {
    return this.#bind(String(value), 'Float64');
  }

  bindList(values: readonly string[]): string {
    return this.#bind(values, 'Array(String)');
  }

  #bind(value: string | readonly string[], type: string): string {
    const key = `${type}${JSON.stringify(value)}`;
    const known = this.#bound.get(key);
    if (known !== undefined) return known;
    const name = `p${String(this.#bound.size)}`;
    this.params[name] = value;
    const reference = `{${name}:${type}}`;
    this.#bound.set(key, reference);
    return reference;
  }

  /** Gives the expression a name that says what it is. */
  alias(word: string, sql: string): string {
    const known = this.#aliases.get(sql);
    if (known !== undefined) return known;
    const name = `\`${word} ${String(this.#aliases.size)}\``;
    this.#aliases.set(sql, name);
    return name;
  }

  field(name: string): FieldSql {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bound = this.bind(name);
    const typed = this.#typed(name);
    const inMap = `mapContains(${this.#fields}, ${bound})`;
    const own = typed === undefined ? inMap : or([typed.here, inMap]);
    const column = this.#column(name);
    const mapped = `${this.#fields}[${bound}]`;
    const stored = typed === undefined ? mapped : `if(${typed.here}, ${typed.column}, ${mapped})`;
    const value = this.alias('value', column === undefined ? stored : `if(${own}, ${stored}, ${column})`);
    const json = this.#textOnly.has(name) ? FALSE : this.#isJson(bound);
    const field = {
      present: column === undefined ? own : TRUE,
      value,
      json,
      several: this.#isMixed(name) ? json : FALSE,
      nested: this.#nested(name),
    };
    this.#known.set(name, field);
    return field;
  }

  /**
   * All values of an event in one text, NUL between them. `several`: some of them may be lists or objects; `plain`:
   * the text is that of each value, and they are few enough for the matcher to look at all. `misread` as in `oddSql`.
   */
  everything(misread: boolean): { value: string; several: string; plain: string } {
    const columns = Object.keys(this.#schema.columns ?? {}).map((name) => this.field(name).value);
    const stored = this.#storedValues();
    const isSingle = this.#mixed?.size === 0;
    return {
      value: this.alias(
        'values',
        columns.length === 0 ? stored : `concat(${[stored, ...columns].join(", '\\0', ")})`,
      ),
      several: isSingle ? FALSE : `notEmpty(${this.#jsonFields})`,
      plain: and([
        isSingle && !misread ? TRUE : `empty(${this.#jsonFields})`,
        `length(${this.#fields}) < ${String(VALUES_MAX)}`,
      ]),
    };
  }

  /**
   * True at least where one of these stands in any value: asked of each column as it is, which costs a third of
   * `everything`. @param runs folded, of ASCII letters, digits and underscores
   */
  anywhere(runs: readonly string[]): string {
    const { columns = {}, parts = {}, repeating = [], typed } = this.#schema;
    const own = Object.values(columns).flatMap((column) => parts[column] ?? [column]);
    const stored = new Set([...own, ...Object.values(typed?.columns ?? {})]);
    // What is no ASCII and folded into it is let through.
    const wanted = this.bindList([...new Set(runs), '\u212a', '\u017f']);
    const holds = (value: string): string => `multiSearchAny(lower(${value}), ${wanted})`;
    const together = [...stored].filter((column) => !repeating.includes(column));
    return or([
      ...repeating.filter((column) => stored.has(column)).map((column) => holds(identifier(column))),
      ...(together.length === 0
        ? []
        : [holds(`concatWithSeparator('\\0', ${together.map(identifier).join(', ')})`)]),
      `arrayExists(value -> ${holds('value')}, mapValues(${this.#fields}))`,
    ]);
  }

  /** The text as `fold` makes it, as far as `letters` (of a folded literal) are concerned. */
  folded(value: string, letters: string): string {
    const ascii = this.alias(
      'lower',
      `lower(replaceAll(replaceAll(${value}, '\u212a', 'k'), '\u017f', 's'))`,
    );
    const wanted = [...new Set(letters)].filter((letter) => letter > '\u007f').sort();
    const from = wanted.map((letter) => unfolded().get(letter) ?? '').join('');
    if (from === '') return ascii;
    return this.alias('folded', `translateUTF8(${ascii}, ${this.bind(from)}, ${this.bind(fold(from))})`);
  }

  /** The whole of `fold`. */
  foldedWhole(value: string): string {
    return this.folded(value, [...unfolded().keys()].join(''));
  }

  #column(name: string): string | undefined {
    const { columns } = this.#schema;
    const column = columns !== undefined && Object.hasOwn(columns, name) ? columns[name] : undefined;
    return column === undefined ? undefined : identifier(column);
  }

  /** All that stands in the map and in typed columns: once for each column, whichever of its fields it stands for. */
  #storedValues(): string {
    const { typed } = this.#schema;
    const inMap = `mapValues(${this.#fields})`;
    if (typed === undefined) return `arrayStringConcat(${inMap}, '\\0')`;
    const fieldsOf = Map.groupBy(Object.keys(typed.columns), (name) => typed.columns[name] ?? '');
    const inColumns = [...fieldsOf].map(([column, names]) => {
      const here = names.map((name) => this.#typed(name)?.here ?? FALSE);
      return `if(${or(here)}, ${identifier(column)}, '')`;
    });
    return `arrayStringConcat(arrayConcat(${inMap}, arrayFilter(value -> value != '', [${inColumns.join(', ')}])), '\\0')`;
  }

  #typed(name: string): { here: string; column: string } | undefined {
    const { typed } = this.#schema;
    if (typed === undefined || !Object.hasOwn(typed.columns, name)) return undefined;
    const column = identifier(typed.columns[name] ?? '');
    return { here: `position(${identifier(typed.names)}, ${this.bind(`,${name},`)}) > 0`, column };
  }

  #isMixed(name: string): boolean {
    return this.#mixed?.has(name) ?? true;
  }

  #isJson(bound: string): string {
    return `has(${this.#jsonFields}, ${bound})`;
  }

  /** Some object or list of objects stands under a part of the name. */
  #nested(name: string): string {
    if (this.#schema.objects !== true) return FALSE;
    const parts = name.split('.');
    const parents = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
    return or(
      parents
        .filter((parent) => this.#isMixed(parent))
        .map((parent) => {
          const bound = this.bind(parent);
          return and([this.#isJson(bound), opens(`${this.#fields}[${bound}]`)]);
        }),
    );
  }
}

/**
 * Where the stored text is not the text that the matcher sees: a list, an object, and, if the test is `misread`, null
 * and -0. `may` is cheaper than `is` and true at least where that is.
 */
export function oddSql({ value, json, several }: FieldSql, misread: boolean): { may: string; is: string } {
  const kinds = [
    ...(several === FALSE ? [] : [opens(value)]),
    ...(misread ? [`${value} = 'null'`, `${value} = '-0'`] : []),
  ];
  return { may: misread ? json : several, is: and([json, or(kinds)]) };
}

/** Whether a test of texts says another thing of what stands for null and -0 than the matcher, which sees none and 0. */
export function misreads(accepts: (text: string) => boolean): boolean {
  return accepts('null') || accepts('-0') !== accepts('0');
}

/** A list or an object. */
export function opens(value: string): string {
  return `(startsWith(${value}, '[') OR startsWith(${value}, '{'))`;
}

/** Below what the matcher's keywords look at in one event. */
const VALUES_MAX = 99_000;
