/** What the correlator keeps, what that costs in work, and how it comes back. */
import { describe, expect, test } from 'vitest';
import type { CorrelationHit, Correlator, Engine } from '../../../rules/sigma/index.ts';
import { parseRules } from '../../../rules/sigma/index.ts';
import { AbsenceGroup } from '../../../rules/sigma/correlation/absence-group.ts';
import { compileCorrelations } from '../../../rules/sigma/correlation/compile.ts';
import { Frame, Work } from '../../../rules/sigma/correlation/frame.ts';
import { RefTable } from '../../../rules/sigma/correlation/ref-table.ts';
import { engineOf, goodEngine } from './rule-text.ts';

const BASE = ['a', 'b', 'c']
  .map((k) => `title: ${k}\nid: id-${k}\nname: ${k}\ndetection: {s: {k: ${k}}, condition: s}\n`)
  .join('---\n');

/** Correlations by id; each is the inside of a flow mapping. */
function engineWith(correlations: Readonly<Record<string, string>>): Engine {
  const texts = Object.entries(correlations).map(
    ([id, body]) => `---\ntitle: ${id}\nid: ${id}\ncorrelation: {${body}}\n`,
  );
  return goodEngine(BASE + texts.join(''));
}

const COUNT = 'type: event_count, rules: [a], timespan: 10s';

function push(
  correlator: Correlator,
  seconds: number,
  rule: string,
  fields: Record<string, unknown> = {},
  ref?: string,
): CorrelationHit[] {
  return correlator.push({ rule: { id: `id-${rule}` } }, fields, seconds * 1000, ref);
}

