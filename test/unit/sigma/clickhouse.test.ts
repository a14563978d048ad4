import { describe, expect, test } from 'vitest';
import { toClickHouseSql } from '../../../rules/sigma/index.ts';
import type { ClickHouseSchema } from '../../../rules/sigma/index.ts';
import { goodEngine, ruleOf, ruleWith } from './rule-text.ts';

const schema: ClickHouseSchema = {
  time: 'time',
  select: ['seq'],
  fields: 'fields',
  jsonFields: 'json_fields',
  textOnly: ['t'],
};

function sql(
  text: string,
  changes: Partial<ClickHouseSchema> = {},
  id = 'r',
): ReturnType<typeof toClickHouseSql> {
  return toClickHouseSql(id, {
    engine: goodEngine(text),
    schema: { ...schema, ...changes },
    table: 'events',
    from: 1000,
    to: 2000,
  });
}

describe('toClickHouseSql', () => {
  test('binds every value and every field name; only the schema names columns', () => {
    const hostile = "x') OR 1=1 --\n\n; DROP TABLE events";
    const { query, params } = sql(
      ruleWith(`s: {${JSON.stringify(`${hostile}|contains`)}: ${JSON.stringify(hostile)}}\ncondition: s`),
    );
    expect(query).not.toContain('DROP');
    expect(query).toMatch(
      / SELECT `seq` FROM `events` WHERE `time` >= fromUnixTimestamp64Milli\(\{from:Int64\}\) AND /,
    );
    expect(Object.values(params)).toContain(hostile);
    expect(params).toMatchObject({ from: 1000, to: 2000 });
  });

  test.each([
    ['text of a field that only holds text', "t: 'abc'", true],
    ['contains', "t|contains: 'abc'", true],
    ['a list and a negation', "- t|startswith: ['a', 'b']\n- t|neq: 'c'", true],
    ['exists', 'anything|exists: true', true],
    ['absent', 't: null', true],
    ['present', "t: '*'", true],
    ['a field that may hold a list', "x: 'abc'", false],
    ['letters beyond ASCII', "t: 'đặc vụ'", true],
    ['inner wildcards', "t: 'a*b?c'", true],
    ['a regular expression', "t|re: '^a+(b|c)$'", true],
    ['a regular expression in any case', "t|re|i: 'a.b'", true],
    ['an expression that depends on the version of Unicode', "t|re|i: 'é'", false],
    ['classes of letters', "t|re: '\\pLab'", false],
    ['a network', 't|cidr: 10.0.0.0/8', true],
    ['a network of IPv6', "t|cidr: 'fe80::/10'", true],
    ['a comparison', 't|gte: 5', true],
    ['part of a time', 't|hour|gte: 18', false],
    ['two fields', 't|fieldref: t', true],
    ['half a surrogate pair', 't|contains: "\\ud83d"', false],
    ['keywords', '- evil', false],
  ])('%s: exact is %s', (_, selection, exact) => {
    const made = sql(ruleOf(selection));
    expect(made.refused).toBeUndefined();
    expect(made.exact).toBe(exact);
  });

  test('fields that hold single values everywhere can be exact', () => {
    expect(sql(ruleOf("x: 'abc'"), { mixed: ['z'] }).exact).toBe(true);
    expect(sql(ruleOf("x: 'abc'"), { mixed: ['x'] }).exact).toBe(false);
  });

  test('where values may be objects, names with dots may reach into them', () => {
    expect(sql(ruleOf("a.b: 'abc'"), { mixed: [] }).exact).toBe(true);
    expect(sql(ruleOf("a.b: 'abc'"), { mixed: ['a'], objects: true }).exact).toBe(false);
    expect(sql(ruleOf("a.b: 'abc'"), { mixed: ['b'], objects: true }).exact).toBe(true);
  });

  test('a field in a column of its own is present in every event', () => {
    const columns = { message: 'raw_line' };
    expect(sql(ruleOf("message|contains: 'abc'"), { columns }).query).toContain('`raw_line`');
    expect(sql(ruleOf('message|exists: true'), { columns }).refused).toMatch(/cannot narrow/);
    expect(sql(ruleOf('- evil'), { columns }).query).toContain('`raw_line`');
  });

  test('routes by log source where the schema has its columns', () => {
    const text = ruleOf("t: 'a'").replace('{}', '{product: windows, category: process_creation}');
    const logsource = { product: 'p', category: 'c', service: 's' };
    expect(sql(text).query).not.toContain('arrayExists');
    const routed = sql(text, { logsource });
    expect(routed.query).toContain('arrayExists((product, category, service) ->');
    expect(Object.values(routed.params)).toEqual(expect.arrayContaining(['windows', 'process_creation']));
    expect(routed.exact).toBe(true);
    expect(sql(text.replace('windows', 'đ'), { logsource }).exact).toBe(false);
  });

  test.each([
    ['words of a list beyond JSON', '- "\\n"', [/a keyword that may stand in a list/]],
    [
      'an expression without a literal',
      "t: a\nx|re: '\\pL'",
      [/^field x: regular expression without a required literal$/],
    ],
    ['weeks', 't|week: 3', [/^field t: the week of a time$/]],
    ['nothing', "t: a\nx|re: 'abc\\pL'", []],
  ])('says by name what is not narrowed: %s', (_, selection, wide) => {
    const made = sql(ruleOf(selection));
    expect(made.refused).toBeUndefined();
    expect(made.wide).toHaveLength(wide.length);
    for (const [index, reason] of wide.entries()) expect(made.wide[index]).toMatch(reason);
  });

  test.each([
    ['keyword expressions', "'|re': '\\pL'", /a keyword: regular expression without a required literal/],
    ['what every event has', "- '*'", /cannot narrow this rule: a keyword without a literal text/],
  ])('refuses %s, with the reason', (_, selection, reason) => {
    const made = sql(ruleOf(selection));
    expect(made).toMatchObject({ query: '', exact: false, refused: expect.stringMatching(reason) as string });
  });

  const correlation = `---\ntitle: K\nid: k\ncorrelation: {type: event_count, rules: [r], timespan: 1m, condition: {gte: 2}}`;

  test('refuses unknown rules', () => {
    expect(sql(ruleOf('x: a'), {}, 'nosuch').refused).toMatch(/no rule with the id "nosuch"/);
  });

  test('a correlation selects the candidates of the rules it is made of', () => {
    const chain = `---\ntitle: L\nid: l\ncorrelation: {type: event_count, rules: [k], timespan: 5m, condition: {gte: 2}}`;
    for (const id of ['k', 'l']) {
      const made = sql(`${ruleOf('t: a')}${correlation}\n${chain}`, {}, id);
      expect(made).toMatchObject({ rules: ['r'], exact: false });
      expect(made.refused).toBeUndefined();
      expect(Object.values(made.params)).toContain('a');
    }
    expect(
      sql(`${ruleOf('message: "*"')}${correlation}`, { columns: { message: 'm' } }, 'k').refused,
    ).toMatch(/cannot narrow/);
  });

  test.each(['', 'contains', 'startswith', 'endswith', 'windash', 're'])(
    'thousands of values fit into one query: %s',
    (modifier) => {
      // A line may hold a thousand regular expressions.
      const length = modifier === 're' ? 1000 : 2000;
      const values = Array.from({ length }, (_, index) => `-va lue ${String(index)}`);
      const made = sql(ruleOf(`${['x', modifier].filter(Boolean).join('|')}: ${JSON.stringify(values)}`));
      expect(made.refused).toBeUndefined();
      expect(made.query.length).toBeLessThan(200_000);
    },
  );

  test.each([
    [
      'values',
      Array.from({ length: 30_000 }, (_, index) => `v${String(index)}`.repeat(20)),
      /bytes of values, above 250000/,
    ],
    [
      'terms',
      Array.from({ length: 9000 }, (_, index) => `v${String(index)}*`),
      /characters, above 200000: split the rule/,
    ],
  ])('refuses what would pass the limits of ClickHouse: %s', (_, values, reason) => {
    expect(sql(ruleOf(`x: ${JSON.stringify(values)}`)).refused).toMatch(reason);
  });

  test('a column that is no identifier is a mistake of the caller', () => {
    expect(() => sql(ruleOf('x: a'), { fields: 'fields) OR (1' })).toThrow(TypeError);
    expect(() => sql(ruleOf('m: a'), { columns: { m: 'a b' } })).toThrow(TypeError);
  });
});
