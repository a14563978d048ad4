import { describe, expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import type { EventAccessor, LogSource } from '../../../rules/sigma/index.ts';
import { asks, engineOf, goodEngine, ruleOf, ruleWith } from './rule-text.ts';

function ids(matches: readonly { rule: { id: string } }[]): string[] {
  return matches.map(({ rule }) => rule.id);
}

describe('log-source routing', () => {
  const rule = (id: string, logsource: string): string =>
    `title: ${id}\nid: ${id}\nlogsource: ${logsource}\ndetection: {s: {x: 1}, condition: s}\n`;
  const engine = goodEngine(
    [
      rule('any', '{}'),
      rule('windows', '{product: windows}'),
      rule('process', '{category: process_creation}'),
      rule('win-process', '{product: windows, category: process_creation}'),
      rule('sysmon', '{product: windows, service: sysmon}'),
      rule('sshd', '{product: linux, service: sshd}'),
    ].join('---\n'),
  );
  const routed: readonly (readonly [string, LogSource | readonly LogSource[] | undefined, string])[] = [
    ['left out: every rule', undefined, 'any,windows,process,win-process,sysmon,sshd'],
    ['product only', { product: 'windows' }, 'any,windows'],
    [
      'product and category',
      { product: 'windows', category: 'process_creation' },
      'any,windows,process,win-process',
    ],
    ['any case', { product: 'Windows', service: 'SYSMON' }, 'any,windows,sysmon'],
    [
      'a list: each of them',
      [
        { product: 'windows', service: 'sysmon' },
        { product: 'windows', category: 'process_creation' },
      ],
      'any,windows,process,win-process,sysmon',
    ],
    ['parts of different log sources do not add up', [{ product: 'linux' }, { service: 'sshd' }], 'any'],
    ['empty list', [], ''],
    ['nothing known', {}, 'any'],
    ['unknown', { product: 'macos' }, 'any'],
  ];
  test.each(routed)('%s', (_, logsource, want) => {
    expect(ids(engine.match({ x: 1 }, logsource)).join()).toBe(want);
    expect(ids(engine.match({ x: 1 }, logsource)).join()).toBe(want);
  });

  test('ever new log sources do not fill the memory', () => {
    for (let index = 0; index < 25_000; index += 1) engine.match({}, { product: `p${String(index)}` });
    expect(ids(engine.match({ x: 1 }, { product: 'windows' }))).toEqual(['any', 'windows']);
  });
});

describe('a match tells what matched', () => {
  test('fields and values of the parts that held, not of the ones under "not"', () => {
    const engine = goodEngine(
      ruleWith(
        "a: {Image|endswith: '\\cmd.exe', User|contains: [adm, root]}\nb: {Other: 1}\nf: {Skip: 1}\ncondition: (a or b) and not f",
      ),
    );
    expect(engine.match({ Image: 'C:\\CMD.exe', User: ['x', 'Admin'], Skip: 2 })[0]).toEqual({
      rule: engine.rules[0],
      fields: [
        { field: 'Image', value: 'C:\\CMD.exe' },
        { field: 'User', value: 'Admin' },
      ],
    });
  });

  test('keywords have no field, absence has no value', () => {
    expect(goodEngine(ruleOf('- evil')).match({ m: 'so evil' })[0]?.fields).toEqual([
      { field: undefined, value: 'so evil' },
    ]);
    expect(goodEngine(ruleOf('x: null')).match({})[0]?.fields).toEqual([{ field: 'x', value: null }]);
  });

  test('the same field and value is named once', () => {
    expect(goodEngine(ruleOf('x|contains|all: [a, b]')).match({ x: 'ab' })[0]?.fields).toEqual([
      { field: 'x', value: 'ab' },
    ]);
  });
});

describe('an event may be an accessor', () => {
  const accessor = (fields: Record<string, unknown>): EventAccessor => ({
    get: (field) => fields[field],
    has: (field) => Object.hasOwn(fields, field),
    values: () => Object.values(fields),
  });
  test('fields, absence and keywords', () => {
    expect(asks(goodEngine(ruleOf('x: 1')), accessor({ x: '1' }))).toBe(true);
    expect(asks(goodEngine(ruleOf('x: null')), accessor({}))).toBe(true);
    expect(asks(goodEngine(ruleOf('x|exists: true')), accessor({ x: null }))).toBe(true);
    expect(asks(goodEngine(ruleOf('- evil')), accessor({ m: ['evil'] }))).toBe(true);
  });

  test('each field is read once', () => {
    let reads = 0;
    const event = { ...accessor({ x: 'b' }), get: () => ((reads += 1), 'b') };
    goodEngine(ruleWith('a: {x: a}\nb: {x|contains: c}\nc: {x|re: d}\ncondition: 1 of them')).match(event);
    expect(reads).toBe(1);
  });

  test('an event with plain fields called get, has and values is no accessor', () => {
    expect(asks(goodEngine(ruleOf('get: 1')), { get: 1, has: 2, values: 3 })).toBe(true);
  });
});

describe('filters', () => {
  const rule = `title: R\nid: r1\nname: rule_one\nlogsource: {product: windows, category: process_creation}\ndetection: {selection_a: {x: 1}, condition: 1 of selection*}\n`;
  const filter = (rules: string, logsource = '{product: windows}', condition = 'not selection'): string =>
    `title: F\nid: f1\nlogsource: ${logsource}\nfilter:\n  rules: ${rules}\n  selection: {user: svc}\n  condition: ${condition}\n`;

  test.each([
    ['by id', '[r1]'],
    ['by name', '[rule_one]'],
    ['any', 'any'],
    ['one as text', 'r1'],
  ])('narrow a rule: %s', (_, rules) => {
    const engine = goodEngine(`${rule}---\n${filter(rules)}`);
    expect(asks(engine, { x: 1, user: 'an' })).toBe(true);
    expect(asks(engine, { x: 1, user: 'svc' })).toBe(false);
    expect(engine.rules.map(({ kind }) => kind)).toEqual(['rule', 'filter']);
  });

  test('a selection of the filter is not caught by the pattern of the rule', () => {
    const engine = goodEngine(`${rule}---\n${filter('[r1]', '{product: windows}', 'selection')}`);
    expect(asks(engine, { user: 'svc' })).toBe(false);
    expect(asks(engine, { x: 1 })).toBe(false);
    expect(asks(engine, { x: 1, user: 'svc' })).toBe(true);
  });

  test('of another log source or another rule do nothing', () => {
    expect(asks(goodEngine(`${rule}---\n${filter('[r1]', '{product: linux}')}`), { x: 1, user: 'svc' })).toBe(
      true,
    );
    expect(asks(goodEngine(`${rule}---\n${filter('[r2]')}`), { x: 1, user: 'svc' })).toBe(true);
  });

  test('work across files, whatever the order', () => {
    const engine = compile([parseRules(filter('[r1]'), { source: 'f' }), parseRules(rule, { source: 'r' })]);
    expect(asks(engine, { x: 1, user: 'svc' })).toBe(false);
  });

  test('a wrong filter is rejected alone', () => {
    const engine = engineOf(
      `${rule}---\ntitle: F\nfilter: {rules: [], selection: {a: 1}, condition: selection}\n---\ntitle: G\nfilter: {selection: {a: 1}, condition: selection}`,
    );
    expect(engine.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"rules" is empty/),
      expect.stringMatching(/needs "rules"/),
    ]);
    expect(asks(engine, { x: 1 })).toBe(true);
  });
});

