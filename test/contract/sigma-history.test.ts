/**
 * Rules over the real store against the same rules on the stream: our own rules, over the events of their own tests.
 * And what a query may ask of the engine: large rules, deep conditions, and no more rows than the time asked for.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, parseRules, planHistory, toClickHouseSql } from '../../rules/sigma/index.ts';
import type { CorrelationHit, Engine } from '../../rules/sigma/index.ts';
import { buildRecord, buildSequence, parseRuleTest } from '../../rules/testing/rule-test-file.ts';
import { compilePack, DETECTIONS, eventOf, ruleFiles, START_MS } from '../rules/pack.ts';
import { findingsOf, hitsOf, liveFindings, openHistoryStore, schema, seenBy } from './sigma-history-store.ts';
import type { HistoryStore, Live, StoredEvent } from './sigma-history-store.ts';

const DAY_MS = 86_400_000;

/** All events of the rules' own tests in the order of their times: each case begins on a day after the last of the case before. */
function packEvents(): StoredEvent[] {
  const events: StoredEvent[] = [];
  let days = 0;
  for (const name of ruleFiles()) {
    const source = name.replace(/\.yml$/, '.test.yml');
    const cases = parseRuleTest(readFileSync(path.join(DETECTIONS, source), 'utf8'), source);
    const records =
      'sequences' in cases
        ? cases.sequences.map((sequence) => buildSequence(sequence, START_MS))
        : [...cases.match, ...cases.near_miss].map(({ record }) => [
            { timeMs: START_MS, record: buildRecord(record, START_MS) },
          ]);
    for (const sequence of records) {
      days += 1;
      const first = days;
      for (const { timeMs, record } of sequence) {
        days = Math.max(days, first + Math.ceil((timeMs - START_MS) / DAY_MS));
        const { fields, message, logsources } = eventOf(record);
        events.push({
          timeMs: timeMs + first * DAY_MS,
          fields: fields.toRecord(),
          message: String(message),
          logsources,
        });
      }
    }
  }
  return events;
}

let store: HistoryStore;
let engine: Engine;
let events: StoredEvent[];
let live: Live;
let options: { engine: Engine; schema: typeof schema; table: string; from: number; to: number };

beforeAll(async () => {
  store = await openHistoryStore();
  engine = compilePack();
  events = packEvents();
  const mixed = await store.insert(events);
  live = liveFindings(engine, events);
  options = {
    engine,
    schema: { ...schema, mixed },
    table: 'events',
    from: START_MS,
    to: (events.at(-1)?.timeMs ?? START_MS) + DAY_MS,
  };
});

afterAll(() => store.close());

describe('our rules over history', () => {
  test('what SQL selects and the matcher decides is what matched on the stream', async () => {
    const wrong: unknown[] = [];
    const seen = { exact: 0, candidates: 0, matches: 0 };
    for (const [id, want] of live.matches) {
      const made = toClickHouseSql(id, options);
      expect(made.refused).toBeUndefined();
      const rows = await store.read(made);
      const matched = rows
        .filter(({ event, logsource }) => engine.match(event, logsource).some(({ rule }) => rule.id === id))
        .map(({ ref }) => Number(ref));
      if (matched.join() !== want.join() || (made.exact && matched.length < rows.length))
        wrong.push({ id, want, matched, rows: rows.length });
      if (made.exact) seen.exact += 1;
      seen.candidates += rows.length;
      seen.matches += matched.length;
    }
    console.log(
      `our rules over history: ${JSON.stringify({ rules: live.matches.size, events: events.length, ...seen })}`,
    );
    expect(wrong).toEqual([]);
    expect(seen.matches).toBeGreaterThan(100);
    expect(seen.candidates).toBeLessThan(2 * seen.matches);
  });

  test('all of them in one pass: the same matches and correlation hits, in the same order', async () => {
    const plan = planHistory(
      engine.rules.filter(({ kind }) => kind !== 'filter').map(({ id }) => id),
      options,
    );
    const findings = await findingsOf(store, plan);
    const matches = new Map<string, number[]>(engine.compiled.map(({ info }) => [info.id, []]));
    for (const finding of findings)
      if (finding.kind === 'match') matches.get(finding.match.rule.id)?.push(Number(finding.row.ref));
    expect(matches).toEqual(live.matches);
    expect(hitsOf(findings)).toEqual(live.hits);
    expect(live.hits.length).toBeGreaterThan(10);
  });

  test('each correlation alone, and from the middle of its events', async () => {
    for (const { id } of engine.rules.filter(({ kind }) => kind === 'correlation')) {
      const wanted = live.hits.filter(({ rule }) => rule.id === id);
      const starts = [options.from, ...wanted.flatMap(({ timeMs }) => [timeMs, timeMs + 1])];
      for (const from of starts) {
        const plan = planHistory([id], { ...options, from });
        const got = hitsOf(await findingsOf(store, plan));
        const want: CorrelationHit[] = wanted.filter(({ timeMs }) => timeMs >= from);
        expect(got).toEqual(want);
      }
    }
  });
});