/** Numbers in [0, below), the same in every run. */
function generator(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

describe('the work of events out of order is paid for by pushes', () => {
  const types: readonly (readonly [name: string, body: string])[] = [
    ['event_count', 'type: event_count, rules: [a, b], timespan: 5m, condition: {gte: 5000}'],
    [
      'event_count in a range',
      'type: event_count, rules: [a, b], timespan: 5m, condition: {gt: 10, lt: 5000}',
    ],
    ['value_count', 'type: value_count, rules: [a, b], timespan: 5m, condition: {field: v, gte: 1000}'],
    ['temporal', 'type: temporal, rules: [a, b, c], timespan: 5m'],
    ['temporal_ordered', 'type: temporal_ordered, rules: [a, b, c], timespan: 5m'],
    ['value_sum', 'type: value_sum, rules: [a, b], timespan: 5m, condition: {field: v, gte: 3000000}'],
    [
      'value_percentile',
      'type: value_percentile, rules: [a, b], timespan: 5m, condition: {field: v, percentile: 90, gte: 1700}',
    ],
    ['regular_count', 'type: regular_count, rules: [a, b], timespan: 5m, condition: {spread: 25, gte: 12}'],
    ['absence', 'type: temporal, rules: [a, c], timespan: 5m, condition: a and not c'],
  ];
  test.each(types)('%s: ten thousand entries in a group, every time chosen at random', (_, body) => {
    const correlator = engineWith({ k: body }).correlator({ lateness: 600_000 });
    const next = generator();
    correlator.advance(0);
    let stepsMost = 0;
    const pushes = 30_000;
    for (let index = 0; index < pushes; index += 1) {
      const before = correlator.stats().steps;
      push(correlator, next(300), index % 2 === 0 ? 'a' : 'b', { v: next(1800) });
      stepsMost = Math.max(stepsMost, correlator.stats().steps - before);
    }
    correlator.advance(1000);
    const { steps, waiting, entries } = correlator.stats();
    expect(waiting).toBe(0);
    // An absence is put in order when it is due; until then an eighth and a few more may wait.
    expect(entries).toBeLessThanOrEqual(10_000 + 1_250 + 17);
    // Savings, what the pushes paid, and what one group may take at once: to go back, to put in order, to judge again.
    expect(steps).toBeLessThan(1_000_000 + 64 * pushes + 3 * 12_000);
    expect(stepsMost).toBeLessThan(3 * 12_000);
    // Each entry looked at for each push would be more than fifty times that.
    expect(steps / pushes).toBeLessThan(100);
  });

  test('hits that wait come with a later push or with advance, and none is lost', () => {
    const engine = engineWith({ k: `${COUNT}, group-by: [u], condition: {gte: 3}` });
    const correlator = engine.correlator({ lateness: 10_000_000 });
    const next = generator();
    // Uses up what is saved.
    for (let index = 0; index < 40_000; index += 1) push(correlator, next(6000), 'a', { u: 'storm' });
    let waited = 0;
    const hits: CorrelationHit[] = [];
    for (let index = 0; index < 300; index += 1) {
      push(correlator, next(6000), 'a', { u: 'storm' });
      const u = `quiet ${String(index)}`;
      for (const second of [109, 100, 105]) hits.push(...push(correlator, second, 'a', { u }));
      waited = Math.max(waited, correlator.stats().waiting);
    }
    hits.push(...correlator.advance(100_000));
    expect(waited).toBeGreaterThan(0);
    const quiet = hits.filter(({ group }) => group.u !== 'storm');
    expect(quiet.map(({ timeMs, count }) => [timeMs, count])).toEqual(
      Array.from({ length: 300 }, () => [109_000, 3]),
    );
    expect(correlator.stats().waiting).toBe(0);
  });

  test('a snapshot keeps what waits, and its turn', () => {
    const engine = engineWith({ k: `${COUNT}, group-by: [u], condition: {gte: 3}` });
    const [before, after] = [
      engine.correlator({ lateness: 10_000_000 }),
      engine.correlator({ lateness: 10_000_000 }),
    ];
    const next = generator();
    const storm = (to: readonly Correlator[], count: number): unknown[][] =>
      Array.from({ length: count }, () => {
        const [seconds, u] = [next(6000), `u${String(next(3))}`];
        return to.map((one) => push(one, seconds, 'a', { u }, 'e/1'));
      });
    storm([before], 60_000);
    while (before.stats().waiting === 0) storm([before], 1);
    after.restore(JSON.parse(JSON.stringify(before.snapshot())));
    expect(after.stats().waiting).toBe(before.stats().waiting);
    for (const [left, right] of storm([before, after], 2_000)) expect(right).toEqual(left);
    expect(after.advance(50_000)).toEqual(before.advance(50_000));
  });
});

describe('identities do not collide', () => {
  const engine = engineWith({
    one: `${COUNT}, group-by: [u], condition: {gte: 2}`,
    two: `${COUNT}, group-by: [u, h], condition: {gte: 2}`,
    values: 'type: value_count, rules: [b], timespan: 10s, condition: {field: u, gte: 2}',
    tuples: 'type: value_count, rules: [c], timespan: 10s, condition: {field: [u, h], gte: 2}',
  });
  const different: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
    [{ u: '["a","b"]' }, { u: ['a', 'b'] }],
    [{ u: '\u0000["a","b"]' }, { u: ['a', 'b'] }],
    [{ u: '\u0000x' }, { u: 'x' }],
    [{ u: 'null' }, { u: null }],
    [{ u: '' }, {}],
    [
      { u: 'a', h: 'b' },
      { u: 'ab', h: '' },
    ],
    [
      { u: '1:a', h: '' },
      { u: '', h: '1:a' },
    ],
    [
      { u: '-', h: null },
      { u: null, h: '-' },
    ],
    [{ u: '\ud800' }, { u: '\udc00' }],
  ];
  test.each(different)('%j and %j', (left, right) => {
    const groups = engine.correlator();
    const hits = [...push(groups, 0, 'a', left), ...push(groups, 1, 'a', right)];
    expect(hits.map(({ rule }) => rule.id)).toEqual(
      // With one field the last rows but one differ in the other.
      Object.is(left.u, right.u) ? ['one'] : [],
    );
    const values = engine.correlator();
    push(values, 0, 'b', left);
    const counted = push(values, 1, 'b', right);
    const bothThere = [left, right].every(({ u }) => u !== null && u !== undefined);
    expect(counted.map(({ value }) => value)).toEqual(bothThere ? [2] : []);
  });
  test('equal values are one, whatever their kind, and come back as text', () => {
    const correlator = engine.correlator();
    push(correlator, 0, 'a', { u: ['a', ['b']], h: 7 });
    const hits = push(correlator, 1, 'a', { u: ['a', 'b'], h: '7' });
    expect(hits.map(({ group }) => ({ ...group }))).toEqual([{ u: '["a","b"]' }, { u: '["a","b"]', h: '7' }]);
    push(correlator, 2, 'a', { u: '\u0000' });
    expect(push(correlator, 3, 'a', { u: '\u0000' })[0]?.group.u).toBe('\u0000');
  });
  test('names of object methods are values and fields like others', () => {
    const names = ['__proto__', 'constructor', 'toString', 'get', 'hasOwnProperty'];
    const body = `group-by: [${names.join(', ')}], timespan: 10s`;
    const odd = engineWith({
      k: `type: event_count, rules: [a], ${body}, condition: {gte: 2}`,
      v: `type: value_count, rules: [a], ${body}, condition: {field: constructor, gte: 1}`,
    });
    const event = JSON.parse(
      `{${names.map((name) => `${JSON.stringify(name)}: "__proto__"`).join(', ')}}`,
    ) as Record<string, unknown>;
    const correlator = odd.correlator();
    push(correlator, 0, 'a', event);
    const resumed = odd.correlator();
    resumed.restore(JSON.parse(JSON.stringify(correlator.snapshot())));
    const hits = push(resumed, 1, 'a', event);
    expect(hits.map(({ rule, group }) => [rule.id, Object.entries(group)])).toEqual([
      ['k', names.map((name) => [name, '__proto__'])],
    ]);
    expect(push(odd.correlator(), 0, 'a', { constructor: 'x' }).map(({ rule }) => rule.id)).toEqual(['v']);
    expect(push(odd.correlator(), 0, 'a', {})).toEqual([]);
    expect(Object.keys({})).toEqual([]);
  });
  test('an event through accessors is read the same', () => {
    const fields = new Map<string, unknown>([['u', ['a', 'b']]]);
    const event = {
      get: (name: string) => fields.get(name),
      has: (name: string) => fields.has(name),
      values: () => fields.values(),
    };
    const correlator = engine.correlator();
    correlator.push({ rule: { id: 'id-a' } }, event, 0);
    expect(push(correlator, 1, 'a', { u: ['a', 'b'] })).toHaveLength(2);
  });
});

