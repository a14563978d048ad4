/**
 * A rule as ClickHouse SQL that selects its candidates over history. Invariants: the SQL is true wherever the rule
 * matches (an over-approximation; `exact` where it is also false elsewhere); values are bound parameters, identifiers
 * come from the schema alone. Each part of a rule yields two expressions, `over` and `under`, and `not` swaps them.
 */
import type { Engine } from './engine.ts';
import type { Expr, Predicate } from './predicate.ts';
import { shapeOf } from './text.ts';
import type { TextShape, Tokens } from './text.ts';
import type { RuleInfo } from './types.ts';

/** Where the events stand. Every field of an event must be in `fields` under its own name, its value complete. */
export interface ClickHouseSchema {
  /** DateTime64 column of the event's time. */
  time: string;
  /** Columns to return. */
  select: readonly string[];
  /** Order of the rows; left out = by time. */
  orderBy?: readonly string[] | undefined;
  /** Map(String, String): text as it is, every other value as JSON text. */
  fields: string;
  /** Array(String): names of the fields whose value stands as JSON text. */
  jsonFields: string;
  /** Fields that only ever hold text (or are absent): SQL over them can be exact. */
  textOnly?: readonly string[] | undefined;
  /** Parallel Array(String) columns, '' where a log source lacks the part; left out = no routing. */
  logsource?: { product: string; category: string; service: string } | undefined;
}

export interface ClickHouseOptions {
  engine: Engine;
  schema: ClickHouseSchema;
  /** Table, or database.table. */
  table: string;
  /** Milliseconds since 1970; `from` included, `to` not. */
  from: number;
  to: number;
}

export interface ClickHouseQuery {
  query: string;
  /** Values for `{name:Type}` in the query. */
  params: Record<string, string | number>;
  /** Every selected row matches; otherwise the matcher must decide. */
  exact: boolean;
  /** Why there is no query: SQL cannot narrow this rule. */
  refused?: string | undefined;
}

interface Both {
  over: string;
  under: string;
}

const TRUE = '1';
const FALSE = '0';
const LEAVES_MAX = 2000;

/** @throws TypeError for a schema or table name that is no identifier: that is the caller's mistake, not the rule's. */
export function toClickHouseSql(
  ruleId: string,
  { engine, schema, table, from, to }: ClickHouseOptions,
): ClickHouseQuery {
  const refuse = (refused: string): ClickHouseQuery => ({ query: '', params: {}, exact: false, refused });
  const rule = engine.find(ruleId);
  if (rule === undefined) {
    const isCorrelation = engine.rules.some(({ id, kind }) => id === ruleId && kind === 'correlation');
    return refuse(
      isCorrelation
        ? 'a correlation has no SQL: select its base rules and push their matches in the order of time'
        : `no rule with the id "${ruleId}" is loaded`,
    );
  }
  const writer = new Writer(schema);
  const detection = writer.expression(rule.expr);
  if (writer.leaves > LEAVES_MAX)
    return refuse(
      `the rule asks ${String(writer.leaves)} things; SQL is made for at most ${String(LEAVES_MAX)}`,
    );
  if (detection.over === TRUE) {
    const what = [...writer.wide].slice(0, 10).join(', ');
    return refuse(`SQL cannot narrow this rule${what === '' ? '' : `: nothing selects rows for ${what}`}`);
  }
  const where = [
    `${identifier(schema.time)} >= fromUnixTimestamp64Milli({from:Int64})`,
    `${identifier(schema.time)} < fromUnixTimestamp64Milli({to:Int64})`,
    ...writer.logsource(rule.info),
    detection.over,
  ];
  const order = (schema.orderBy ?? [schema.time]).map(identifier).join(', ');
  const query = `SELECT ${schema.select.map(identifier).join(', ')} FROM ${identifier(table)} WHERE ${where.join(' AND ')} ORDER BY ${order}`;
  return {
    query,
    params: { ...writer.params, from: Math.trunc(from), to: Math.trunc(to) },
    exact: detection.over === detection.under,
  };
}

