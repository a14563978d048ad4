import { expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';

const BASES = ['a', 'b'].map(
  (id) => `title: ${id}\nid: ${id}\nlogsource: {product: linux}\ndetection: {s: {k: ${id}}, condition: s}\n`,
);

/** [rule, second] in, [what, second] out. */
function run(correlation: string, pushes: readonly (readonly [string, number])[]): [string, number][] {
  const rule = `title: c\nid: c\ncorrelation: {rules: [a, b], group-by: [ip], timespan: 10s, ${correlation}}\n`;
  const engine = compile([parseRules([...BASES, rule].join('---\n'), { source: 'x' })]);
  const told: [string, number][] = [];
  const correlator = engine.correlator({
    lateness: 60_000,
    onHit: ({ timeMs }) => told.push(['hit', timeMs / 1000]),
    onContinue: ({ id }, group, timeMs) =>
      told.push([`${id} goes on for ${String(group.ip)}`, timeMs / 1000]),
  });
  for (const [id, second] of pushes) correlator.push({ rule: { id } }, { ip: 'x' }, second * 1000);
  correlator.advance(1_000_000);
  return told;
}

test('a host hears where a condition goes on to hold after its hit', () => {
  const seconds = [0, 1, 5, 9, 100, 101].map((second) => ['a', second] as const);
  expect(run('type: event_count, condition: {gte: 2}', seconds)).toEqual([
    ['hit', 1],
    ['c goes on for x', 5],
    ['c goes on for x', 9],
    ['hit', 101],
  ]);
});

test('an absence goes on at the time its hit would have', () => {
  const pushes = [['a', 0] as const, ['a', 4] as const, ['b', 100] as const];
  expect(run('type: temporal, condition: a and not b', pushes)).toEqual([
    ['hit', 10],
    ['c goes on for x', 14],
  ]);
});