describe('sums are those of the window, whatever was in it before', () => {
  const engine = engineWith({
    sum: 'type: value_sum, rules: [a], timespan: 10s, condition: {field: n, gte: 3}',
    avg: 'type: value_avg, rules: [b], timespan: 10s, condition: {field: n, gte: 0.25}',
  });
  test.each([1e300, -1e300, 1.7e308, 1e16, 0.1])('%d comes and goes', (n) => {
    const correlator = engine.correlator();
    push(correlator, 0, 'a', { n });
    push(correlator, 5, 'a', { n });
    const hits = [16, 17, 18, 19].flatMap((second) => push(correlator, second, 'a', { n: 1 }));
    expect(hits.map(({ timeMs, value }) => [timeMs, value])).toEqual([[18_000, 3]]);
  });
  test('beyond all doubles is infinite, and ends when it leaves', () => {
    const correlator = engine.correlator();
    push(correlator, 0, 'a', { n: 1.7e308 });
    const [hit] = push(engine.correlator(), 0, 'a', { n: 1.7e308 });
    expect(hit?.value).toBe(1.7e308);
    push(correlator, 1, 'a', { n: 1.7e308 });
    expect(push(correlator, 12, 'a', { n: 3 }).map(({ value }) => value)).toEqual([3]);
  });
  test('fractions in any order', () => {
    const values = [0.1, 0.2, 0.3, 0.4];
    const averages = [values, values.toReversed()].map((list) =>
      list.flatMap((n, index) => push(engine.correlator(), index, 'b', { n })).map(({ value }) => value),
    );
    expect(averages).toEqual([
      [0.3, 0.4],
      [0.4, 0.3],
    ]);
    const correlator = engine.correlator();
    const hits = [0.1, 0.1, 0.1, 0.7].flatMap((n, index) => push(correlator, index, 'b', { n }));
    expect(hits.map(({ value }) => value)).toEqual([0.25]);
  });
});

