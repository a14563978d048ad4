/**
 * Text predicates over one field as SQL: all values that a rule asks of a field in one `or` share their conditions
 * (IN, multiSearchAny). Invariant: exact for text; a list stands as JSON text, where what its members must contain
 * stands too, as far as JSON does not escape it.
 */
import { and, FALSE, not, or, TRUE } from './clickhouse-logic.ts';
import type { Both } from './clickhouse-logic.ts';
import { globPattern } from './clickhouse-regex.ts';
import { misreads, oddSql } from './clickhouse-scope.ts';
import type { FieldSql, Scope } from './clickhouse-scope.ts';
import { fold } from './fold.ts';
import { shapeOf, textTest } from './text.ts';
import type { TextShape, Tokens } from './text.ts';

/** ClickHouse takes so many needles in one call. */
const NEEDLES_MAX = 255;
/** Patterns with wildcards inside that one `or` asks one by one. */
const GLOBS_EACH_MAX = 200;

/** Whether the field's text fits any of the patterns. */
export function textSql(scope: Scope, field: FieldSql, patterns: readonly Tokens[], cased: boolean): Both {
  const shapes = patterns.map((tokens) => shapeOf(tokens, cased));
  const literals = shapes.map(literalsOf);
  const text = cased ? field.value : scope.folded(field.value, literals.flat().join(''));
  const test = testSql(scope, text, shapes, literals);
  const empty = shapes.some(acceptsEmpty) ? field.present : TRUE;
  // The empty text is also what a missing key reads as.
  const onText = and([empty, test.over]);
  const tests = shapes.map(textTest);
  const odd = oddSql(
    field,
    misreads((one) => tests.some((accepts) => accepts(one))),
  );
  const held = odd.may === FALSE ? test.over : containedSql(scope, text, literals, isPlainInJson);
  return {
    over: held === test.over ? onText : or([onText, and([odd.may, held])]),
    under: and([empty, test.under, not(odd.is)]),
  };
}

function testSql(
  scope: Scope,
  text: string,
  shapes: readonly TextShape[],
  literals: readonly (readonly string[])[],
): Both {
  const whole: string[] = [];
  const inside: string[] = [];
  const globs: Tokens[] = [];
  const others: Both[] = [];
  for (const [index, shape] of shapes.entries()) {
    const own = literals[index] ?? [];
    // Half a surrogate pair has no UTF-8, but the matcher finds it inside a whole one.
    if (!own.every((literal) => literal.isWellFormed())) {
      others.push({ over: containedSql(scope, text, [own], isWhole), under: FALSE });
    } else if (shape.kind === 'present') others.push({ over: TRUE, under: TRUE });
    else if (shape.kind === 'glob') globs.push(shape.tokens);
    else if (shape.kind === 'exact') whole.push(shape.literal);
    else if (shape.kind === 'contains') inside.push(shape.literal);
    else {
      const call = shape.kind === 'prefix' ? 'startsWith' : 'endsWith';
      const sql = `${call}(${text}, ${scope.bind(shape.literal)})`;
      others.push({ over: sql, under: sql });
    }
  }
  others.push(...globsSql(scope, text, globs));
  const decided = [...wholeSql(scope, text, whole), ...insideSql(scope, text, inside)];
  return {
    over: or([...decided, ...others.map(({ over }) => over)]),
    under: or([...decided, ...others.map(({ under }) => under)]),
  };
}

function wholeSql(scope: Scope, text: string, literals: readonly string[]): string[] {
  const [first] = literals;
  if (first === undefined) return [];
  return [
    literals.length === 1
      ? `${text} = ${scope.bind(first)}`
      : `${text} IN ${scope.bindList([...new Set(literals)])}`,
  ];
}

/** Whether the text contains any of the literals. */
function insideSql(scope: Scope, text: string, literals: readonly string[]): string[] {
  const unique = [...new Set(literals)];
  const [first] = unique;
  if (unique.length === 1 && first !== undefined) return [`position(${text}, ${scope.bind(first)}) > 0`];
  const calls: string[] = [];
  for (let at = 0; at < unique.length; at += NEEDLES_MAX) {
    calls.push(`multiSearchAny(${text}, ${scope.bindList(unique.slice(at, at + NEEDLES_MAX))})`);
  }
  return calls;
}

/** Few are decided one by one, many by the literals they need. */
function globsSql(scope: Scope, text: string, globs: readonly Tokens[]): Both[] {
  const literals = globs.map((tokens) => tokens.filter((token) => typeof token === 'string'));
  if (globs.length > GLOBS_EACH_MAX)
    return [{ over: containedSql(scope, text, literals, isWhole), under: FALSE }];
  return globs.map((tokens, index) => {
    const held = containedSql(scope, text, [literals[index] ?? []], isWhole);
    const pattern = globPattern(tokens);
    if (pattern === undefined) return { over: held, under: FALSE };
    const sql = and([held, `match(${text}, ${scope.bind(pattern)})`]);
    return { over: sql, under: sql };
  });
}

/**
 * Whether the text holds what any of the patterns needs: of one pattern every literal, of several the longest of
 * each; as far as the characters are allowed.
 */
export function containedSql(
  scope: Scope,
  text: string,
  patterns: readonly (readonly string[])[],
  allowed: (character: string) => boolean,
): string {
  const runs = patterns.map((literals) => literals.map((literal) => longestRun(literal, allowed)));
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) {
    return and(only.filter((run) => run !== '').flatMap((run) => insideSql(scope, text, [run])));
  }
  const longest = runs.map((own) => own.reduce((best, run) => (run.length > best.length ? run : best), ''));
  return longest.includes('') ? TRUE : or(insideSql(scope, text, longest));
}

/** The literal texts of a pattern. */
export function literalsOf(shape: TextShape): readonly string[] {
  switch (shape.kind) {
    case 'present':
      return [];
    case 'glob':
      return shape.tokens.filter((token) => typeof token === 'string');
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'contains':
      return [shape.literal];
  }
}

function acceptsEmpty(shape: TextShape): boolean {
  return shape.kind === 'present' || (shape.kind === 'exact' && shape.literal === '');
}

/** Characters that JSON text holds as they are. */
export function isPlainInJson(character: string): boolean {
  return isWhole(character) && character >= ' ' && character !== '"' && character !== '\\';
}

/** Not half a surrogate pair. */
export function isWhole(character: string): boolean {
  return character.length > 1 || character < '\ud800' || character > '\udfff';
}

/** Shorter ones stand in most events. */
const RUN_LENGTH_MIN = 3;

/** Of each pattern the longest run of ASCII letters, digits and underscores that it needs; undefined where one lacks it. */
export function wordRuns(patterns: readonly (readonly string[])[]): string[] | undefined {
  const runs = patterns.map((literals) =>
    literals
      .map((literal) => longestRun(fold(literal), isWordCharacter))
      .reduce((best, run) => (run.length > best.length ? run : best), ''),
  );
  return runs.every(({ length }) => length >= RUN_LENGTH_MIN) ? runs : undefined;
}

function isWordCharacter(character: string): boolean {
  return /^[0-9A-Za-z_]$/.test(character);
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
