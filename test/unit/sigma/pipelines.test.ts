/** Pipelines on the side of rules: what several names for a field mean, values, placeholders, scopes, correlations. */
import { describe, expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import type { EventInput, Pipeline } from '../../../rules/sigma/index.ts';
import { asks, engineOf, goodEngine, ruleOf } from './rule-text.ts';

const TWO: Pipeline = { name: 'p', fields: { x: ['a', 'b'], other: ['o', 'q'] } };

describe('one field of a rule, several of the event', () => {
  test.each<[selection: string, event: EventInput, want: boolean]>([
    // What is asked positively may be in any of them; the rule's own name is none of them.
    ['x: v', { a: 'v' }, true],
    ['x: v', { b: 'v' }, true],
    ['x: v', { a: 'w', b: 'v' }, true],
    ['x: v', { x: 'v' }, false],
    ['x: v', {}, false],
    ['x|contains|all: [v, w]', { a: 'vw' }, true],
    ['x|contains|all: [v, w]', { a: 'v', b: 'w' }, false],
    ['x|re: ^v+$', { b: 'vv' }, true],
    ['x|cidr: 10.0.0.0/8', { b: '10.1.2.3' }, true],
    ['x|gt: 5', { a: 1, b: 6 }, true],
    ['x|exists: true', { b: null }, true],
    ['x|exists: true', { x: 1 }, false],
    ["x: ''", { a: 'v', b: '' }, true],
    // Absence must be so in all of them: a name that the event does not use says nothing.
    ['x: null', {}, true],
    ['x: null', { a: 'v' }, false],
    ['x: null', { b: 'v' }, false],
    ['x: null', { a: null }, true],
    ['x|exists: false', {}, true],
    ['x|exists: false', { a: 1 }, false],
    ['x|exists: false', { b: 1 }, false],
    // Negation turns the whole round.
    ['x|neq: v', {}, true],
    ['x|neq: v', { a: 'v' }, false],
    ['x|neq: v', { b: 'v' }, false],
    ['x|neq: v', { a: 'w', b: 'w' }, true],
    ['x|neq: [v, w]', { a: 'u', b: 'w' }, false],
    ['x|contains|all|neq: [v, w]', { a: 'vw' }, false],
    ['x|contains|all|neq: [v, w]', { a: 'v', b: 'w' }, true],
    ['x|neq: null', {}, false],
    ['x|neq: null', { b: 'v' }, true],
    // The other field of a fieldref has its names too.
    ['x|fieldref: other', { b: 'v', q: 'v' }, true],
    ['x|fieldref: other', { b: 'v', other: 'v' }, false],
    ['x|fieldref: y', { a: 'v', y: 'v' }, true],
    ['x|neq|fieldref: other', { a: 'v', q: 'v' }, false],
    ['x|neq|fieldref: other', { a: 'v', o: 'u', q: 'u' }, true],
    ['x|contains|fieldref: other', { b: 'uvw', o: 'v' }, true],
    // Keywords ask no field.
    ['[v]', { x: 'v' }, true],
  ])('%s with %j: %s', (selection, event, want) => {
    expect(asks(goodEngine(ruleOf(selection), { pipelines: [TWO] }), event)).toBe(want);
  });

  test('under a negation of the condition too', () => {
    const rule =
      'title: t\nid: r\nlogsource: {}\ndetection: {s: {x: v}, f: {y: w}, condition: f and not s}\n';
    const engine = goodEngine(rule, { pipelines: [TWO] });
    expect(asks(engine, { y: 'w', a: 'u' })).toBe(true);
    expect(asks(engine, { y: 'w', b: 'v' })).toBe(false);
  });
});

describe('several pipelines', () => {
  const rename = (name: string, from: string, to: string | string[], order?: number): Pipeline => ({
    name,
    fields: { [from]: to },
    order,
  });
  const matches = (pipelines: Pipeline[], event: EventInput): boolean =>
    asks(goodEngine(ruleOf('x: v'), { pipelines }), event);

  test('are applied one after the other, by order, equal ones as given', () => {
    expect(matches([rename('1', 'x', 'y'), rename('2', 'y', 'z')], { z: 'v' })).toBe(true);
    expect(matches([rename('2', 'y', 'z'), rename('1', 'x', 'y')], { y: 'v' })).toBe(true);
    expect(matches([rename('2', 'y', 'z', 60), rename('1', 'x', 'y')], { z: 'v' })).toBe(true);
    expect(matches([rename('2', 'y', 'z'), rename('1', 'x', 'y', -1)], { z: 'v' })).toBe(true);
  });

  test('give a name once', () => {
    const engine = goodEngine(ruleOf('x: v'), {
      pipelines: [rename('1', 'x', ['y', 'z']), rename('2', 'y', 'z')],
    });
    expect(engine.find('r')?.expr).toEqual({
      kind: 'leaf',
      leaf: { kind: 'text', field: 'z', tokens: ['v'], cased: false },
    });
  });

  test('of the events leave the rules as they are', () => {
    const events: Pipeline = {
      name: 'e',
      side: 'events',
      fields: { x: 'y' },
      routes: [{ when: { k: 1 }, logsource: {} }],
    };
    expect(matches([events], { x: 'v' })).toBe(true);
    expect(matches([events], { y: 'v' })).toBe(false);
  });
});

describe('scope', () => {
  const rule = (logsource: string): string =>
    `title: t\nid: r\nlogsource: ${logsource}\ndetection: {s: {x: v}, condition: s}\n`;

  test.each<[Partial<Pipeline>, logsource: string, mapped: boolean]>([
    [{}, '{product: linux}', true],
    [{ logsource: { product: 'windows' } }, '{product: Windows, service: security}', true],
    [{ logsource: { product: 'windows' } }, '{product: linux}', false],
    [{ logsource: { product: 'windows' } }, '{category: process_creation}', false],
    [{ logsource: [{ product: 'linux' }, { category: 'dns' }] }, '{category: dns}', true],
    [{ not: { product: 'linux' } }, '{product: linux, service: sshd}', false],
    [{ not: [{ service: 'a' }, { service: 'b' }] }, '{service: c}', true],
    [
      { logsource: { product: 'windows' }, not: { service: 'sysmon' } },
      '{product: windows, service: sysmon}',
      false,
    ],
  ])('%j over %s: %s', (scope, logsource, mapped) => {
    const engine = goodEngine(rule(logsource), { pipelines: [{ name: 'p', fields: { x: 'y' }, ...scope }] });
    expect(asks(engine, { y: 'v' })).toBe(mapped);
    expect(asks(engine, { x: 'v' })).toBe(!mapped);
  });

  test('a filter asks the fields of the rule it narrows', () => {
    const filter =
      'title: f\nid: f\nlogsource: {product: windows}\nfilter: {rules: any, s: {x: w}, condition: not s}\n';
    const both = `${rule('{product: windows, category: a}')}---\n${rule('{product: windows, category: b}').replace('id: r', 'id: q')}---\n${filter}`;
    const engine = goodEngine(both, {
      pipelines: [{ name: 'p', logsource: { category: 'a' }, fields: { x: ['y', 'z'] } }],
    });
    const ids = (event: EventInput): string[] => engine.match(event).map(({ rule: { id } }) => id);
    expect(ids({ y: 'v' })).toEqual(['r']);
    expect(ids({ y: 'v', z: 'w' })).toEqual([]);
    expect(ids({ x: 'v' })).toEqual(['q']);
    expect(ids({ x: ['v', 'w'] })).toEqual([]);
  });
});

describe('values', () => {
  const pipelines: Pipeline[] = [
    {
      name: 'p',
      fields: { level: ['level', 'label'], key: 'path' },
      values: {
        label: { map: { High: 'S-1-16-12288', Medium: ['S-1-16-8192', 'S-1-16-8448'], 5: 'five' } },
        path: { prefix: { 'HKLM\\': '\\REGISTRY\\MACHINE\\' }, suffix: { '.lnk': '.url' } },
      },
    },
  ];
  test.each<[selection: string, event: EventInput, want: boolean]>([
    ['level: High', { label: 's-1-16-12288' }, true],
    ['level: high', { label: 'S-1-16-12288' }, true],
    ['level: High', { label: 'High' }, true],
    ['level: High', { level: 'S-1-16-12288' }, false],
    ['level: [Low, Medium]', { label: 'S-1-16-8448' }, true],
    ['level: 5', { label: 'five' }, true],
    ['level|contains: ig', { label: 'S-1-16-12288' }, true],
    ['level|re: ^H', { label: 'S-1-16-12288' }, true],
    ['level|re: ^h', { label: 'S-1-16-12288' }, false],
    ['level|gt: 4', { label: 'five' }, true],
    ['level|gt: 5', { label: 'five' }, false],
    ['level|contains|all: [ig, 12288]', { label: 'S-1-16-12288' }, true],
    ['level|neq: High', { label: 'S-1-16-12288' }, false],
    ['level|neq: High', { label: 'S-1-16-4096' }, true],
    ['key|startswith: HKLM\\Software', { path: '\\Registry\\Machine\\SOFTWARE\\a' }, true],
    ['key|startswith: hklm\\Software', { path: 'HKLM\\SOFTWARE\\a' }, true],
    ['key: HKLM\\a', { path: '\\REGISTRY\\MACHINE\\a' }, true],
    ['key: HKLM\\\\*\\b', { path: '\\REGISTRY\\MACHINE\\a\\b' }, true],
    ['key|startswith: HKLM', { path: '\\REGISTRY\\MACHINE\\a' }, true],
    ['key|startswith: HKLX', { path: '\\REGISTRY\\MACHINE\\a' }, false],
    ['key|contains: LM\\a', { path: '\\REGISTRY\\MACHINE\\ab' }, true],
    ['key|contains: LM\\b', { path: '\\REGISTRY\\MACHINE\\ab' }, false],
    ['key|endswith: HKLM\\a', { path: '\\REGISTRY\\MACHINE\\a' }, true],
    ['key|endswith: HKLM\\a', { path: '\\REGISTRY\\MACHINE\\b\\a' }, false],
    ['key: H????a', { path: '\\REGISTRY\\MACHINE\\a' }, true],
    ['key: H???a', { path: '\\REGISTRY\\MACHINE\\a' }, false],
    ['key|endswith: a.lnk', { path: 'b\\a.url' }, true],
    ['key: HKLM\\a.lnk', { path: '\\REGISTRY\\MACHINE\\a.url' }, true],
    ['key: HKLM\\a.lnk', { path: '\\REGISTRY\\MACHINE\\a.lnk' }, true],
    ['key|cased: HKLM\\a', { path: '\\REGISTRY\\MACHINE\\A' }, false],
    ['key|cased: HKLM\\a', { path: '\\REGISTRY\\MACHINE\\a' }, true],
    ['key|re: ^HKLM', { path: '\\REGISTRY\\MACHINE\\a' }, false],
  ])('%s with %j: %s', (selection, event, want) => {
    expect(asks(goodEngine(ruleOf(selection), { pipelines }), event)).toBe(want);
  });
});

describe('placeholders', () => {
  const rule =
    'title: t\nid: r\nlogsource: {product: windows}\ndetection: {s: {x|expand: "%who%"}, condition: s}\n';
  const pipelines: Pipeline[] = [
    { name: 'late', order: 60, placeholders: { who: 'late' } },
    { name: 'p', logsource: { product: 'windows' }, placeholders: { who: ['root', 'ad*'] } },
  ];

  test('come from the pipelines of the scope, the first of them; what the host gives goes before', () => {
    const engine = goodEngine(rule, { pipelines });
    expect(asks(engine, { x: 'admin' })).toBe(true);
    expect(asks(engine, { x: 'late' })).toBe(false);
    const given = goodEngine(rule, { pipelines, placeholders: { who: 'me' } });
    expect(asks(given, { x: 'me' })).toBe(true);
    expect(asks(given, { x: 'root' })).toBe(false);
  });

  test('of another log source do not help', () => {
    const { errors } = engineOf(rule.replace('windows', 'linux'), { pipelines: pipelines.slice(1) });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('the placeholder %who% has no values'),
    ]);
  });
});