describe('names of matches', () => {
  const engine = engineWith({ k: `${COUNT}, condition: {gte: 1}` });
  test.each([
    'e0',
    '',
    '0',
    '007',
    '-1',
    'a/b/0/1234567',
    'x12345678901234567890',
    '9007199254740993',
    '1e5',
    '٣',
    'é1',
  ])('%j comes back as it was given, also from a snapshot', (ref) => {
    const correlator = engine.correlator();
    expect(push(correlator, 0, 'a', {}, ref)[0]?.refs).toEqual([ref]);
    const resumed = engine.correlator();
    resumed.restore(JSON.parse(JSON.stringify(correlator.snapshot())));
    expect(push(resumed, 20, 'a', {}, ref)[0]?.refs).toEqual([ref]);
    const two = engineWith({ k: `${COUNT}, condition: {gte: 2}` });
    const [before, after] = [two.correlator(), two.correlator()];
    push(before, 0, 'a', {}, ref);
    after.restore(JSON.parse(JSON.stringify(before.snapshot())));
    expect(push(after, 1, 'a', {}, 'other 2')[0]?.refs).toEqual([ref, 'other 2']);
  });
  test('the newest hundred, oldest first, passing over matches without one', () => {
    const correlator = engineWith({ k: `${COUNT}, condition: {gte: 300}` }).correlator();
    const hits = Array.from({ length: 300 }, (_, index) =>
      push(correlator, index / 100, 'a', {}, index % 2 === 0 ? `e/${String(index)}` : undefined),
    ).flat();
    expect(hits[0]?.refs).toEqual(Array.from({ length: 100 }, (_, index) => `e/${String(100 + index * 2)}`));
  });
});

describe('what is forgotten holds no memory', () => {
  test('the limit of a sum is no number of entries to keep', () => {
    const engine = engineWith({
      k: 'type: value_sum, rules: [a], timespan: 1h, condition: {field: n, gte: 1000000}',
    });
    const correlator = engine.correlator({ entriesMax: 100 });
    for (let index = 0; index < 1_000; index += 1) push(correlator, index, 'a', { n: 1 });
    expect(correlator.stats()).toMatchObject({ entries: 100, evictedEntries: 900 });
  });
  test('values and names go with the last entry that holds them', () => {
    const engine = engineWith({
      k: 'type: value_count, rules: [a], group-by: [u], timespan: 10s, condition: {field: v, gte: 3}',
    });
    const correlator = engine.correlator({ lateness: 0 });
    for (let index = 0; index < 50_000; index += 1)
      push(
        correlator,
        index / 100,
        'a',
        { u: index % 7, v: `value ${String(index)}` },
        `host ${String(index)}/x`,
      );
    const { correlations, refs } = correlator.snapshot();
    expect(correlations[0]?.texts?.length).toBeLessThan(1_100);
    expect(refs.length).toBeLessThan(1_100);
    correlator.advance(1_000_000);
    expect(correlator.snapshot()).toMatchObject({ refs: [], correlations: [{ texts: [], groups: [] }] });
    expect(correlator.stats()).toMatchObject({ groups: 0, entries: 0 });
  });
  test('the group unused for longest goes, however often others come and go', () => {
    const engine = engineWith({ k: `${COUNT}, group-by: [u], condition: {gte: 1000}` });
    const correlator = engine.correlator({ groupsMax: 20 });
    const next = generator();
    let order: string[] = [];
    for (let index = 0; index < 2_000; index += 1) {
      const u = `u${String(next(40))}`;
      push(correlator, index / 1000, 'a', { u });
      order = [...order.filter((one) => one !== u), u].slice(-20);
    }
    expect(correlator.snapshot().correlations[0]?.groups.map(({ key }) => key)).toEqual(order);
    expect(correlator.stats()).toMatchObject({ groups: 20 });
    const { pushed, entries, evictedEntries } = correlator.stats();
    expect(entries + evictedEntries).toBe(pushed);
  });
});