function single(detection: object): Engine {
  const text = JSON.stringify({ title: 't', id: 'r', logsource: {}, detection });
  return compile([parseRules(text, { source: 'generated' })]);
}

describe('queries that ask much', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `no such ${String(index)}`);
  // As many as a query may carry, in the form that takes most room.
  const quotes = Array.from({ length: 520 }, (_, index) => `\\'${String(index)}\n\\'`.repeat(20));
  const patterns = names.map((name) => name.replace(' ', '*'));

  test.each([
    ['message', names],
    ['message|contains', names],
    ['message|startswith', names],
    ['message|endswith', names],
    ['message|windash|contains', names],
    // A line may hold a thousand expressions.
    ['message|re', names.slice(0, 999)],
    ['message with wildcards', patterns],
    ['message|contains, as long as may be', quotes],
  ])('a rule with many values: %s', async (key, values) => {
    const name = key.split(/[ ,]/)[0] ?? '';
    const large = single({ s: { [name]: [...values, events[0]?.message ?? ''] }, condition: 's' });
    const made = toClickHouseSql('r', { ...options, engine: large });
    expect(made.refused).toBeUndefined();
    const found = await store.read(made);
    const want = events.filter(
      (event) => large.match(seenBy(event).event, seenBy(event).logsource).length > 0,
    );
    expect(found.length).toBeGreaterThanOrEqual(want.length);
    expect(found.length).toBeLessThan(events.length);
  });

  test('the deepest condition', async () => {
    const depth = 100;
    const condition = `${'not (s or '.repeat(depth)}t${')'.repeat(depth)}`;
    const deep = single({ s: { message: names[0] }, t: { 'message|contains': 'a' }, condition });
    expect(deep.errors).toEqual([]);
    const made = toClickHouseSql('r', { ...options, engine: deep });
    expect(made.refused).toBeUndefined();
    const want = events.filter(
      (event) => deep.match(seenBy(event).event, seenBy(event).logsource).length > 0,
    );
    expect(await store.read(made)).toHaveLength(want.length);
  });

  test('only the hours asked for are read', async () => {
    const rule = single({ s: { 'message|contains': 'a' }, condition: 's' });
    const made = toClickHouseSql('r', { ...options, engine: rule, to: START_MS + 2 * DAY_MS });
    const rows = await store.connection.rows(
      { query: `EXPLAIN indexes = 1, actions = 1 ${made.query}`, params: made.params },
      (row) => (row as { explain: string }).explain,
    );
    const plan = rows.join('\n');
    expect(plan).toMatch(/Name: time_range/);
    // The map of fields is read where the cheap columns let rows through.
    expect(plan).toMatch(/Prewhere/i);
  });
});
