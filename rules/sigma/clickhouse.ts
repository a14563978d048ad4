/**
 * Rules as ClickHouse SQL that selects their candidates over history. Invariants: the SQL is true wherever a rule
 * matches (an over-approximation; `exact` where it is also false elsewhere); values are bound parameters, identifiers
 * come from the schema alone; a query stays below ClickHouse's own limits or is refused with the reason.
 */
import { addTo } from './add-to.ts';
import { LeafWriter } from './clickhouse-leaf.ts';
import { andBoth, FALSE, notBoth, orBoth, same, TRUE } from './clickhouse-logic.ts';
import type { Both } from './clickhouse-logic.ts';
import { identifier, Scope } from './clickhouse-scope.ts';
import type { ClickHouseParams, ClickHouseSchema } from './clickhouse-scope.ts';
import type { Engine } from './engine.ts';
import type { Expr, Predicate } from './predicate.ts';
import type { LogSource } from './types.ts';

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
  params: ClickHouseParams;
  /** Every selected row matches; otherwise the matcher must decide. */
  exact: boolean;
  /** Why there is no query: SQL cannot narrow this rule. */
  refused?: string | undefined;
  /** Rules whose candidates are selected: the rule itself, or what a correlation is made of. */
  rules: readonly string[];
  /** What the rules ask and SQL cannot narrow, in words, each with its field. */
  wide: readonly string[];
}

/** Below ClickHouse's max_query_size (256 KiB), and with it below max_ast_elements. */
const QUERY_LENGTH_MAX = 200_000;
/** The embedded engine sets all values in one statement, below the same limit; a URL holds three times as much. */
const PARAMS_LENGTH_MAX = 250_000;
/** Below max_parser_depth and max_ast_depth (1,000), of which a parenthesis may take more than one. */
const DEPTH_MAX = 300;

/**
 * Candidates of one rule; of a correlation, the candidates of all rules it is made of, to be matched and pushed in
 * the order of time.
 * @throws TypeError for a schema or table name that is no identifier: that is the caller's mistake, not the rule's.
 */
export function toClickHouseSql(ruleId: string, options: ClickHouseOptions): ClickHouseQuery {
  return candidatesSql([ruleId], options);
}

/**
 * One query for the candidates of several rules and correlations.
 * @throws TypeError as `toClickHouseSql`
 */
export function candidatesSql(ids: readonly string[], options: ClickHouseOptions): ClickHouseQuery {
  const { engine, schema, table, from, to } = options;
  const unknown = ids.find((id) => engine.reach(id) === undefined);
  if (unknown !== undefined) return refuse(`no rule with the id "${unknown}" is loaded`);
  const bases = new Set(ids.flatMap((id) => engine.reach(id)?.ruleIds ?? []));
  const rules = engine.compiled.filter(({ info }) => bases.has(info.id));
  const scope = new Scope(schema);
  const leaves = new LeafWriter(scope);
  const conditions: Both[] = [];
  for (const rule of rules) {
    const detection = expressionSql(rule.expr, leaves);
    if (detection.over === TRUE) {
      const what = [...leaves.wide].slice(0, 10).join('; ');
      const which = rules.length === 1 ? 'this rule' : `the rule ${rule.info.id}`;
      return refuse(
        `SQL cannot narrow ${which}${what === '' ? ': it matches every event of some kind' : `: ${what}`}`,
        leaves,
      );
    }
    conditions.push(andBoth([logsourceSql(rule.info.logsource, scope, schema), detection]));
  }
  const { over, under } = orBoth(conditions);
  const isCorrelated = ids.some((id) => !bases.has(id));
  const query = [
    scope.with(),
    `SELECT ${schema.select.map(identifier).join(', ')} FROM ${identifier(table)} WHERE `,
    `${identifier(schema.time)} >= fromUnixTimestamp64Milli({from:Int64}) AND `,
    `${identifier(schema.time)} < fromUnixTimestamp64Milli({to:Int64}) AND ${over}`,
    ` ORDER BY ${(schema.orderBy ?? [schema.time]).map(identifier).join(', ')}`,
    ' SETTINGS precise_float_parsing = 1',
  ].join('');
  const params = { ...scope.params, from: Math.trunc(from), to: Math.trunc(to) };
  const limit = overLimit(query, params);
  if (limit !== undefined) return refuse(limit, leaves);
  return {
    query,
    params,
    exact: over === under && !isCorrelated,
    rules: rules.map(({ info }) => info.id),
    wide: [...leaves.wide],
  };
}