describe('absence', () => {
  test('what an inner absence finds is known before an outer one is judged, also when both are over at once', () => {
    const engine = engineWith({
      inner: 'type: temporal, rules: [a, b], timespan: 10s, condition: a and not b',
      outer: 'type: temporal, rules: [c, inner], timespan: 10s, condition: c and not inner',
    });
    const correlator = engine.correlator({ lateness: 0 });
    correlator.advance(0);
    push(correlator, 1, 'a');
    push(correlator, 5, 'c');
    // The inner hit is at 11 s, within ten seconds behind the c.
    expect(correlator.advance(1_000_000)).toEqual([]);
    push(correlator, 2_000, 'c');
    expect(correlator.advance(3_000_000).map(({ timeMs }) => timeMs)).toEqual([2_010_000]);
  });
  test('an entry that came out of order is decided when its own window is over', () => {
    const engine = engineWith({ k: 'type: temporal, rules: [a, b], timespan: 10s, condition: a and not b' });
    const correlator = engine.correlator({ lateness: 6_000 });
    correlator.advance(0);
    push(correlator, 20, 'a');
    push(correlator, 5, 'a');
    push(correlator, 3, 'b');
    push(correlator, 4, 'a');
    expect(correlator.advance(21_001)).toEqual([]);
    push(correlator, 15.5, 'a');
    expect(correlator.advance(31_500)).toEqual([]);
    expect(correlator.advance(31_501).map(({ timeMs }) => timeMs)).toEqual([25_500]);
  });
  test('an entry older than what is judged is seen by what is judged after it', () => {
    const { rules, correlations } = parseRules(
      `${BASE}---\ntitle: k\ncorrelation: {type: temporal, rules: [a, b], timespan: 10s, condition: a and not b}\n`,
      { source: 'x' },
    );
    const infos = rules.map(({ info }) => info);
    const [correlation] = compileCorrelations(correlations, infos, []).correlations;
    if (correlation?.expression === undefined) throw new Error('rejected');
    const judge = (late: readonly (readonly [second: number, rule: number])[]): number[] => {
      const frame = new Frame(correlation, 0, 10_000, new RefTable(), new Work(0));
      const group = new AbsenceGroup('', frame, correlation.expression ?? { kind: 'and', of: [] });
      const add = (second: number, rule: number): void => group.add(second * 1000, rule, 0, 0, -1);
      for (const second of [14, 24]) add(second, 0);
      add(5, 1);
      const fired = [group.judgeNext(), group.judgeNext()];
      for (const [second, rule] of late) add(second, rule);
      while (group.judged < group.log.size) fired.push(group.judgeNext());
      return fired.flatMap((one) => one?.timeMs ?? []);
    };
    expect(judge([])).toEqual([34_000]);
    expect(judge([[14, 1]])).toEqual([]);
    expect(judge([[13, 1]])).toEqual([34_000]);
  });
  test('groups that wait cost nothing until they are due', () => {
    const engine = engineWith({
      k: 'type: temporal, rules: [a, b], group-by: [u], timespan: 1h, condition: a and not b',
    });
    const correlator = engine.correlator({ lateness: 0 });
    for (let index = 0; index < 20_000; index += 1) push(correlator, index / 100, 'a', { u: index });
    expect(correlator.stats()).toMatchObject({ groups: 20_000, steps: 0 });
    const hits = correlator.advance(3_650_000);
    expect(hits.map(({ timeMs }) => timeMs)).toEqual(
      Array.from({ length: 5_000 }, (_, index) => 3_600_000 + index * 10),
    );
  });
});