function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?$/.test(name)) {
    throw new TypeError(`"${name}" is not a column or table name`);
  }
  return name
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.');
}

class Writer {
  readonly params: Record<string, string | number> = {};
  /** Predicates that no SQL narrows, for the reason of a refusal. */
  readonly wide = new Set<string>();
  leaves = 0;
  readonly #schema: ClickHouseSchema;
  readonly #fields: string;
  readonly #jsonFields: string;
  readonly #names = new Map<string, string>();

  constructor(schema: ClickHouseSchema) {
    this.#schema = schema;
    this.#fields = identifier(schema.fields);
    this.#jsonFields = identifier(schema.jsonFields);
  }

  expression(expr: Expr): Both {
    switch (expr.kind) {
      case 'leaf':
        this.leaves += 1;
        return this.#leaf(expr.leaf);
      case 'not': {
        const { over, under } = this.expression(expr.of);
        return { over: not(under), under: not(over) };
      }
      case 'and':
      case 'or': {
        const parts = expr.of.map((part) => this.expression(part));
        const link = expr.kind === 'and' ? and : or;
        return { over: link(parts.map(({ over }) => over)), under: link(parts.map(({ under }) => under)) };
      }
    }
  }

  logsource({ logsource }: RuleInfo): string[] {
    const columns = this.#schema.logsource;
    if (columns === undefined) return [];
    const wanted = (['product', 'category', 'service'] as const).flatMap((part) => {
      const value = logsource[part];
      return value === undefined ? [] : [`lower(${part}) = ${this.#bind(value.toLowerCase())}`];
    });
    if (wanted.length === 0) return [];
    const { product, category, service } = columns;
    const lists = [product, category, service].map(identifier).join(', ');
    return [`arrayExists((product, category, service) -> ${wanted.join(' AND ')}, ${lists})`];
  }

  #leaf(predicate: Predicate): Both {
    if (predicate.field === undefined) return this.#keyword(predicate);
    const name = this.#bind(predicate.field);
    const present = `mapContains(${this.#fields}, ${name})`;
    const value = `${this.#fields}[${name}]`;
    const textOnly = this.#schema.textOnly?.includes(predicate.field) === true;
    const json = textOnly ? FALSE : `has(${this.#jsonFields}, ${name})`;
    switch (predicate.kind) {
      case 'exists':
        return same(predicate.want ? present : not(present));
      case 'null':
        return {
          over: or([not(present), and([json, `(${value} = 'null' OR startsWith(${value}, '['))`])]),
          under: or([not(present), and([json, `${value} = 'null'`])]),
        };
      case 'text':
        return this.#text(predicate, value, present, json);
      case 'regex':
      case 'cidr':
      case 'compare':
        this.wide.add(`${predicate.field} (${predicate.kind})`);
        return { over: present, under: FALSE };
      case 'fieldref':
        this.wide.add(`${predicate.field} (fieldref)`);
        return {
          over: and([present, `mapContains(${this.#fields}, ${this.#bind(predicate.other)})`]),
          under: FALSE,
        };
    }
  }

  #text(predicate: Predicate & { kind: 'text' }, value: string, present: string, json: string): Both {
    const { tokens, cased } = predicate;
    const shape = shapeOf(tokens, cased);
    const text = this.#shape(shape, cased ? value : folded(value), cased);
    // The empty text is also what a missing key reads as.
    const onText = and([text.acceptsEmpty ? present : TRUE, not(json), text.sql]);
    // A list stands as JSON text: what its members must contain stands in it too, where JSON does not escape it.
    const onJson = and([
      json,
      ...this.#contained(tokens, cased ? value : folded(value), cased, isPlainInJson),
    ]);
    return { over: or([onText, onJson]), under: text.exact ? onText : FALSE };
  }

  /** Over-approximates; `exact` when it decides. */
  #shape(
    shape: TextShape,
    value: string,
    cased: boolean,
  ): { sql: string; exact: boolean; acceptsEmpty: boolean } {
    if (shape.kind === 'present') return { sql: TRUE, exact: true, acceptsEmpty: true };
    if (shape.kind === 'glob') {
      const parts = this.#contained(shape.tokens, value, cased, () => true);
      return { sql: and(parts), exact: false, acceptsEmpty: parts.length === 0 };
    }
    const { kind, literal } = shape;
    if (literal === '')
      return { sql: kind === 'exact' ? `${value} = ''` : TRUE, exact: true, acceptsEmpty: true };
    if (!cased && !isAscii(literal)) {
      const parts = this.#contained([literal], value, cased, () => true);
      return { sql: and(parts), exact: false, acceptsEmpty: parts.length === 0 };
    }
    const bound = this.#bind(literal);
    const sql = {
      exact: `${value} = ${bound}`,
      prefix: `startsWith(${value}, ${bound})`,
      suffix: `endsWith(${value}, ${bound})`,
      contains: `position(${value}, ${bound}) > 0`,
    }[kind];
    return { sql, exact: true, acceptsEmpty: false };
  }

  #keyword(predicate: Predicate): Both {
    if (predicate.kind !== 'text') {
      this.wide.add(`a keyword (${predicate.kind})`);
      return { over: TRUE, under: FALSE };
    }
    const { tokens, cased } = predicate;
    const parts = this.#contained(tokens, cased ? 'v' : folded('v'), cased, isPlainInJson);
    if (parts.length === 0) {
      this.wide.add('a keyword');
      return { over: TRUE, under: FALSE };
    }
    return { over: `arrayExists(v -> ${and(parts)}, mapValues(${this.#fields}))`, under: FALSE };
  }

  /** For each literal of a pattern, its longest run that SQL folds as we do. */
  #contained(
    tokens: Tokens,
    value: string,
    cased: boolean,
    allowed: (character: string) => boolean,
  ): string[] {
    return tokens.flatMap((token) => {
      if (typeof token !== 'string') return [];
      const literal = cased ? token : asciiLower(token);
      const run = longestRun(literal, (character) => allowed(character) && (cased || isAscii(character)));
      return run === '' ? [] : [`position(${value}, ${this.#bind(run)}) > 0`];
    });
  }

  #bind(value: string): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = `p${String(this.#names.size)}`;
    this.params[name] = value;
    const reference = `{${name}:String}`;
    this.#names.set(value, reference);
    return reference;
  }
}

