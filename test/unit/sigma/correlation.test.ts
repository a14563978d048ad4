import { describe, expect, test } from 'vitest';
import type { CorrelationHit, Correlator, CorrelatorOptions, Engine } from '../../../rules/sigma/index.ts';
import { engineOf, goodEngine } from './rule-text.ts';

const BASE = ['a', 'b', 'c']
  .map((k) => `title: ${k}\nid: id-${k}\nname: ${k}\ndetection: {s: {k: ${k}}, condition: s}\n`)
  .join('---\n');

function correlation(body: string, head = 'title: K\nid: k'): string {
  return `${BASE}---\n${head}\ncorrelation:\n${body
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}\n`;
}

/** `[seconds, rule, fields]` */
type Push = readonly [seconds: number, rule: string, fields?: Record<string, unknown>];

function push(correlator: Correlator, pushes: readonly Push[]): CorrelationHit[] {
  return pushes.flatMap(([seconds, rule, fields = {}], index) =>
    correlator.push({ rule: { id: `id-${rule}` } }, fields, seconds * 1000, `e${String(index)}`),
  );
}

/** Seconds at which hits fire. */
function fires(body: string, pushes: readonly Push[], options?: CorrelatorOptions): number[] {
  return push(goodEngine(correlation(body)).correlator(options), pushes).map(({ timeMs }) => timeMs / 1000);
}

const at = (rule: string, ...seconds: number[]): Push[] => seconds.map((second): Push => [second, rule]);
const COUNT = 'type: event_count\nrules: [a]\ntimespan: 10s\n';

describe('event_count', () => {
  const rows: readonly (readonly [
    name: string,
    condition: string,
    pushes: readonly Push[],
    want: number[],
  ])[] = [
    ['gte', '{gte: 3}', at('a', 0, 5, 9), [9]],
    ['the window slides with event time', '{gte: 3}', at('a', 0, 5, 11), []],
    ['a span of exactly the timespan is inside', '{gte: 3}', at('a', 0, 5, 10), [10]],
    ['no alignment to the clock', '{gte: 2}', at('a', 59, 61), [61]],
    ['gt is strict', '{gt: 2}', at('a', 0, 1, 2), [2]],
    ['eq', '{eq: 2}', at('a', 0, 1, 2), [1]],
    ['lt', '{lt: 3}', at('a', 0), [0]],
    ['lte', '{lte: 1}', at('a', 0, 1), [0]],
    ['neq', '{neq: 1}', at('a', 0, 1), [1]],
    ['a range', '{gt: 1, lte: 3}', at('a', 0, 1, 2, 3), [1]],
    ['a range is entered again', '{gte: 2, lt: 3}', at('a', 0, 1, 2, 11.5), [1, 11.5]],
    ['fires once while the condition holds', '{gte: 2}', at('a', 0, 1, 2, 3, 9, 15, 22), [1]],
    ['fires again after the condition was left', '{gte: 3}', at('a', 0, 1, 2, 11.5, 11.8), [2, 11.8]],
    ['fires again after the window ran empty', '{gte: 1}', at('a', 0, 5, 30), [0, 30]],
    ['equal times count each', '{gte: 3}', at('a', 5, 5, 5), [5]],
    ['before 1970', '{gte: 2}', at('a', -5, -1), [-1]],
    ['another rule is not counted', '{gte: 2}', [...at('a', 0), ...at('b', 1)], []],
  ];
  test.each(rows)('%s', (_, condition, pushes, want) => {
    expect(fires(`${COUNT}condition: ${condition}`, pushes)).toEqual(want);
  });

  test('over two rules', () => {
    expect(
      fires('type: event_count\nrules: [a, b]\ntimespan: 10s\ncondition: {gte: 2}', [
        ...at('a', 0),
        ...at('b', 1),
      ]),
    ).toEqual([1]);
  });

  test('a hit carries rule, group, times, count and the contributing matches', () => {
    const engine = goodEngine(
      correlation(`${COUNT}group-by: [user, host]\ncondition: {gte: 2}`, 'title: K\nid: k\nlevel: high'),
    );
    const hits = push(engine.correlator(), [
      [1, 'a', { user: 'An', host: 7 }],
      [2, 'a', { user: 'Bình', host: 7 }],
      [3, 'a', { user: 'An', host: '7' }],
    ]);
    expect(hits).toEqual([
      {
        rule: engine.rules.find(({ id }) => id === 'k'),
        group: Object.assign(Object.create(null) as object, { user: 'An', host: '7' }) as unknown,
        timeMs: 3000,
        firstMs: 1000,
        count: 2,
        value: 2,
        refs: ['e0', 'e2'],
      },
    ]);
    expect(hits[0]?.rule.level).toBe('high');
  });
});

