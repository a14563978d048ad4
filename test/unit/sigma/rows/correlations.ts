/**
 * Correlations from rule text to hits: `[what, correlations, events, hits]`. An event is `[second, fields]` and matches
 * the base rule its `k` names; a hit is `[index of the event that brought it, correlation, group]`, with the index
 * `end` where only the passing of time brought it.
 */

export type TimedEvent = readonly [second: number, fields: Readonly<Record<string, unknown>>];
export type WantedHit = readonly [
  index: number | 'end',
  id: string,
  group?: Readonly<Record<string, string>>,
];
export type CorrelationRow = readonly [
  what: string,
  correlations: string,
  events: readonly TimedEvent[],
  hits: readonly WantedHit[],
];

/** Rules `a`, `b`, `c` (named so, with ids `id-a` ...). */
export const BASE_RULES = ['a', 'b', 'c']
  .map((k) => `title: ${k}\nid: id-${k}\nname: ${k}\ndetection: {s: {k: ${k}}, condition: s}\n`)
  .join('---\n');

const correlation = (id: string, body: string): string =>
  `title: ${id}\nid: ${id}\nname: name_${id}\ncorrelation:\n${body.replace(/^/gm, '  ')}\n`;
const of = (type: string, rules: string, rest: string): string =>
  correlation('k', `type: ${type}\nrules: ${rules}\ntimespan: 10s\n${rest}`);
/** Matches of rules, one a second, from second 0 on. */
const seq = (rules: string, fields: Readonly<Record<string, unknown>> = {}): TimedEvent[] =>
  Array.from(rules, (k, second): TimedEvent => [second, { k, ...fields }]);
const at = (k: string, ...seconds: number[]): TimedEvent[] => seconds.map((second) => [second, { k }]);
/** Matches of `a` with these values of a field, one a second. */
const values = (field: string, ...list: readonly unknown[]): TimedEvent[] =>
  list.map((value, second): TimedEvent => [second, { k: 'a', [field]: value }]);
const hits = (...indexes: (number | 'end')[]): WantedHit[] => indexes.map((index) => [index, 'k']);

/** What each operator does as a number goes up; the hits for `op: 2` over the numbers 1, 2, 3. */
const OPERATORS = [
  ['gt', [2]],
  ['gte', [1]],
  ['lt', [0]],
  ['lte', [0]],
  ['eq', [1]],
  ['neq', [0, 2]],
] as const;

