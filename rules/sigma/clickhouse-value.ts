/**
 * Numbers, addresses, times and regular expressions as SQL over the text of one value. Invariant: each condition
 * reads the same grammar as the matcher's own parser (`fold.ts`, `network.ts`, `time.ts`), never ClickHouse's wider one.
 */
import { and, FALSE, or, same, TRUE } from './clickhouse-logic.ts';
import type { Both } from './clickhouse-logic.ts';
import { matchPattern } from './clickhouse-regex.ts';
import type { Scope } from './clickhouse-scope.ts';
import type { Network } from './network.ts';
import type { Predicate } from './predicate.ts';
import type { TimePart } from './time.ts';
import type { Comparison } from './types.ts';

type Of<Kind extends Predicate['kind']> = Predicate & { kind: Kind };

const OPERATORS: Readonly<Record<Comparison, string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '=',
  neq: '!=',
};

const NUMBER = String.raw`\A[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\z`;
const NUMBER_LENGTH_MAX = 400;

/** `part` undefined: the value itself is the number. */
export function compareSql(scope: Scope, value: string, { op, value: wanted, part }: Of<'compare'>): Both {
  const right = `${OPERATORS[op]} ${scope.bindNumber(wanted)}`;
  if (part !== undefined) return { over: timeSql(scope, value, part, right), under: FALSE };
  const number = scope.alias('number', `toFloat64OrNull(${value})`);
  return same(
    and([
      `match(${value}, ${scope.bind(NUMBER)})`,
      `length(${value}) <= ${String(NUMBER_LENGTH_MAX)}`,
      `ifNull(isFinite(${number}) AND ${number} ${right}, 0)`,
    ]),
  );
}

/** White space of JavaScript's `\s`. */
const BLANKS = String.raw`[\t\n\x0b\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]*`;
const DATE_PARTS = ['year', 'month', 'day', 'hour', 'minute'] as const;
const DATE = ['[0-9]{4}', '[0-9]{1,2}', '[0-9]{1,2}', '[0-9]{1,2}', '[0-9]{2}'] as const;
/** Seconds or milliseconds since 1970: the matcher decides. */
const STAMP = String.raw`\A[0-9]{9,16}(?:\.[0-9]+)?\z`;

/** A written time is judged by the part; what the matcher would refuse as no date at all is let through. */
function timeSql(scope: Scope, value: string, part: TimePart, right: string): string {
  const [year, month, day, hour, minute] = DATE.map((digits, index) =>
    DATE_PARTS[index] === part ? `(${digits})` : digits,
  );
  const pattern = String.raw`\A${BLANKS}${year}[-/]${month}[-/]${day}(?:[T ]+${hour}:${minute})?(?:[^0-9]|\z)`;
  const written =
    part === 'week'
      ? `match(${value}, ${scope.bind(pattern)})`
      : `ifNull(toUInt16OrNull(extract(${value}, ${scope.bind(pattern)})) ${right}, 0)`;
  return or([`match(${value}, ${scope.bind(STAMP)})`, written]);
}

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';

export function networkSql(scope: Scope, value: string, network: Network): Both {
  return same(
    network.bytes.length === 4 ? networkV4(scope, value, network) : networkV6(scope, value, network),
  );
}

/** Dotted quads have one spelling only, so a pattern says it all. */
function networkV4(scope: Scope, value: string, { bytes, bits }: Network): string {
  const octets = [...bytes].map((byte, index) => {
    const free = Math.min(8, Math.max(0, (index + 1) * 8 - bits));
    if (free === 0) return String(byte);
    if (free === 8) return OCTET;
    return `(?:${Array.from({ length: 1 << free }, (_, low) => String(byte + low)).join('|')})`;
  });
  const fixed = [...bytes].slice(0, bits >> 3).map((byte, index) => `${String(byte)}${index < 3 ? '.' : ''}`);
  return and([
    fixed.length === 0 ? TRUE : `startsWith(${value}, ${scope.bind(fixed.join(''))})`,
    `match(${value}, ${scope.bind(String.raw`\A${octets.join(String.raw`\.`)}\z`)})`,
  ]);
}

/**
 * ClickHouse also reads `::` for no group at all, `:::` and IPv4 tails with leading zeros, which are no addresses
 * here; a zone is cut, and counts for the length.
 */
function networkV6(scope: Scope, value: string, { bytes, bits }: Network): string {
  const address = scope.alias('address', `replaceRegexpOne(${value}, '(?s)%.+\\\\z', '')`);
  const number = scope.alias('number', `IPv6StringToNumOrNull(${address})`);
  const last = bytes.map((byte, index) => byte | (0xff >> Math.min(8, Math.max(0, bits - index * 8))));
  return and([
    `position(${value}, ':') > 0`,
    `lengthUTF8(${value}) + countMatches(${value}, '[\\\\x{10000}-\\\\x{10ffff}]') <= 100`,
    `match(${address}, ${scope.bind(String.raw`\A[0-9a-fA-F:]+(?::${OCTET}(?:\.${OCTET}){3})?\z`)})`,
    `position(${address}, ':::') = 0`,
    `(position(${address}, '::') = 0 OR countMatches(${address}, '[0-9a-fA-F]+') <= if(position(${address}, '.') > 0, 9, 7))`,
    `ifNull(${number} >= unhex(${scope.bind(hex(bytes))}) AND ${number} <= unhex(${scope.bind(hex(last))}), 0)`,
  ]);
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `match` where ClickHouse is known to read the pattern as the matcher does; undefined elsewhere. */
export function regexSql(scope: Scope, value: string, { pattern, flags }: Of<'regex'>): string | undefined {
  const shared = matchPattern(pattern, flags);
  return shared === undefined ? undefined : `match(${value}, ${scope.bind(shared)})`;
}