describe('snapshots', () => {
  /** As version 1 wrote it: two matches of each, the third makes the hit. */
  const V1 =
    '{"version":1,"watermarkMs":0,"driven":true,"stats":{"pushed":2,"late":0,"withoutValue":0,"evictedGroups":0,"evictedEntries":0},"correlations":[{"tag":"[\\"count\\",\\"event_count\\",10000,[{\\"op\\":\\"gte\\",\\"value\\":3}],[{\\"ruleId\\":\\"id-a\\",\\"groupFields\\":[\\"u\\",\\"h\\"],\\"valueFields\\":[]},{\\"ruleId\\":\\"id-b\\",\\"groupFields\\":[\\"u\\",\\"h\\"],\\"valueFields\\":[]}],[\\"u\\",\\"h\\"],null,null]","groups":[{"key":"[\\"x\\",\\"1\\"]","values":{"u":"x","h":"1"},"entries":[[1000,0,null,null,"agent/e/0/7",0],[2000,0,null,null,"agent/e/0/8",0]]}]},{"tag":"[\\"values\\",\\"value_count\\",10000,[{\\"op\\":\\"gte\\",\\"value\\":3}],[{\\"ruleId\\":\\"id-a\\",\\"groupFields\\":[\\"u\\"],\\"valueFields\\":[\\"v\\"]}],[\\"u\\"],null,null]","groups":[{"key":"[\\"x\\"]","values":{"u":"x"},"entries":[[1000,0,"p",null,"agent/e/0/7",0],[2000,0,"q",null,"agent/e/0/8",0]]}]},{"tag":"[\\"pairs\\",\\"value_count\\",10000,[{\\"op\\":\\"gte\\",\\"value\\":3}],[{\\"ruleId\\":\\"id-a\\",\\"groupFields\\":[],\\"valueFields\\":[\\"v\\",\\"w\\"]}],[],null,null]","groups":[{"key":"[]","values":{},"entries":[[1000,0,"[\\"p\\",\\"q\\"]",null,"agent/e/0/7",0],[2000,0,"[\\"q\\",\\"q\\"]",null,"agent/e/0/8",0]]}]},{"tag":"[\\"sum\\",\\"value_sum\\",10000,[{\\"op\\":\\"gte\\",\\"value\\":10}],[{\\"ruleId\\":\\"id-a\\",\\"groupFields\\":[\\"u\\"],\\"valueFields\\":[\\"n\\"]}],[\\"u\\"],null,null]","groups":[{"key":"[\\"x\\"]","values":{"u":"x"},"entries":[[1000,0,null,4,"agent/e/0/7",0],[2000,0,null,4,"agent/e/0/8",0]]}]},{"tag":"[\\"absent\\",\\"temporal\\",10000,[{\\"op\\":\\"gte\\",\\"value\\":1}],[{\\"ruleId\\":\\"id-a\\",\\"groupFields\\":[],\\"valueFields\\":[]},{\\"ruleId\\":\\"id-b\\",\\"groupFields\\":[],\\"valueFields\\":[]}],[],null,{\\"kind\\":\\"and\\",\\"of\\":[{\\"kind\\":\\"input\\",\\"input\\":0},{\\"kind\\":\\"not\\",\\"of\\":{\\"kind\\":\\"input\\",\\"input\\":1}}]}]","groups":[{"key":"[]","values":{},"entries":[[1000,0,null,null,"agent/e/0/7",0],[2000,0,null,null,"agent/e/0/8",0]],"judged":0,"lastTrueMs":null}]}]}';
  const engine = engineWith({
    count: 'type: event_count, rules: [a, b], group-by: [u, h], timespan: 10s, condition: {gte: 3}',
    values: 'type: value_count, rules: [a], group-by: [u], timespan: 10s, condition: {field: v, gte: 3}',
    pairs: 'type: value_count, rules: [a], timespan: 10s, condition: {field: [v, w], gte: 3}',
    sum: 'type: value_sum, rules: [a], group-by: [u], timespan: 10s, condition: {field: n, gte: 10}',
    absent: 'type: temporal, rules: [a, b], timespan: 10s, condition: a and not b',
  });

  test('version 1 goes on where it stood', () => {
    const correlator = engine.correlator({ lateness: 5000 });
    expect(correlator.restore(JSON.parse(V1))).toEqual({ restored: 5, dropped: 0 });
    expect(correlator.stats()).toMatchObject({ pushed: 2, groups: 5, entries: 10 });
    const hits = push(correlator, 3, 'a', { u: 'x', h: 1, v: 'r', w: 'q', n: 4 }, 'agent/e/0/9');
    const refs = ['agent/e/0/7', 'agent/e/0/8', 'agent/e/0/9'];
    expect(hits.map((hit) => [hit.rule.id, hit.firstMs, hit.value, hit.refs])).toEqual([
      ['count', 1000, 3, refs],
      ['values', 1000, 3, refs],
      ['pairs', 1000, 3, refs],
      ['sum', 1000, 12, refs],
    ]);
    expect(correlator.advance(100_000).map(({ rule, timeMs }) => [rule.id, timeMs])).toEqual([
      ['absent', 11_000],
    ]);
  });

  test('a reload keeps what did not change', () => {
    const correlator = engine.correlator();
    correlator.restore(JSON.parse(V1));
    const other = engineWith({
      values: 'type: value_count, rules: [a], group-by: [u], timespan: 10s, condition: {field: v, gte: 3}',
      sum: 'type: value_sum, rules: [a], group-by: [u], timespan: 10s, condition: {field: n, gte: 11}',
    }).correlator();
    expect(other.restore(correlator.snapshot())).toEqual({ restored: 1, dropped: 4 });
    const hits = push(other, 3, 'a', { u: 'x', v: 'r', n: 4 });
    expect(hits.map(({ rule }) => rule.id)).toEqual(['values']);
  });

  test('narrower bounds hold after a restore', () => {
    const grouped = engineWith({ k: `${COUNT}, group-by: [u], condition: {gte: 2}` });
    const wide = grouped.correlator();
    for (let index = 0; index < 10; index += 1) push(wide, index / 10, 'a', { u: index });
    const narrow = grouped.correlator({ groupsMax: 4 });
    narrow.restore(wide.snapshot());
    expect(narrow.stats()).toMatchObject({ groups: 4, entries: 4, evictedGroups: 6, evictedEntries: 6 });
    expect(push(narrow, 2, 'a', { u: 9 })).toHaveLength(1);
    expect(push(narrow, 2, 'a', { u: 1 })).toHaveLength(0);
  });

  const grouped = engineWith({
    k: 'type: value_count, rules: [a, b], group-by: [u, h], timespan: 10s, condition: {field: v, gte: 3}',
  });
  const good = (): Record<string, unknown> => {
    const correlator = grouped.correlator();
    push(correlator, 0, 'a', { u: 1, v: 1 }, 'e/1');
    push(correlator, 1, 'b', { u: 1, v: 2 }, 'e/2');
    return JSON.parse(JSON.stringify(correlator.snapshot())) as Record<string, unknown>;
  };
  type Kept = { correlations: { tag: string; groups: Record<string, unknown>[] }[] } & Record<
    string,
    unknown
  >;
  const broken: readonly (readonly [string, (snapshot: Kept) => unknown])[] = [
    ['null', () => null],
    ['a text', () => 'snapshot'],
    ['a list', () => []],
    ['version 3', (kept) => ({ ...kept, version: 3 })],
    ['no correlations', (kept) => ({ ...kept, correlations: undefined })],
    ['version 1 with the content of 2', (kept) => ({ ...kept, version: 1 })],
    ['a watermark that is no number', (kept) => ({ ...kept, watermarkMs: '5' })],
    ['counts below zero', (kept) => ({ ...kept, stats: { ...(kept.stats as object), late: -1 } })],
    [
      'one correlation twice',
      (kept) => ({ ...kept, correlations: [...kept.correlations, ...kept.correlations] }),
    ],
    ...(
      [
        ['a key of one field', { key: '1:1' }],
        ['a key with more behind it', { key: '1:1--' }],
        ['a key whose length lies', { key: '9:1-' }],
        ['times out of order', { times: [5, 0] }],
        ['times that are none', { times: [0, null] }],
        ['times beyond all numbers', { base: 1.7e308, times: [1.7e308, 1.7e308] }],
        ['fewer flags than times', { flags: '0' }],
        ['flags of another kind', { flags: '07' }],
        ['a rule that is not there', { rules: [0, 2] }],
        ['a value that is not there', { values: [0, 99] }],
        ['half a value', { values: [0, 0.5] }],
        ['a name that is not there', { refs: [1, 99] }],
        ['more sorted than there are', { sorted: 3 }],
        ['nothing', { times: [], flags: '', rules: [], values: [], refs: [], tails: [], sorted: 0 }],
      ] as const
    ).map(
      ([name, change]) =>
        [
          name,
          (kept: Kept) => {
            Object.assign(kept.correlations[0]?.groups[0] ?? {}, change);
            return kept;
          },
        ] as const,
    ),
    [
      'one group twice',
      (kept) => {
        const [one] = kept.correlations;
        one?.groups.push(...one.groups);
        return kept;
      },
    ],
  ];
  test.each(broken)('%s is refused, and changes nothing', (_, breakIt) => {
    const correlator = grouped.correlator();
    push(correlator, 5, 'a', { u: 9, v: 9 });
    const before = correlator.snapshot();
    expect(() => correlator.restore(breakIt(good() as Kept))).toThrow(TypeError);
    expect(correlator.snapshot()).toEqual(before);
    expect(() => grouped.correlator().restore(good())).not.toThrow();
  });
});