describe('pipelines', () => {
  test('map fields one to many, for their log source alone', () => {
    const pipelines = [
      {
        name: 'p',
        logsource: { product: 'windows' },
        fields: { Image: ['NewProcessName', 'process.executable'] },
      },
    ];
    const text = (product: string): string =>
      `title: t\nid: r\nlogsource: {product: ${product}}\ndetection: {s: {Image|endswith: cmd.exe}, condition: s}\n`;
    const engine = goodEngine(text('windows'), { pipelines });
    expect(asks(engine, { NewProcessName: 'cmd.exe' })).toBe(true);
    expect(asks(engine, { process: { executable: 'cmd.exe' } })).toBe(true);
    expect(asks(engine, { Image: 'cmd.exe' })).toBe(false);
    expect(asks(goodEngine(text('linux'), { pipelines }), { Image: 'cmd.exe' })).toBe(true);
  });
});

describe('a host whose event throws', () => {
  test('gets its own error back, and the engine goes on', () => {
    const engine = goodEngine(ruleOf('x: a'));
    const broken: EventAccessor = {
      get: () => {
        throw new RangeError('gone');
      },
      has: () => true,
      values: () => [],
    };
    const getter = Object.defineProperty({}, 'x', { enumerable: true, get: broken.get.bind(broken, 'x') });
    expect(() => engine.match(broken)).toThrow(new RangeError('gone'));
    expect(() => engine.match(getter)).toThrow(new RangeError('gone'));
    expect(asks(engine, { x: 'a' })).toBe(true);
    expect(asks(engine, { x: 'b' })).toBe(false);
  });
});