describe('groups', () => {
  const grouped = `${COUNT}group-by: [user]\ncondition: {gte: 2}`;
  test('each value has its own window', () => {
    const pushes: Push[] = [
      [0, 'a', { user: 'x' }],
      [1, 'a', { user: 'y' }],
      [2, 'a', { user: 'x' }],
    ];
    expect(fires(grouped, pushes)).toEqual([2]);
  });

  test('values are compared as they are: case counts, numbers equal their text', () => {
    expect(
      fires(grouped, [
        [0, 'a', { user: 'X' }],
        [1, 'a', { user: 'x' }],
      ]),
    ).toEqual([]);
    expect(
      fires(grouped, [
        [0, 'a', { user: 1 }],
        [1, 'a', { user: '1' }],
      ]),
    ).toEqual([1]);
  });

  test('events without the field are a group of their own, apart from the text "null" and the empty text', () => {
    expect(
      fires(grouped, [
        [0, 'a'],
        [1, 'a', { user: null }],
      ]),
    ).toEqual([1]);
    expect(
      fires(grouped, [
        [0, 'a'],
        [1, 'a', { user: 'null' }],
        [2, 'a', { user: '' }],
      ]),
    ).toEqual([]);
    const [hit] = push(goodEngine(correlation(grouped)).correlator(), at('a', 0, 1));
    expect(Object.keys(hit?.group ?? { x: 1 })).toEqual([]);
  });

  test('names of object methods are plain values', () => {
    const hits = push(
      goodEngine(correlation(`${COUNT}group-by: [__proto__]\ncondition: {gte: 2}`)).correlator(),
      [
        [0, 'a', JSON.parse('{"__proto__": "constructor"}') as Record<string, unknown>],
        [1, 'a', JSON.parse('{"__proto__": "constructor"}') as Record<string, unknown>],
      ],
    );
    expect(hits.map(({ group }) => Object.entries(group))).toEqual([[['__proto__', 'constructor']]]);
  });

  test('aliases name a field per rule', () => {
    const body =
      'type: event_count\nrules: [a, b]\ntimespan: 10s\ngroup-by: [ip]\naliases:\n  ip: {a: src, b: dst}\ncondition: {gte: 2}';
    const engine = goodEngine(correlation(body));
    const hits = push(engine.correlator(), [
      [0, 'a', { src: '1.1.1.1' }],
      [1, 'b', { dst: '1.1.1.1' }],
    ]);
    expect(hits.map(({ group }) => ({ ...group }))).toEqual([{ ip: '1.1.1.1' }]);
    expect(engine.correlationFields('id-a')).toEqual(['src']);
    expect(engine.correlationFields('id-b')).toEqual(['dst']);
    expect(engine.correlationFields('id-c')).toEqual([]);
  });
});

describe('value_count', () => {
  const body = 'type: value_count\nrules: [a]\ngroup-by: [h]\ntimespan: 10s\ncondition: {field: u, gte: 3}';
  test('counts distinct values', () => {
    const pushes = ['x', 'x', 'y', 'z'].map((u, index): Push => [index, 'a', { h: 1, u }]);
    expect(fires(body, pushes)).toEqual([3]);
  });
  test('a value that left the window counts no more', () => {
    expect(
      fires(body, [
        [0, 'a', { u: 'x' }],
        [5, 'a', { u: 'y' }],
        [11, 'a', { u: 'z' }],
      ]),
    ).toEqual([]);
  });
  test('a value seen again stays after its first sight has left', () => {
    expect(
      fires(body, [
        [0, 'a', { u: 'x' }],
        [5, 'a', { u: 'x' }],
        [6, 'a', { u: 'y' }],
        [11, 'a', { u: 'z' }],
      ]),
    ).toEqual([11]);
  });
  test('events without the value are counted and not applied', () => {
    const correlator = goodEngine(correlation(body)).correlator();
    push(correlator, [
      [0, 'a', { u: null }],
      [1, 'a'],
    ]);
    expect(correlator.stats()).toMatchObject({ pushed: 2, withoutValue: 2, entries: 0 });
  });
  test('a list of fields counts tuples', () => {
    const tuples = 'type: value_count\nrules: [a]\ntimespan: 10s\ncondition: {field: [u, v], gte: 2}';
    expect(
      fires(tuples, [
        [0, 'a', { u: 'a', v: 'b' }],
        [1, 'a', { u: 'a', v: 'b' }],
      ]),
    ).toEqual([]);
    expect(
      fires(tuples, [
        [0, 'a', { u: 'a', v: 'b' }],
        [1, 'a', { u: 'ab', v: '' }],
        [2, 'a', { u: 'a', v: 'c' }],
      ]),
    ).toEqual([1]);
    expect(goodEngine(correlation(tuples)).correlationFields('id-a')).toEqual(['u', 'v']);
  });
});