describe('fields that no pipeline knows', () => {
  const rule = (fields: string, logsource = '{product: windows}'): string =>
    `title: t\nid: r\nlogsource: ${logsource}\ndetection: {s: {${fields}}, k: ['word'], condition: s or k}\n`;
  const pipelines: Pipeline[] = [
    { name: 'first', logsource: { product: 'windows' }, fields: { a: 'b' } },
    { name: 'second', logsource: { product: 'windows' }, known: ['c'] },
    { name: 'elsewhere', logsource: { product: 'linux' }, known: ['z'] },
    { name: 'routes', routes: [{ when: { k: 1 }, logsource: {} }] },
  ];

  test('are reported with the rule and with the engine, once each', () => {
    const engine = goodEngine(rule('a: 1, c: 2, z|fieldref: c, a|fieldref: y, z|contains: 3'), { pipelines });
    expect(engine.unmapped).toEqual([
      { ruleId: 'r', field: 'z', pipelines: ['first', 'second'] },
      { ruleId: 'r', field: 'y', pipelines: ['first', 'second'] },
    ]);
    expect(engine.rules[0]?.warnings).toEqual([
      'the field "z" is unknown to the pipelines of this log source ("first", "second"): map it under "fields", or list it under "known" where events have it',
      expect.stringContaining('"y"'),
    ]);
  });

  test('are asked as they are: nothing is guessed', () => {
    expect(asks(goodEngine(rule('z: v'), { pipelines }), { z: 'v' })).toBe(true);
  });

  test('are nobody’s business where no pipeline says which there are', () => {
    const engine = goodEngine(rule('z: 1', '{product: macos}'), { pipelines });
    expect(engine.unmapped).toEqual([]);
    expect(engine.rules[0]?.warnings).toEqual([]);
    expect(goodEngine(rule('z: 1')).unmapped).toEqual([]);
  });

  test('of filters are reported too', () => {
    const filter =
      'title: f\nid: f\nlogsource: {product: windows}\nfilter: {rules: any, s: {z: w}, condition: not s}\n';
    const engine = goodEngine(`${rule('a: 1')}---\n${filter}`, { pipelines });
    expect(engine.unmapped.map(({ ruleId, field }) => [ruleId, field])).toEqual([['f', 'z']]);
  });
});