describe('which rule a reference means', () => {
  test('of two correlations with one id the second is rejected', () => {
    const one = (gte: number): string =>
      `title: K${String(gte)}\nid: k\ncorrelation: {${COUNT}, condition: {gte: ${String(gte)}}}\n`;
    const engine = engineOf([BASE, one(1), one(2)].join('---\n'));
    expect(engine.errors.map(({ title }) => title)).toEqual(['K2']);
    expect(push(engine.correlator(), 0, 'a')).toHaveLength(1);
  });
  test('a name that two rules share rejects what refers to it by name; by id it works', () => {
    const twice = `${BASE}---\n${BASE.replaceAll('id-', 'other-')}`;
    const by = (reference: string): string =>
      `---\ntitle: K\nid: k\ncorrelation: {type: event_count, rules: [${reference}], timespan: 10s, condition: {gte: 1}}\n`;
    expect(engineOf(twice + by('a')).errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/the name "a" belongs to several rules \(id-a, other-a\): refer to one by id/),
    ]);
    const engine = goodEngine(twice + by('other-a'));
    expect(push(engine.correlator(), 0, 'a')).toEqual([]);
    expect(engine.correlator().push({ rule: { id: 'other-a' } }, {}, 0)).toHaveLength(1);
  });
  test('a name that a rule and a correlation share rejects what refers to it', () => {
    const text = `${BASE}---\ntitle: K\nid: k\nname: b\ncorrelation: {${COUNT}, condition: {gte: 1}}\n---\ntitle: L\nid: l\ncorrelation: {type: event_count, rules: [b], timespan: 10s, condition: {gte: 1}}\n`;
    expect(engineOf(text).errors.map(({ ruleId, message }) => [ruleId, message])).toEqual([
      ['l', expect.stringMatching(/the name "b" belongs to several rules \(id-b, k\)/)],
    ]);
  });
});