export const CORRELATION_ROWS: Record<string, readonly CorrelationRow[]> = {
  event_count: [
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      op,
      of('event_count', '[a]', `condition: {${op}: 2}`),
      seq('aaa'),
      hits(...want),
    ]),
    ['a range', of('event_count', '[a]', 'condition: {gt: 1, lte: 2}'), seq('aaa'), hits(1)],
    ['a range that nothing meets', of('event_count', '[a]', 'condition: {gt: 3, lt: 3}'), seq('aaaa'), []],
    ['just inside the timespan', of('event_count', '[a]', 'condition: {gte: 2}'), at('a', 0, 10), hits(1)],
    ['just outside', of('event_count', '[a]', 'condition: {gte: 2}'), at('a', 0, 10.001), []],
    ['sliding, not aligned', of('event_count', '[a]', 'condition: {gte: 3}'), at('a', 8, 12, 17), hits(2)],
    [
      'again after it was left',
      of('event_count', '[a]', 'condition: {gte: 2}'),
      at('a', 0, 1, 30, 31),
      hits(1, 3),
    ],
    [
      'once in a steady stream',
      of('event_count', '[a]', 'condition: {gte: 2}'),
      at('a', 0, 5, 10, 15, 20),
      hits(1),
    ],
    ['two rules', of('event_count', '[a, b]', 'condition: {gte: 2}'), seq('acb'), hits(2)],
    ['other rules do not count', of('event_count', '[a]', 'condition: {gte: 2}'), seq('abca'), hits(3)],
    ['out of order', of('event_count', '[a]', 'condition: {gte: 2}'), at('a', 20, 5, 12), hits(2)],
    ['equal times', of('event_count', '[a]', 'condition: {gte: 3}'), at('a', 1, 1, 1), hits(2)],
    ['rules by id', of('event_count', '[id-a]', 'condition: {gte: 1}'), seq('a'), hits(0)],
    ['one rule as text', of('event_count', 'a', 'condition: {gte: 1}'), seq('a'), hits(0)],
    [
      'minutes',
      correlation('k', 'type: event_count\nrules: [a]\ntimespan: 2m\ncondition: {gte: 2}'),
      at('a', 0, 120),
      hits(1),
    ],
    [
      'hours',
      correlation('k', 'type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 2}'),
      at('a', 0, 3600),
      hits(1),
    ],
    [
      'days',
      correlation('k', 'type: event_count\nrules: [a]\ntimespan: 1d\ncondition: {gte: 2}'),
      at('a', 0, 86_401),
      [],
    ],
    [
      'weeks',
      correlation('k', 'type: event_count\nrules: [a]\ntimespan: 1w\ncondition: {gte: 2}'),
      at('a', 0, 604_800),
      hits(1),
    ],
    [
      'months of 30 days',
      correlation('k', 'type: event_count\nrules: [a]\ntimespan: 1M\ncondition: {gte: 2}'),
      at('a', 0, 2_592_000),
      hits(1),
    ],
    [
      'years of 365 days',
      correlation('k', 'type: event_count\nrules: [a]\ntimespan: 1y\ncondition: {gte: 2}'),
      at('a', 0, 31_536_001),
      [],
    ],
  ],
  value_count: [
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      op,
      of('value_count', '[a]', `condition: {field: u, ${op}: 2}`),
      values('u', 'x', 'y', 'z'),
      hits(...want),
    ]),
    [
      'equal values count once',
      of('value_count', '[a]', 'condition: {field: u, gte: 2}'),
      values('u', 'x', 'x', 'x'),
      [],
    ],
    [
      'case counts',
      of('value_count', '[a]', 'condition: {field: u, gte: 2}'),
      values('u', 'x', 'X'),
      hits(1),
    ],
    [
      'a number and its text are one',
      of('value_count', '[a]', 'condition: {field: u, gte: 2}'),
      values('u', 5, '5'),
      [],
    ],
    [
      'missing and null do not count',
      of('value_count', '[a]', 'condition: {field: u, gte: 1}'),
      values('u', null, undefined),
      [],
    ],
    [
      'the empty text does',
      of('value_count', '[a]', 'condition: {field: u, gte: 1}'),
      values('u', ''),
      hits(0),
    ],
    [
      'a list of fields counts tuples',
      of('value_count', '[a]', 'condition: {field: [u, v], gte: 2}'),
      [
        [0, { k: 'a', u: 1, v: 1 }],
        [1, { k: 'a', u: 1, v: 1 }],
        [2, { k: 'a', u: 1, v: 2 }],
      ],
      hits(2),
    ],
    [
      'tuples do not run into each other',
      of('value_count', '[a]', 'condition: {field: [u, v], gte: 2}'),
      [
        [0, { k: 'a', u: 'x', v: 'yz' }],
        [1, { k: 'a', u: 'xy', v: 'z' }],
      ],
      hits(1),
    ],
    [
      'values leave with the window',
      of('value_count', '[a]', 'condition: {field: u, gte: 2}'),
      [
        [0, { k: 'a', u: 'x' }],
        [11, { k: 'a', u: 'y' }],
        [15, { k: 'a', u: 'x' }],
      ],
      hits(2),
    ],
    [
      'a value seen twice stays for the later one',
      of('value_count', '[a]', 'condition: {field: u, gte: 2}'),
      [
        [0, { k: 'a', u: 'x' }],
        [5, { k: 'a', u: 'x' }],
        [12, { k: 'a', u: 'y' }],
      ],
      hits(2),
    ],
    [
      'a path',
      of('value_count', '[a]', 'condition: {field: u.id, gte: 2}'),
      values('u', { id: 1 }, { id: 2 }),
      hits(1),
    ],
    [
      'a range',
      of('value_count', '[a]', 'condition: {field: u, gte: 2, lt: 3}'),
      values('u', 1, 2, 3),
      hits(1),
    ],
  ],
  temporal: [
    ['all rules, in any order', of('temporal', '[a, b, c]', ''), seq('cab'), hits(2)],
    ['not all of them', of('temporal', '[a, b, c]', ''), seq('aab'), []],
    ['too far apart', of('temporal', '[a, b]', ''), [...at('a', 0), ...at('b', 11)], []],
    ['at the very end', of('temporal', '[a, b]', ''), [...at('a', 0), ...at('b', 10)], hits(1)],
    ['once while it holds', of('temporal', '[a, b]', ''), seq('abab'), hits(1)],
    [
      'again after it was left',
      of('temporal', '[a, b]', ''),
      [...seq('ab'), ...at('a', 30), ...at('b', 31)],
      hits(1, 3),
    ],
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      `number of rules: ${op}`,
      of('temporal', '[a, b, c]', `condition: {${op}: 2}`),
      seq('abc'),
      hits(...want),
    ]),
    ['both', of('temporal', '[a, b]', 'condition: a and b'), seq('ab'), hits(1)],
    ['either', of('temporal', '[a, b]', 'condition: a or b'), seq('b'), hits(0)],
    ['precedence', of('temporal', '[a, b, c]', 'condition: a or b and c'), seq('bc'), hits(1)],
    ['parentheses', of('temporal', '[a, b, c]', 'condition: (a or b) and c'), seq('ac'), hits(1)],
    ['parentheses, not met', of('temporal', '[a, b, c]', 'condition: (a or b) and c'), seq('ab'), []],
    [
      'the condition names the rules',
      correlation('k', 'type: temporal\ntimespan: 10s\ncondition: a and b'),
      seq('ab'),
      hits(1),
    ],
    [
      'the condition names ids',
      of('temporal', '[id-a, id-b]', 'condition: id-a and id-b'),
      seq('ab'),
      hits(1),
    ],
    [
      'absence is decided at the end',
      of('temporal', '[a, b]', 'condition: a and not b'),
      at('a', 0),
      hits('end'),
    ],
    ['absence is disturbed behind', of('temporal', '[a, b]', 'condition: a and not b'), seq('ab'), []],
    ['absence is disturbed before', of('temporal', '[a, b]', 'condition: a and not b'), seq('ba'), []],
    [
      'what is far away does not disturb',
      of('temporal', '[a, b]', 'condition: a and not b'),
      [...at('b', 0), ...at('a', 11)],
      hits('end'),
    ],
    ['absence of either', of('temporal', '[a, b, c]', 'condition: a and not (b or c)'), seq('ac'), []],
    ['double negation is none', of('temporal', '[a, b]', 'condition: a and not not b'), seq('ab'), hits(1)],
  ],
  temporal_ordered: [
    ['in order', of('temporal_ordered', '[a, b, c]', ''), seq('abc'), hits(2)],
    ['out of order', of('temporal_ordered', '[a, b, c]', ''), seq('acb'), []],
    ['reverse', of('temporal_ordered', '[a, b]', ''), seq('ba'), []],
    ['with others between', of('temporal_ordered', '[a, b]', ''), seq('acb'), hits(2)],
    ['repeats between', of('temporal_ordered', '[a, b, c]', ''), seq('aabbc'), hits(4)],
    ['too far apart', of('temporal_ordered', '[a, b]', ''), [...at('a', 0), ...at('b', 10.5)], []],
    [
      'the later first one counts',
      of('temporal_ordered', '[a, b]', ''),
      [...at('a', 0, 5), ...at('b', 12)],
      hits(2),
    ],
    [
      'an event put in its place',
      of('temporal_ordered', '[a, b]', ''),
      [...at('b', 5), ...at('a', 3)],
      hits(1),
    ],
    [
      'gte: a beginning of the order',
      of('temporal_ordered', '[a, b, c]', 'condition: {gte: 2}'),
      seq('ab'),
      hits(1),
    ],
    ['gte: not in order', of('temporal_ordered', '[a, b, c]', 'condition: {gte: 2}'), seq('bc'), []],
    ['expression', of('temporal_ordered', '[a, b]', 'condition: a and b'), seq('ab'), hits(1)],
    ['expression, reverse', of('temporal_ordered', '[a, b]', 'condition: a and b'), seq('ba'), []],
    [
      'equal times keep the order of arrival',
      of('temporal_ordered', '[a, b]', ''),
      [
        [0, { k: 'a' }],
        [0, { k: 'b' }],
      ],
      hits(1),
    ],
  ],
  value_sum: [
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      op,
      of('value_sum', '[a]', `condition: {field: n, ${op}: 2}`),
      values('n', 1, 1, 1),
      hits(...want),
    ]),
    [
      'numbers as text',
      of('value_sum', '[a]', 'condition: {field: n, gte: 5}'),
      values('n', '2', '3.0'),
      hits(1),
    ],
    [
      'no numbers',
      of('value_sum', '[a]', 'condition: {field: n, gte: 0}'),
      values('n', 'x', null, '', true),
      [],
    ],
    [
      'others are left out',
      of('value_sum', '[a]', 'condition: {field: n, gte: 3}'),
      values('n', 1, 'x', 2),
      hits(2),
    ],
    ['negative', of('value_sum', '[a]', 'condition: {field: n, lt: 0}'), values('n', 1, -2), hits(1)],
    [
      'fractions',
      of('value_sum', '[a]', 'condition: {field: n, gt: 0.25}'),
      values('n', 0.25, 0.25),
      hits(1),
    ],
    [
      'old numbers leave',
      of('value_sum', '[a]', 'condition: {field: n, gte: 10}'),
      [
        [0, { k: 'a', n: 6 }],
        [11, { k: 'a', n: 6 }],
        [12, { k: 'a', n: 6 }],
      ],
      hits(2),
    ],
    ['two rules', of('value_sum', '[a, b]', 'condition: {field: n, gte: 2}'), seq('ab', { n: 1 }), hits(1)],
  ],
  value_avg: [
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      op,
      of('value_avg', '[a]', `condition: {field: n, ${op}: 2}`),
      values('n', 1, 3, 5),
      hits(...want),
    ]),
    [
      'no numbers, no average',
      of('value_avg', '[a]', 'condition: {field: n, lt: 5}'),
      values('n', 'x', null),
      [],
    ],
    [
      'others are left out',
      of('value_avg', '[a]', 'condition: {field: n, eq: 3}'),
      values('n', 2, 'x', 4),
      hits(2),
    ],
    ['a range', of('value_avg', '[a]', 'condition: {field: n, gt: 1, lt: 2}'), values('n', 1, 2), hits(1)],
  ],
  value_median: [
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      op,
      of('value_median', '[a]', `condition: {field: n, ${op}: 2}`),
      values('n', 1, 3, 5),
      hits(...want),
    ]),
    [
      'even number: between the two',
      of('value_median', '[a]', 'condition: {field: n, eq: 2.5}'),
      values('n', 1, 4),
      hits(1),
    ],
    ['unsorted', of('value_median', '[a]', 'condition: {field: n, eq: 5}'), values('n', 9, 1, 5), hits(1)],
  ],
  value_percentile: [
    ...OPERATORS.map(([op, want]): CorrelationRow => [
      op,
      of('value_percentile', '[a]', `condition: {field: n, percentile: 100, ${op}: 2}`),
      values('n', 1, 2, 3),
      hits(...want),
    ]),
    [
      'none named: the middle one',
      of('value_percentile', '[a]', 'condition: {field: n, eq: 5}'),
      values('n', 1, 9, 5),
      hits(2),
    ],
    [
      '50 of three',
      of('value_percentile', '[a]', 'condition: {field: n, percentile: 50, eq: 5}'),
      values('n', 1, 9, 5),
      hits(2),
    ],
    [
      '0 is the least',
      of('value_percentile', '[a]', 'condition: {field: n, percentile: 0, eq: 1}'),
      values('n', 5, 1, 9),
      hits(1),
    ],
    [
      'nearest rank',
      of('value_percentile', '[a]', 'condition: {field: n, percentile: 75, eq: 3}'),
      values('n', 1, 2, 3, 4),
      hits(2),
    ],
    [
      'no numbers',
      of('value_percentile', '[a]', 'condition: {field: n, percentile: 50, gte: 0}'),
      values('n', 'x'),
      [],
    ],
  ],
  'group-by': [
    [
      'each value its own',
      of('event_count', '[a]', 'group-by: [u]\ncondition: {gte: 2}'),
      values('u', 'x', 'y', 'x'),
      [[2, 'k', { u: 'x' }]],
    ],
    [
      'as text instead of a list',
      of('event_count', '[a]', 'group-by: u\ncondition: {gte: 2}'),
      values('u', 'x', 'x'),
      [[1, 'k', { u: 'x' }]],
    ],
    [
      'two fields',
      of('event_count', '[a]', 'group-by: [u, v]\ncondition: {gte: 2}'),
      [
        [0, { k: 'a', u: 1, v: 1 }],
        [1, { k: 'a', u: 1, v: 2 }],
        [2, { k: 'a', u: '1', v: 2 }],
      ],
      [[2, 'k', { u: '1', v: '2' }]],
    ],
    [
      'two fields do not run into each other',
      of('event_count', '[a]', 'group-by: [u, v]\ncondition: {gte: 2}'),
      [
        [0, { k: 'a', u: 'x', v: 'yz' }],
        [1, { k: 'a', u: 'xy', v: 'z' }],
      ],
      [],
    ],
    [
      'missing and null are one group without a name',
      of('event_count', '[a]', 'group-by: [u]\ncondition: {gte: 2}'),
      values('u', undefined, null),
      [[1, 'k', {}]],
    ],
    [
      'the text null is another',
      of('event_count', '[a]', 'group-by: [u]\ncondition: {gte: 2}'),
      values('u', null, 'null'),
      [],
    ],
    [
      'the empty text is another',
      of('event_count', '[a]', 'group-by: [u]\ncondition: {gte: 2}'),
      values('u', null, ''),
      [],
    ],
    [
      'case counts',
      of('event_count', '[a]', 'group-by: [u]\ncondition: {gte: 2}'),
      values('u', 'x', 'X'),
      [],
    ],
    [
      'a path',
      of('event_count', '[a]', 'group-by: [u.id]\ncondition: {gte: 2}'),
      values('u', { id: 7 }, { id: 7 }),
      [[1, 'k', { 'u.id': '7' }]],
    ],
    [
      'names that objects have',
      of('event_count', '[a]', 'group-by: [constructor]\ncondition: {gte: 1}'),
      values('constructor', 'x'),
      [[0, 'k', { constructor: 'x' }]],
    ],
    [
      'temporal in a group',
      of('temporal', '[a, b]', 'group-by: [u]'),
      [
        [0, { k: 'a', u: 1 }],
        [1, { k: 'b', u: 2 }],
        [2, { k: 'b', u: 1 }],
      ],
      [[2, 'k', { u: '1' }]],
    ],
    [
      'order in a group',
      of('temporal_ordered', '[a, b]', 'group-by: [u]'),
      [
        [0, { k: 'b', u: 1 }],
        [1, { k: 'a', u: 1 }],
        [2, { k: 'b', u: 2 }],
      ],
      [],
    ],
    [
      'values in a group',
      of('value_count', '[a]', 'group-by: [u]\ncondition: {field: v, gte: 2}'),
      [
        [0, { k: 'a', u: 1, v: 1 }],
        [1, { k: 'a', u: 2, v: 2 }],
        [2, { k: 'a', u: 1, v: 3 }],
      ],
      [[2, 'k', { u: '1' }]],
    ],
    [
      'sums in a group',
      of('value_sum', '[a]', 'group-by: [u]\ncondition: {field: n, gte: 5}'),
      [
        [0, { k: 'a', u: 1, n: 4 }],
        [1, { k: 'a', u: 2, n: 4 }],
        [2, { k: 'a', u: 2, n: 1 }],
      ],
      [[2, 'k', { u: '2' }]],
    ],
    [
      'absence in a group',
      of('temporal', '[a, b]', 'group-by: [u]\ncondition: a and not b'),
      [
        [0, { k: 'a', u: 1 }],
        [1, { k: 'a', u: 2 }],
        [2, { k: 'b', u: 1 }],
      ],
      [['end', 'k', { u: '2' }]],
    ],
    [
      'no group-by at all',
      of('event_count', '[a]', 'group-by: []\ncondition: {gte: 2}'),
      values('u', 1, 2),
      [[1, 'k', {}]],
    ],
  ],
  aliases: [
    [
      'one name for two fields',
      of('temporal', '[a, b]', 'group-by: [ip]\naliases: {ip: {a: src, b: dst}}'),
      [
        [0, { k: 'a', src: '1.1.1.1', dst: 'x' }],
        [1, { k: 'b', src: 'y', dst: '1.1.1.1' }],
      ],
      [[1, 'k', { ip: '1.1.1.1' }]],
    ],
    [
      'different values',
      of('temporal', '[a, b]', 'group-by: [ip]\naliases: {ip: {a: src, b: dst}}'),
      [
        [0, { k: 'a', src: '1.1.1.1' }],
        [1, { k: 'b', dst: '2.2.2.2' }],
      ],
      [],
    ],
    [
      'by id',
      of('temporal', '[id-a, id-b]', 'group-by: [ip]\naliases: {ip: {id-a: src, id-b: dst}}'),
      [
        [0, { k: 'a', src: 1 }],
        [1, { k: 'b', dst: 1 }],
      ],
      [[1, 'k', { ip: '1' }]],
    ],
    [
      'a rule without alias uses the name itself',
      of('temporal', '[a, b]', 'group-by: [ip]\naliases: {ip: {a: src}}'),
      [
        [0, { k: 'a', src: 1 }],
        [1, { k: 'b', ip: 1 }],
      ],
      [[1, 'k', { ip: '1' }]],
    ],
    [
      'of the counted field',
      of('value_count', '[a, b]', 'aliases: {who: {a: u, b: v}}\ncondition: {field: who, gte: 2}'),
      [
        [0, { k: 'a', u: 1 }],
        [1, { k: 'b', v: 1 }],
        [2, { k: 'b', v: 2 }],
      ],
      hits(2),
    ],
    [
      'two aliases',
      of('temporal', '[a, b]', 'group-by: [from, to]\naliases: {from: {a: s, b: d}, to: {a: d, b: s}}'),
      [
        [0, { k: 'a', s: 1, d: 2 }],
        [1, { k: 'b', s: 2, d: 1 }],
      ],
      [[1, 'k', { from: '1', to: '2' }]],
    ],
    [
      'that nothing uses',
      of('event_count', '[a]', 'aliases: {x: {a: y}}\ncondition: {gte: 1}'),
      seq('a'),
      hits(0),
    ],
  ],
  chains: [
    [
      'counts, then an order',
      `${correlation('many', 'type: event_count\nrules: [a]\ngroup-by: [u]\ntimespan: 10s\ncondition: {gte: 2}')}---\n${correlation('k', 'type: temporal_ordered\nrules: [name_many, b]\ngroup-by: [u]\ntimespan: 1m')}`,
      [
        [0, { k: 'a', u: 1 }],
        [1, { k: 'a', u: 1 }],
        [2, { k: 'b', u: 1 }],
      ],
      [[2, 'k', { u: '1' }]],
    ],
    [
      'by id, defined later',
      `${correlation('k', 'type: event_count\nrules: [inner]\ntimespan: 1m\ncondition: {gte: 2}')}---\n${correlation('inner', 'type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 1}')}`,
      at('a', 0, 5),
      hits(1),
    ],
    [
      'three levels',
      `${correlation('one', 'type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 1}')}---\n${correlation('two', 'type: event_count\nrules: [one]\ntimespan: 1m\ncondition: {gte: 2}')}---\n${correlation('k', 'type: event_count\nrules: [two]\ntimespan: 1h\ncondition: {gte: 1}')}`,
      at('a', 0, 5),
      hits(1),
    ],
    [
      'the outer groups by its own',
      `${correlation('many', 'type: event_count\nrules: [a]\ngroup-by: [u, h]\ntimespan: 10s\ncondition: {gte: 1}')}---\n${correlation('k', 'type: event_count\nrules: [many]\ngroup-by: [u]\ntimespan: 1m\ncondition: {gte: 2}')}`,
      [
        [0, { k: 'a', u: 1, h: 1 }],
        [1, { k: 'a', u: 1, h: 2 }],
      ],
      [[1, 'k', { u: '1' }]],
    ],
    [
      'a rule and a correlation',
      `${correlation('many', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}')}---\n${correlation('k', 'type: temporal\nrules: [many, b]\ntimespan: 1m')}`,
      seq('baa'),
      hits(2),
    ],
    [
      'two that read one rule',
      `${correlation('one', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 1}')}---\n${correlation('k', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}')}`,
      seq('aa'),
      [
        [0, 'one'],
        [1, 'k'],
      ],
    ],
    [
      'generate in the section shows what it reads',
      `${correlation('inner', 'type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 1}')}---\n${correlation('k', 'type: event_count\nrules: [inner]\ngenerate: true\ntimespan: 1m\ncondition: {gte: 2}')}`,
      at('a', 0, 5),
      [
        [0, 'inner'],
        [1, 'inner'],
        [1, 'k'],
      ],
    ],
    [
      'generate at the top too',
      `${correlation('inner', 'type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 1}')}---\ngenerate: true\n${correlation('k', 'type: event_count\nrules: [inner]\ntimespan: 1m\ncondition: {gte: 2}')}`,
      at('a', 0, 5),
      [
        [0, 'inner'],
        [1, 'inner'],
        [1, 'k'],
      ],
    ],
    [
      'generate: false hides it',
      `${correlation('inner', 'type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 1}')}---\n${correlation('k', 'type: event_count\nrules: [inner]\ngenerate: false\ntimespan: 1m\ncondition: {gte: 2}')}`,
      at('a', 0, 5),
      hits(1),
    ],
  ],
};