describe('temporal', () => {
  const body = 'type: temporal\nrules: [a, b, c]\ngroup-by: [u]\ntimespan: 10s';
  test('all rules in any order', () => {
    expect(fires(body, [...at('c', 0), ...at('a', 1), ...at('b', 2)])).toEqual([2]);
  });
  test('one rule many times is not enough', () => {
    expect(fires(body, [...at('a', 0, 1, 2), ...at('b', 3)])).toEqual([]);
  });
  test('not beyond the timespan', () => {
    expect(fires(body, [...at('a', 0), ...at('b', 5), ...at('c', 11)])).toEqual([]);
  });
  test('a condition may ask for fewer', () => {
    expect(fires(`${body}\ncondition: {gte: 2}`, [...at('a', 0), ...at('b', 5)])).toEqual([5]);
  });
});

describe('temporal_ordered', () => {
  const body = 'type: temporal_ordered\nrules: [a, b]\ngroup-by: [u]\ntimespan: 10s';
  test('in order', () => expect(fires(body, [...at('a', 0), ...at('b', 1)])).toEqual([1]));
  test('wrong order', () => expect(fires(body, [...at('b', 0), ...at('a', 1)])).toEqual([]));
  test('other entries between do not matter', () => {
    expect(
      fires('type: temporal_ordered\nrules: [a, b, c]\ntimespan: 10s', [
        ...at('b', 0),
        ...at('a', 1),
        ...at('c', 2),
        ...at('b', 3),
        ...at('c', 4),
      ]),
    ).toEqual([4]);
  });
  test('event time decides, not arrival', () => {
    expect(fires(body, [...at('b', 5), ...at('a', 1)])).toEqual([5]);
    expect(fires(body, [...at('a', 5), ...at('b', 1)])).toEqual([]);
  });
});