/**
 * SQL's `lower` knows ASCII only. Two other characters fold into ASCII (the Kelvin sign and the long s): replacing
 * them makes the comparison with ASCII literals the same as ours.
 */
function folded(value: string): string {
  return `lower(replaceAll(replaceAll(${value}, '\u212a', 'k'), '\u017f', 's'))`;
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z\u212a\u017f]/g, (character) =>
    character === '\u212a' ? 'k' : character === '\u017f' ? 's' : character.toLowerCase(),
  );
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** Characters that JSON text holds as they are. */
function isPlainInJson(character: string): boolean {
  const code = character.charCodeAt(0);
  return code >= 0x20 && code !== 0x22 && code !== 0x5c && (code < 0xd800 || code > 0xdfff);
}

function longestRun(text: string, allowed: (character: string) => boolean): string {
  let best = '';
  let run = '';
  for (const character of text) {
    run = allowed(character) ? run + character : '';
    if (run.length > best.length) best = run;
  }
  return best;
}

function same(sql: string): Both {
  return { over: sql, under: sql };
}

function not(sql: string): string {
  if (sql === TRUE) return FALSE;
  return sql === FALSE ? TRUE : `NOT (${sql})`;
}

function and(parts: readonly string[]): string {
  if (parts.includes(FALSE)) return FALSE;
  return link(
    parts.filter((part) => part !== TRUE),
    ' AND ',
    TRUE,
  );
}

function or(parts: readonly string[]): string {
  if (parts.includes(TRUE)) return TRUE;
  return link(
    parts.filter((part) => part !== FALSE),
    ' OR ',
    FALSE,
  );
}

function link(parts: readonly string[], word: string, empty: string): string {
  const [first] = parts;
  if (first === undefined) return empty;
  return parts.length === 1 ? first : `(${parts.join(word)})`;
}