describe('hostile events', () => {
  const engine = goodEngine(ruleWith("a: {x|contains: evil}\nb: ['needle']\ncondition: 1 of them"));

  test('ten thousand fields', () => {
    const event: Record<string, unknown> = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`f${String(index)}`, index]),
    );
    expect(asks(engine, event)).toBe(false);
    expect(asks(engine, { ...event, last: 'a needle' })).toBe(true);
  });

  test('a value of a million characters', () => {
    expect(asks(engine, { x: `${'a'.repeat(1_000_000)}EVIL` })).toBe(true);
  });

  test('a deep event is searched to a depth and no further', () => {
    let deep: unknown = 'needle';
    for (let index = 0; index < 50_000; index += 1) deep = [deep];
    expect(asks(engine, { m: deep })).toBe(false);
    expect(asks(engine, { m: [[[['needle']]]] })).toBe(true);
  });

  test('an event that holds itself', () => {
    const event: Record<string, unknown> = { m: 'needle' };
    event.self = event;
    event.list = [event, event, event];
    expect(asks(engine, event)).toBe(true);
    expect(goodEngine(ruleOf('self.self.self.m: needle')).match(event)).toHaveLength(1);
  });

  test('values without text: functions, symbols, dates, maps', () => {
    expect(
      asks(engine, { x: () => 1, y: Symbol('evil'), z: new Date(0), m: new Map([['k', 'needle']]) }),
    ).toBe(false);
  });

  test('lone surrogates', () => {
    expect(asks(engine, { x: 'evil\ud800' })).toBe(true);
    expect(asks(goodEngine(ruleOf("x: '?'")), { x: '\udc00' })).toBe(true);
  });

  test('objects without a prototype', () => {
    expect(asks(engine, Object.assign(Object.create(null) as Record<string, unknown>, { x: 'evil' }))).toBe(
      true,
    );
  });
});

describe('hostile patterns cost time in proportion to the value', () => {
  const value = `${'a'.repeat(200_000)}!`;
  const patterns = [
    "x|re: '^(a+)+$'",
    "x|re: '(a|aa)+$'",
    "x|re: '(a*)*b'",
    "x|re: '(.*)*(.*)*(.*)*b'",
    "x|re: '([a-z]+)*@'",
    "x: 'a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b'",
    "x: '*a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b*'",
    `x|contains: '${'a'.repeat(1000)}b'`,
    `x: '${'*a'.repeat(5000)}b'`,
    `x: '${'?'.repeat(1900)}b*'`,
    `x|contains: [${Array.from({ length: 3000 }, (_, index) => `${String(index).padStart(4, '0')}aaaaaaa`).join()}]`,
    `x|contains: [${Array.from({ length: 3000 }, (_, index) => `aaaaaaaaaaaa${'b'.repeat(index % 50)}${String(index)}aaaaaaaaaaaaa`).join()}]`,
    `x|endswith: [${Array.from({ length: 3000 }, (_, index) => `${String(index)}aa!`).join()}]`,
  ];
  test.each(patterns.map((pattern) => [pattern.slice(0, 60), pattern]))('%s', (_, pattern) => {
    const engine = goodEngine(ruleOf(pattern));
    const start = performance.now();
    expect(engine.match({ x: value })).toHaveLength(0);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
