import { describe, expect, test } from 'vitest';
import { HistoryOrderError, planHistory, runOverHistory } from '../../../rules/sigma/index.ts';
import type {
  CorrelationHit,
  Engine,
  HistoryFinding,
  HistoryPlan,
  HistoryRow,
} from '../../../rules/sigma/index.ts';
import { goodEngine, ruleWith } from './rule-text.ts';

const schema = { time: 'time', select: ['seq'], fields: 'fields', jsonFields: 'json_fields' };
const RULES = ['a', 'b', 'c']
  .map((name) => ruleWith(`s: {kind: ${name}}\ncondition: s`, `title: ${name}\nid: ${name}\nname: ${name}`))
  .join('---\n');

function engineWith(...correlations: string[]): Engine {
  return goodEngine(
    [RULES, ...correlations.map((text, index) => `title: K\nid: k${String(index)}\n${text}\n`)].join('---\n'),
  );
}

const BURST =
  'correlation: {type: event_count, rules: [a], group-by: [u], timespan: 1m, condition: {gte: 3}}';
const ORDER = 'correlation: {type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 1m}';
const ABSENT =
  'correlation: {type: temporal, rules: [a, b], group-by: [u], timespan: 1m, condition: a and not b}';
const CHAIN = 'correlation: {type: event_count, rules: [k0], timespan: 10m, condition: {gte: 2}}';

/** `[second, kind]`, all of one user. */
function rowsOf(...events: [number, string][]): HistoryRow[] {
  return events.map(([second, kind], index) => ({
    timeMs: second * 1000,
    event: { kind, u: 'x' },
    ref: String(index),
  }));
}

function plan(engine: Engine, ids: string[], from = 0, to = 1e9): HistoryPlan {
  return planHistory(ids, { engine, schema, table: 'events', from: from * 1000, to: to * 1000 });
}

async function run(...given: Parameters<typeof runOverHistory>): Promise<HistoryFinding<HistoryRow>[]> {
  const findings: HistoryFinding<HistoryRow>[] = [];
  for await (const finding of runOverHistory(...given)) findings.push(finding);
  return findings;
}

function short(findings: readonly HistoryFinding<HistoryRow>[]): string[] {
  return findings.map((one) =>
    one.kind === 'match'
      ? `${one.match.rule.id} ${String(one.row.timeMs / 1000)}`
      : `${one.hit.rule.id} ${String(one.hit.timeMs / 1000)}`,
  );
}

describe('planHistory', () => {
  test('reads what the correlation is made of, chains included, from as far back as its windows reach', () => {
    const engine = engineWith(ABSENT, CHAIN);
    const { query, feeds } = plan(engine, ['k1', 'c'], 10_000);
    expect(query.rules).toEqual(['a', 'b', 'c']);
    expect([...feeds].sort()).toEqual(['a', 'b']);
    // Three windows of a minute, and two of ten.
    expect(query.params['from']).toBe((10_000 - 180 - 1200) * 1000);
    expect(plan(engine, ['a'], 10_000).query.params['from']).toBe(10_000_000);
  });

  test('an unknown id is refused', () => {
    expect(plan(engineWith(), ['a', 'nosuch']).query.refused).toMatch(/no rule with the id "nosuch"/);
  });
});

describe('runOverHistory', () => {
  test('gives matches and hits in the order of time, and only what was asked for', async () => {
    const rows = rowsOf([1, 'a'], [2, 'c'], [3, 'a'], [4, 'a'], [5, 'b'], [6, 'b']);
    const engine = engineWith(BURST, ORDER);
    expect(short(await run(plan(engine, ['k0', 'a', 'k1']), rows))).toEqual([
      'a 1',
      'a 3',
      'a 4',
      'k0 4',
      'k1 5',
    ]);
    expect(short(await run(plan(engine, ['k1']), rows))).toEqual(['k1 5']);
  });

  test('what came before the time asked for counts, and is not reported', async () => {
    const rows = rowsOf([1, 'a'], [30, 'a'], [59, 'a'], [80, 'a'], [85, 'a'], [300, 'a']);
    const engine = engineWith(BURST);
    expect(short(await run(plan(engine, ['k0', 'a'], 0), rows))).toEqual([
      'a 1',
      'a 30',
      'a 59',
      'k0 59',
      'a 80',
      'a 85',
      'a 300',
    ]);
    // The condition holds at 80, as it did before: nothing new.
    expect(short(await run(plan(engine, ['k0', 'a'], 60, 300), rows))).toEqual(['a 80', 'a 85']);
  });

  test('an absence is decided when its window ends, before later events, and no later than the end', async () => {
    const rows = rowsOf([0, 'a'], [200, 'c'], [210, 'a'], [300, 'a'], [310, 'b'], [500, 'a']);
    const engine = engineWith(ABSENT);
    expect(short(await run(plan(engine, ['k0', 'c', 'a']), rows))).toEqual([
      'a 0',
      'k0 60',
      'c 200',
      'a 210',
      'k0 270',
      'a 300',
      'a 500',
      'k0 560',
    ]);
    expect(short(await run(plan(engine, ['k0'], 0, 540), rows))).toEqual(['k0 60', 'k0 270']);
  });

  test('hits are those of the stream', async () => {
    const engine = engineWith(BURST, ORDER, ABSENT);
    const kinds = ['a', 'a', 'b', 'a', 'c', 'a', 'a', 'b', 'a', 'a'];
    const rows = rowsOf(
      ...kinds.map((kind, index): [number, string] => [(index * index * 7) % 400, kind]),
    ).toSorted((left, right) => left.timeMs - right.timeMs);
    const correlator = engine.correlator();
    const hits: CorrelationHit[] = [];
    for (const { event, timeMs, ref } of rows)
      for (const match of engine.match(event)) hits.push(...correlator.push(match, event, timeMs, ref));
    hits.push(...correlator.advance(1e9));
    const got = (await run(plan(engine, ['k0', 'k1', 'k2']), rows)).flatMap((one) =>
      one.kind === 'correlation' ? [one.hit] : [],
    );
    const inOrder = (one: CorrelationHit, other: CorrelationHit): number => one.timeMs - other.timeMs;
    expect(got).toEqual(hits.toSorted(inOrder));
    expect(got.length).toBeGreaterThan(3);
  });

  test('a correlation over absences sees every one of them, however sparse the events', async () => {
    const engine = engineWith(ABSENT, CHAIN);
    const rows = rowsOf([0, 'a'], [5, 'a'], [100_000, 'c']).map((row, index) => ({
      ...row,
      event: { ...row.event, u: String(index) },
    }));
    expect(short(await run(plan(engine, ['k1']), rows))).toEqual(['k1 65']);
  });

  test('reads rows one by one', async () => {
    let given = 0;
    async function* rows(): AsyncGenerator<HistoryRow> {
      for (let second = 0; second < 100; second += 1) {
        given += 1;
        yield* rowsOf([second, 'a']);
      }
    }
    for await (const finding of runOverHistory(plan(engineWith(), ['a']), rows())) {
      expect(finding.kind).toBe('match');
      if (given === 5) break;
    }
    expect(given).toBe(5);
  });

  test.each([
    ['back in time', [2, 1]],
    ['without a time', [1, Number.NaN]],
  ])('rows %s are an error, not a silent loss', async (_, [first = 0, second = 0]) => {
    const rows = rowsOf([first, 'a'], [second, 'a']);
    await expect(run(plan(engineWith(), ['a']), rows)).rejects.toThrow(HistoryOrderError);
  });
});