function refuse(refused: string, leaves?: LeafWriter): ClickHouseQuery {
  return { query: '', params: {}, exact: false, refused, rules: [], wide: [...(leaves?.wide ?? [])] };
}

function overLimit(query: string, params: ClickHouseParams): string | undefined {
  const size = (what: string, has: number, most: number): string | undefined =>
    has > most
      ? `the query would have ${String(has)} ${what}, above ${String(most)}: split the rule into smaller ones`
      : undefined;
  let length = 0;
  for (const [name, value] of Object.entries(params)) {
    const texts = typeof value === 'object' ? value : [String(value)];
    length += name.length + 16 + texts.reduce((sum, text) => sum + quotedLength(text), 0);
  }
  return (
    size('characters', query.length, QUERY_LENGTH_MAX) ??
    size('bytes of values', length, PARAMS_LENGTH_MAX) ??
    size('levels of parentheses', depthOf(query), DEPTH_MAX)
  );
}

/** Bytes of a text as a member of a list, both in quotes: an escape is escaped again. */
function quotedLength(text: string): number {
  let escaped = 0;
  for (const character of text) if (character < ' ' || character === '\\' || character === "'") escaped += 1;
  return new TextEncoder().encode(text).length + escaped * 3 + 5;
}

function depthOf(query: string): number {
  let depth = 0;
  let most = 0;
  for (const character of query) {
    if (character === '(') most = Math.max(most, (depth += 1));
    else if (character === ')') depth -= 1;
  }
  return most;
}

/** A rule's detection. */
export function expressionSql(expr: Expr, leaves: LeafWriter): Both {
  switch (expr.kind) {
    case 'leaf':
      return leaves.leaf(expr.leaf);
    case 'not':
      return notBoth(expressionSql(expr.of, leaves));
    case 'and':
      return andBoth(expr.of.map((part) => expressionSql(part, leaves)));
    case 'or': {
      const { texts, regexes, others } = gather(expr.of);
      return orBoth([
        ...texts.map((predicates) => leaves.anyText(predicates)),
        ...regexes.map((predicates) => leaves.anyRegex(predicates)),
        ...others.map((part) => expressionSql(part, leaves)),
      ]);
    }
  }
}

type TextPredicate = Predicate & { kind: 'text' };
type RegexPredicate = Predicate & { kind: 'regex' };

/** Predicates that ask one field alike, together. */
function gather(parts: readonly Expr[]): {
  texts: TextPredicate[][];
  regexes: RegexPredicate[][];
  others: Expr[];
} {
  const texts = new Map<string, TextPredicate[]>();
  const regexes = new Map<string, RegexPredicate[]>();
  const others: Expr[] = [];
  for (const part of parts) {
    if (part.kind === 'leaf' && part.leaf.kind === 'text') {
      addTo(texts, JSON.stringify([part.leaf.field, part.leaf.cased]), part.leaf);
    } else if (part.kind === 'leaf' && part.leaf.kind === 'regex') {
      addTo(regexes, JSON.stringify(part.leaf.field), part.leaf);
    } else others.push(part);
  }
  return { texts: [...texts.values()], regexes: [...regexes.values()], others };
}

/** One of the event's log sources has all parts of the rule's. */
export function logsourceSql(
  logsource: LogSource,
  scope: Scope,
  { logsource: columns }: ClickHouseSchema,
): Both {
  if (columns === undefined) return same(TRUE);
  let exact = true;
  const wanted = (['product', 'category', 'service'] as const).flatMap((part) => {
    const value = logsource[part];
    if (value === undefined) return [];
    const small = value.toLowerCase();
    // SQL cannot tell '' from an absent part, and lower-cases ASCII only.
    if (small === '' || /[^\0-\u007f]/.test(small)) {
      exact = false;
      return [];
    }
    return [`lower(replaceAll(${part}, '\u212a', 'k')) = ${scope.bind(small)}`];
  });
  const lists = [columns.product, columns.category, columns.service].map(identifier).join(', ');
  // An event without a log source is routed to no rule at all.
  const over =
    wanted.length === 0
      ? `notEmpty(${identifier(columns.product)})`
      : `arrayExists((product, category, service) -> ${wanted.join(' AND ')}, ${lists})`;
  return exact ? same(over) : { over, under: FALSE };
}