describe('conditions over rules (extended temporal)', () => {
  const body = (condition: string, type = 'temporal'): string =>
    `type: ${type}\nrules: [a, b, c]\ngroup-by: [u]\ntimespan: 10s\ncondition: ${condition}`;
  /** Seconds of hits of pushes and of one advance far behind them. */
  const decided = (
    text: string,
    pushes: readonly Push[],
    options: CorrelatorOptions = { lateness: 5000 },
  ): number[] => {
    const correlator = goodEngine(correlation(text)).correlator(options);
    correlator.advance(-1_000_000);
    return [...push(correlator, pushes), ...correlator.advance(1_000_000)].map(({ timeMs }) => timeMs / 1000);
  };

  test.each<[condition: string, pushes: Push[], want: number[]]>([
    ['a and b and c', [...at('c', 0), ...at('a', 1), ...at('b', 2)], [2]],
    ['a and (b or c)', [...at('a', 0), ...at('c', 1)], [1]],
    ['a and (b or c)', [...at('b', 0), ...at('c', 1)], []],
    ['a and (b or c)', [...at('a', 0), ...at('c', 11)], []],
    ['a or b or c', [...at('b', 3)], [3]],
  ])('without absence decided at once: %s', (condition, pushes, want) => {
    expect(fires(body(condition), pushes)).toEqual(want);
  });

  const two = 'type: temporal\nrules: [a, b]\ntimespan: 10s\ncondition: a and not b';
  test.each<[name: string, pushes: Push[], want: number[]]>([
    ['nothing else happens: at the end of the window', at('a', 5), [15]],
    ['the unwanted rule within the timespan behind', [...at('a', 5), ...at('b', 15)], []],
    ['the unwanted rule within the timespan before', [...at('b', 0), ...at('a', 10)], []],
    ['the unwanted rule outside of it', [...at('b', 0), ...at('a', 10.5), ...at('b', 21)], [20.5]],
    ['only the unwanted rule', at('b', 5), []],
    ['arrival out of order', [...at('b', 7), ...at('a', 5)], []],
    ['a stretch has one hit', at('a', 0, 5, 10), [10]],
    ['a stretch after an empty window has its own', at('a', 0, 11), [10, 21]],
    ['a disturbed entry breaks the stretch', [...at('a', 0), ...at('b', 10.5), ...at('a', 20.6)], [10, 30.6]],
  ])('a and not b: %s', (_, pushes, want) => {
    expect(decided(two, pushes)).toEqual(want);
  });

  test('absence is decided when the window and the lateness are over, not before', () => {
    const correlator = goodEngine(correlation(two)).correlator({ lateness: 5000 });
    correlator.advance(0);
    push(correlator, [[0, 'a', { x: 1 }]]);
    expect(correlator.advance(15_000)).toEqual([]);
    const hits = correlator.advance(15_001);
    expect(hits.map(({ timeMs, firstMs, count, refs }) => [timeMs, firstMs, count, refs])).toEqual([
      [10_000, 0, 1, ['e0']],
    ]);
    expect(correlator.advance(99_000)).toEqual([]);
    expect(correlator.stats()).toMatchObject({ groups: 0, entries: 0 });
  });

  test('a stream that is never advanced is decided by its own events', () => {
    expect(fires(two, [...at('a', 0), ...at('b', 400)])).toEqual([10]);
  });

  test('groups are apart', () => {
    const grouped = `${two}\ngroup-by: [u]`;
    expect(
      decided(grouped, [
        [0, 'a', { u: 'x' }],
        [1, 'b', { u: 'y' }],
      ]),
    ).toEqual([10]);
    expect(
      decided(grouped, [
        [0, 'a', { u: 'x' }],
        [1, 'b', { u: 'x' }],
      ]),
    ).toEqual([]);
  });

  test('ordered', () => {
    const ordered = 'type: temporal_ordered\nrules: [a, b, c]\ntimespan: 10s\ncondition: a and not b and c';
    expect(decided(ordered, [...at('a', 0), ...at('c', 1)])).toEqual([11]);
    expect(decided(ordered, [...at('c', 0), ...at('a', 1)])).toEqual([]);
    expect(decided(ordered, [...at('a', 0), ...at('b', 0.5), ...at('c', 1)])).toEqual([]);
    expect(fires(ordered.replace('not ', ''), [...at('a', 0), ...at('b', 1), ...at('c', 2)])).toEqual([2]);
    expect(fires(ordered.replace('not ', ''), [...at('b', 0), ...at('a', 1), ...at('c', 2)])).toEqual([]);
  });

  test('rules may be left out: the condition names them', () => {
    expect(
      fires('type: temporal\ntimespan: 10s\ncondition: a and b', [...at('b', 0), ...at('a', 1)]),
    ).toEqual([1]);
  });

  test('state waiting for the end of its window survives a restart', () => {
    const engine = goodEngine(correlation(two));
    const before = engine.correlator({ lateness: 0 });
    push(before, at('a', 0));
    const after = engine.correlator({ lateness: 0 });
    after.restore(JSON.parse(JSON.stringify(before.snapshot())) as ReturnType<Correlator['snapshot']>);
    expect(after.advance(60_000).map(({ timeMs }) => timeMs)).toEqual([10_000]);
  });

  test('a hit of the passing of time feeds other correlations', () => {
    const chain = `${correlation(two, 'title: Inner\nid: inner')}---\ntitle: Outer\nid: outer\ncorrelation: {type: event_count, rules: [inner], timespan: 1h, condition: {gte: 2}}\n`;
    const correlator = goodEngine(chain).correlator({ lateness: 0 });
    push(correlator, at('a', 0, 30));
    expect(correlator.advance(60_000).map(({ rule, timeMs }) => [rule.id, timeMs])).toEqual([
      ['outer', 40_000],
    ]);
  });

  test.each<[condition: string, type: string, message: RegExp]>([
    ['not a and not b and not c', 'temporal', /would hold where nothing happened/],
    ['a or not b or c', 'temporal', /would hold where nothing happened/],
    ['a and nosuch and b and c', 'temporal', /names "nosuch", which is not among/],
    ['a and b', 'temporal', /the rule "c" is listed but not named/],
    ['1 of a*', 'temporal', /"1 of" and "all of" are not for it/],
    ['a and b or c', 'temporal_ordered', /cannot order the alternatives of "or"/],
    ['a and b and c', 'event_count', /takes no condition over rules/],
    ['a and', 'temporal', /ends where a selection name was expected/],
  ])('rejected: %s (%s)', (condition, type, message) => {
    expect(engineOf(correlation(body(condition, type))).errors.map((error) => error.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

describe('sums', () => {
  const body = (type: string, condition: string): string =>
    `type: ${type}\nrules: [a]\ntimespan: 10s\ncondition: {field: n, ${condition}}`;
  const numbers = (...values: unknown[]): Push[] => values.map((n, index): Push => [index, 'a', { n }]);
  test.each([
    ['value_sum', 'gt: 100', numbers(50, '50', 1), [2]],
    ['value_sum', 'gte: 1', numbers('x', '0x10'), []],
    ['value_avg', 'gt: 10', numbers(5, 20), [1]],
    ['value_avg', 'lt: 10', numbers(20, 5, 1), [2]],
    ['value_median', 'gte: 5', numbers(1, 2, 9, 9), [3]],
    ['value_percentile', 'percentile: 95, gt: 9', numbers(1, 2, 10), [2]],
    ['value_percentile', 'percentile: 50, gt: 9', numbers(1, 2, 10), []],
  ])('%s {%s}', (type, condition, pushes, want) => {
    expect(fires(body(type, condition), pushes)).toEqual(want);
  });
});

describe('regular_count', () => {
  const BODY = 'type: regular_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 12, spread: 25}';
  const every = (seconds: number, count: number, moved: (n: number) => number = () => 0): number[] =>
    Array.from({ length: count }, (_, n) => n * seconds + moved(n));
  /** Seeded: the same numbers in every run, evenly from 0 to 1. */
  const made = (n: number): number => ((n * 48_271 + 11) % 997) / 997;
  const atRandom = (mean: number, count: number): number[] => {
    let time = 0;
    return Array.from({ length: count }, (_, n) => (time += -mean * Math.log(made(n) + 0.001)));
  };

  test.each<[name: string, seconds: number[], want: number[]]>([
    ['every minute', every(60, 12), [660]],
    ['too few', every(60, 11), []],
    ['too slow for the window', every(600, 30), []],
    ['a fifth earlier or later', every(60, 12, (n) => (n % 3) * 5), [670]],
    [
      'two connections each time, and three once',
      every(60, 12).flatMap((time, n) => (n === 4 ? [time, time + 1, time + 2] : [time, time + 0.2])),
      [660],
    ],
    ['one call missed', every(60, 14).toSpliced(6, 1), [780]],
    ['each fifth call missed', every(60, 24).filter((_, n) => n % 5 !== 4), [1_020]],
    ['now fast, now slow', every(60, 24, (n) => (n % 2) * 40), []],
    ['at random, as people make it', atRandom(60, 200), []],
    ['one stream of connections', every(2, 1_000), []],
    [
      'after an hour of something else',
      [...atRandom(60, 50), ...every(60, 70).map((s) => s + 4_000)],
      [5_800],
    ],
  ])('%s', (_, seconds, want) => {
    expect(fires(BODY, at('a', ...seconds))).toEqual(want);
  });

  test('looks at the newest 128 calls, however many the window holds', () => {
    const body = BODY.replace('1h', '1d');
    expect(fires(body, at('a', ...every(60, 1_000), ...every(61, 400).map((s) => 70_000 + s)))).toEqual([
      660,
    ]);
    expect(fires(body.replace('12', '128'), at('a', ...every(60, 300)))).toEqual([7_620]);
  });

  test('late events are put in their place', () => {
    expect(fires(BODY, at('a', ...every(60, 12).toReversed()), { lateness: 3_600_000 })).toEqual([660]);
  });
});

describe('events out of order', () => {
  const body = `${COUNT}condition: {gte: 3}`;
  test('are put in place within the lateness', () => {
    expect(fires(body, at('a', 4, 3, 2, 1, 0))).toEqual([4]);
    expect(fires(body, at('a', 0, 9, 5))).toEqual([9]);
  });
  test('never join what lies further apart than the timespan', () => {
    expect(fires(body, at('a', 20, 0, 10.5))).toEqual([]);
  });
  test('complete an earlier window after a later one has fired', () => {
    expect(fires(body, at('a', 0, 1, 30, 31, 32, 2))).toEqual([32, 2]);
  });
  test('do not fire again for a stretch that had its hit', () => {
    expect(fires(body, at('a', 0, 1, 2, 1.5, 0.5))).toEqual([2]);
  });
  test('later than the lateness are counted and not applied', () => {
    const correlator = goodEngine(correlation(body)).correlator({ lateness: 60_000 });
    push(correlator, at('a', 1000, 1001));
    expect(correlator.watermarkMs).toBe(1_001_000);
    expect(correlator.isLate(940_999)).toBe(true);
    expect(correlator.isLate(941_000)).toBe(false);
    expect(push(correlator, at('a', 900))).toEqual([]);
    expect(correlator.stats()).toMatchObject({ pushed: 3, late: 1, entries: 2 });
  });
  test('once the host advances, a clock in the future makes no other event late', () => {
    const correlator = goodEngine(correlation(body)).correlator({ lateness: 60_000 });
    correlator.advance(1_000_000);
    push(correlator, at('a', 9_999_999));
    expect(correlator.watermarkMs).toBe(1_000_000);
    expect(push(correlator, at('a', 1000, 1001, 1002))).toHaveLength(1);
    correlator.advance(500_000);
    expect(correlator.watermarkMs).toBe(1_000_000);
  });
  test('a time that is no number is a mistake of the host', () => {
    expect(() => push(goodEngine(correlation(body)).correlator(), at('a', Number.NaN))).toThrow(RangeError);
  });
});

describe('state is bounded', () => {
  const body = `${COUNT}group-by: [u]\ncondition: {gte: 3}`;
  test('entries of a group', () => {
    const correlator = goodEngine(correlation(body)).correlator({ entriesMax: 100 });
    push(
      correlator,
      Array.from({ length: 1000 }, (_, index): Push => [index / 1000, 'a']),
    );
    expect(correlator.stats()).toMatchObject({ entries: 100, evictedEntries: 900 });
  });
  test('never below what the condition needs', () => {
    expect(
      fires(
        `${COUNT}condition: {gte: 50}`,
        Array.from({ length: 50 }, (_, index): Push => [index / 10, 'a']),
        { entriesMax: 5 },
      ),
    ).toEqual([4.9]);
  });
  test('groups: the one unused for longest goes', () => {
    const correlator = goodEngine(correlation(body)).correlator({ groupsMax: 2 });
    const use = (u: string, second: number): CorrelationHit[] => push(correlator, [[second, 'a', { u }]]);
    use('x', 0);
    use('y', 1);
    use('x', 2);
    use('z', 3);
    expect(correlator.stats()).toMatchObject({ groups: 2, evictedGroups: 1 });
    expect(use('x', 4)).toHaveLength(1);
    expect(use('y', 5)).toHaveLength(0);
  });
  test('entries of all groups together, and the correlation that fills up does not cost the others theirs', () => {
    const two = `${correlation(body)}---\ntitle: Quiet\nid: quiet\ncorrelation:\n  type: event_count\n  rules: [b]\n  timespan: 10s\n  condition: {gte: 3}\n`;
    const correlator = goodEngine(two).correlator({ entriesTotalMax: 500 });
    push(correlator, at('b', 0, 0.5));
    push(
      correlator,
      Array.from({ length: 10_000 }, (_, index): Push => [1, 'a', { u: `u${String(index)}` }]),
    );
    correlator.advance(100_000);
    const { entries, evictedGroups, evictedEntries } = correlator.stats();
    expect(entries).toBe(500);
    expect([evictedGroups, evictedEntries]).toEqual([9_502, 9_502]);
    expect(push(correlator, at('b', 2.5))).toHaveLength(1);
  });
  test('advance forgets what no window can reach', () => {
    const correlator = goodEngine(correlation(body)).correlator({ lateness: 1000 });
    push(correlator, [
      [0, 'a', { u: 'x' }],
      [5, 'a', { u: 'y' }],
    ]);
    correlator.advance(13_000);
    expect(correlator.stats()).toMatchObject({ groups: 1, entries: 1 });
    correlator.advance(60_000);
    expect(correlator.stats()).toMatchObject({ groups: 0, entries: 0 });
  });
  test('a stream that is never advanced forgets too', () => {
    const correlator = goodEngine(correlation(body)).correlator({ lateness: 0 });
    push(
      correlator,
      Array.from({ length: 20_000 }, (_, index): Push => [index, 'a', { u: index }]),
    );
    expect(correlator.stats().groups).toBeLessThan(5000);
  });
});

describe('chains and generate', () => {
  const chain = `${correlation('type: event_count\nrules: [a]\ngroup-by: [u, h]\ntimespan: 10s\ncondition: {gte: 2}', 'title: Inner\nid: inner\nname: inner')}---
title: Outer
id: outer
correlation:
  type: temporal_ordered
  rules: [inner, b]
  group-by: [u]
  timespan: 1m
`;
  test('an inner hit feeds the outer correlation, which groups by its own fields', () => {
    const engine = goodEngine(chain);
    const hits = push(engine.correlator(), [
      [0, 'a', { u: 'x', h: 1 }],
      [1, 'a', { u: 'x', h: 1 }],
      [2, 'b', { u: 'x' }],
    ]);
    expect(hits.map(({ rule, timeMs, group }) => [rule.id, timeMs, { ...group }])).toEqual([
      ['outer', 2000, { u: 'x' }],
    ]);
  });
  test('rules may be defined after what refers to them', () => {
    const parts = chain.split('---\n');
    expect(goodEngine([...parts.slice(-1), ...parts.slice(0, -1)].join('---\n')).rules.at(-1)?.id).toBe(
      'outer',
    );
  });
  test('what only feeds a correlation generates nothing by itself', () => {
    const engine = goodEngine(chain);
    expect(['id-a', 'id-b', 'id-c', 'inner', 'outer'].map((id) => engine.generates(id))).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });
  test.each([
    ['inside', `${COUNT}condition: {gte: 2}\ngenerate: true`, 'title: K\nid: k'],
    ['at top level', `${COUNT}condition: {gte: 2}`, 'title: K\nid: k\ngenerate: true'],
  ])('generate: true %s keeps the base rule', (_, body, head) => {
    expect(goodEngine(correlation(body, head)).generates('id-a')).toBe(true);
  });
});

describe('snapshot and restore', () => {
  const body = `${COUNT}group-by: [u]\ncondition: {gte: 3}`;
  const roundTrip = (
    from: Correlator,
    engine: Engine,
  ): [Correlator, { restored: number; dropped: number }] => {
    const correlator = engine.correlator();
    return [
      correlator,
      correlator.restore(JSON.parse(JSON.stringify(from.snapshot())) as ReturnType<Correlator['snapshot']>),
    ];
  };
  test('a restart loses nothing and repeats nothing', () => {
    const engine = goodEngine(correlation(body));
    const before = engine.correlator();
    push(before, [
      [0, 'a', { u: 'x' }],
      [1, 'a', { u: 'x' }],
      [1, 'a', { u: 'y' }],
      [2, 'a', { u: 'y' }],
      [3, 'a', { u: 'y' }],
    ]);
    const [after, counts] = roundTrip(before, engine);
    expect(counts).toEqual({ restored: 1, dropped: 0 });
    expect(after.watermarkMs).toBe(before.watermarkMs);
    expect(after.stats()).toEqual(before.stats());
    expect(
      push(after, [
        [4, 'a', { u: 'y' }],
        [5, 'a', { u: 'x' }],
      ]).map(({ group }) => group.u),
    ).toEqual(['x']);
  });
  test('a reload keeps unchanged correlations and starts changed ones empty', () => {
    const two = (gte: number): string =>
      `${correlation(body)}---\ntitle: L\nid: l\ncorrelation: {type: event_count, rules: [a], timespan: 10s, condition: {gte: ${String(gte)}}}\n`;
    const before = goodEngine(two(3)).correlator();
    push(before, at('a', 0, 1));
    const [after, counts] = roundTrip(before, goodEngine(two(4)));
    expect(counts).toEqual({ restored: 1, dropped: 1 });
    expect(push(after, at('a', 2)).map(({ rule }) => rule.id)).toEqual(['k']);
  });
});

describe('rejected correlations, alone and with a reason', () => {
  test.each([
    [
      'unknown type',
      'type: sequence\nrules: [a]\ntimespan: 1m',
      /unknown correlation type "sequence"; known are: event_count/,
    ],
    [
      'unknown rule',
      `${COUNT.replace('[a]', '[nosuch]')}condition: {gte: 1}`,
      /the rule "nosuch" is not loaded/,
    ],
    ['no type', 'rules: [a]\ntimespan: 1m', /needs a "type"/],
    ['no rules', 'type: temporal\ntimespan: 1m', /needs "rules"/],
    ['no timespan', 'type: temporal\nrules: [a]', /needs a "timespan"/],
    [
      'timespan without unit',
      'type: temporal\nrules: [a]\ntimespan: 10',
      /"timespan" must be a number above 0 and a unit/,
    ],
    ['timespan of nothing', 'type: temporal\nrules: [a]\ntimespan: 0s', /above 0/],
    ['no condition', COUNT, /event_count needs a "condition"/],
    ['unknown operator', `${COUNT}condition: {above: 3}`, /unknown key "above" in the condition/],
    ['no number', `${COUNT}condition: {gte: many}`, /"gte" needs a number/],
    ['field without need', `${COUNT}condition: {field: u, gte: 3}`, /event_count takes no "field"/],
    [
      'missing field',
      'type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 3}',
      /value_count needs "field"/,
    ],
    [
      'a percentile above 100',
      'type: value_percentile\nrules: [a]\ntimespan: 1m\ncondition: {field: n, percentile: 101, gte: 3}',
      /needs "percentile" from 0 to 100/,
    ],
    ['unknown key', `${COUNT}timeframe: 1m\ncondition: {gte: 3}`, /unknown key "timeframe"/],
    [
      'alias of a stranger',
      `${COUNT}condition: {gte: 3}\naliases: {ip: {b: src}}`,
      /the alias "ip" names "b"/,
    ],
    ['one rule twice', 'type: temporal\nrules: [a, id-a]\ntimespan: 1m', /names one rule twice/],
    ['itself', 'type: temporal\nrules: [k]\ntimespan: 1m', /refers to itself/],
    ['generate as text', `${COUNT}condition: {gte: 3}\ngenerate: maybe`, /"generate" must be true or false/],
  ])('%s', (_, body, message) => {
    const engine = engineOf(correlation(body, 'title: K\nid: k\nname: k'));
    expect(engine.errors.map((error) => error.message)).toEqual([expect.stringMatching(message)]);
    expect(engine.errors[0]).toMatchObject({ source: 'test.yml', ruleId: 'k', title: 'K' });
    expect(engine.rules).toHaveLength(3);
  });

  test('a cycle of two, and what stands on it', () => {
    const one = (id: string, rule: string): string =>
      `title: ${id}\nid: ${id}\ncorrelation: {type: temporal, rules: [${rule}], timespan: 1m}\n`;
    const engine = engineOf([BASE, one('x', 'y'), one('y', 'x'), one('z', 'x')].join('---\n'));
    expect(engine.errors.map(({ ruleId }) => ruleId)).toEqual(['x', 'y', 'z']);
  });

  test('a correlation over a rejected rule is rejected, and says so', () => {
    const engine = engineOf(
      'title: a\nid: a\ndetection: {s: {x|nosuch: 1}, condition: s}\n---\ntitle: K\nid: k\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}',
    );
    expect(engine.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('nosuch'),
      expect.stringMatching(/"a" is not loaded \(unknown id or name, or rejected\)/),
    ]);
  });

  test('a name that two rules share', () => {
    const engine = engineOf(
      `${BASE}---\n${BASE.replaceAll('id-', 'other-')}---\ntitle: K\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}`,
    );
    expect(engine.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/the name "a" belongs to several rules \(id-a, other-a\): refer to one by id/),
    ]);
  });
});
