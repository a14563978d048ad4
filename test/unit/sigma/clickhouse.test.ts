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
      /^SELECT `seq` FROM `events` WHERE `time` >= fromUnixTimestamp64Milli\(\{from:Int64\}\) AND /,
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
    ['letters beyond ASCII', "t: 'đặc vụ'", false],
    ['inner wildcards', "t: 'a*b*c'", false],
    ['a regular expression', "t|re: 'a+'", false],
    ['a network', 't|cidr: 10.0.0.0/8', false],
    ['keywords', '- evil', false],
  ])('%s: exact is %s', (_, selection, exact) => {
    const made = sql(ruleOf(selection));
    expect(made.refused).toBeUndefined();
    expect(made.exact).toBe(exact);
  });

  test('routes by log source where the schema has its columns', () => {
    const text = ruleOf("t: 'a'").replace('{}', '{product: windows, category: process_creation}');
    expect(sql(text).query).not.toContain('arrayExists');
    const routed = sql(text, { logsource: { product: 'p', category: 'c', service: 's' } });
    expect(routed.query).toContain('arrayExists((product, category, service) ->');
    expect(Object.values(routed.params)).toEqual(expect.arrayContaining(['windows', 'process_creation']));
  });

  test.each([
    [
      'keywords of one letter beyond ASCII',
      '- đ',
      /cannot narrow this rule: nothing selects rows for a keyword/,
    ],
    ['keyword expressions', "'|re': 'a+'", /a keyword \(regex\)/],
  ])('refuses %s, with the reason', (_, selection, reason) => {
    expect(sql(ruleOf(selection))).toMatchObject({
      query: '',
      exact: false,
      refused: expect.stringMatching(reason) as string,
    });
  });

  test('refuses unknown rules and correlations', () => {
    const text = `${ruleOf('x: a')}---\ntitle: K\nid: k\ncorrelation: {type: event_count, rules: [r], timespan: 1m, condition: {gte: 2}}`;
    expect(sql(text, {}, 'nosuch').refused).toMatch(/no rule with the id "nosuch"/);
    expect(sql(text, {}, 'k').refused).toMatch(/select its base rules/);
  });

  test('refuses what would make a query too large', () => {
    const values = Array.from({ length: 3000 }, (_, index) => `v${String(index)}`);
    expect(sql(ruleOf(`x: ${JSON.stringify(values)}`)).refused).toMatch(
      /asks 3000 things; SQL is made for at most 2000/,
    );
  });

  test('a column that is no identifier is a mistake of the caller', () => {
    expect(() => sql(ruleOf('x: a'), { fields: 'fields) OR (1' })).toThrow(TypeError);
  });
});