describe('correlations', () => {
  const text = `
title: base
id: base
logsource: { product: windows }
detection: { s: { kind: logon }, condition: s }
---
title: other
id: other
logsource: { product: linux }
detection: { s: { kind: ssh }, condition: s }
---
title: many
id: many
correlation:
  type: value_count
  rules: [base, other]
  group-by: [user]
  aliases: { user: { base: User, other: name } }
  timespan: 1m
  condition: { field: host, gte: 2 }
`;
  const pipelines: Pipeline[] = [
    {
      name: 'p',
      logsource: { product: 'windows' },
      fields: { User: ['TargetUserName', 'SubjectUserName'], host: 'Computer' },
    },
  ];

  test('read group and value under the names of the rule’s events; the first present name counts', () => {
    const engine = goodEngine(text, { pipelines });
    expect(engine.correlationFields('base')).toEqual(['TargetUserName', 'SubjectUserName', 'Computer']);
    expect(engine.correlationFields('other')).toEqual(['name', 'host']);
    const correlator = engine.correlator();
    const push = (event: Record<string, unknown>, second: number) =>
      engine.match(event).flatMap((match) => correlator.push(match, event, second * 1000));
    expect(
      push({ kind: 'logon', TargetUserName: 'ann', SubjectUserName: 'SYSTEM', Computer: 'a' }, 0),
    ).toEqual([]);
    expect(push({ kind: 'logon', TargetUserName: null, SubjectUserName: 'bob', Computer: 'b' }, 1)).toEqual(
      [],
    );
    expect(push({ kind: 'logon', User: 'ann', Computer: 'c' }, 2)).toEqual([]);
    const hits = push({ kind: 'ssh', name: 'ann', host: 'd' }, 3);
    expect(hits.map(({ rule, group, value }) => [rule.id, { ...group }, value])).toEqual([
      ['many', { user: 'ann' }, 2],
    ]);
  });

  test('without mapping keep the meaning of their kept state', () => {
    const plain = compile([parseRules(text, { source: 't' })])
      .correlator()
      .snapshot();
    const mapped = goodEngine(text, { pipelines: [{ name: 'q', fields: { unrelated: 'x' } }] });
    expect(mapped.correlator().restore(plain)).toEqual({ restored: 1, dropped: 0 });
  });

  test('over numbers read the mapped field', () => {
    const sum = text
      .replace('value_count', 'value_sum')
      .replace('field: host, gte: 2', 'field: host, gte: 5');
    const engine = goodEngine(sum, { pipelines });
    const correlator = engine.correlator();
    const event = { kind: 'logon', TargetUserName: 'ann', Computer: 5 };
    const hits = engine.match(event).flatMap((match) => correlator.push(match, event, 0));
    expect(hits).toHaveLength(1);
  });
});
