/**
 * Public rules over labelled events in the real store: what SQL selects and the matcher then decides is what the
 * labels say. Skipped where the corpus is absent (VONGGAC_CORPUS).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LeafWriter } from '../../rules/sigma/clickhouse-leaf.ts';
import { Scope } from '../../rules/sigma/clickhouse-scope.ts';
import { expressionSql, logsourceSql } from '../../rules/sigma/clickhouse.ts';
import { compile, parseRules, planHistory, toClickHouseSql } from '../../rules/sigma/index.ts';
import type {
  ClickHouseOptions,
  ClickHouseQuery,
  CompiledRule,
  CorrelationHit,
  Engine,
  LogSource,
} from '../../rules/sigma/index.ts';
import { findingsOf, hitsOf, liveFindings, openHistoryStore, schema, seenBy } from './sigma-history-store.ts';
import type { HistoryStore, StoredEvent } from './sigma-history-store.ts';

const root = resolve(process.env.VONGGAC_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'));
const missing = !existsSync(root);

/** Queries at a time: as many as there are cores for the engine. */
const PARALLEL = 4;
/** Of the rules of one query, as JSON: so that its values stay below the limit of a statement. */
const CHUNK_LENGTH = 150_000;

interface Labelled {
  event: Record<string, unknown>;
  logsources: string[];
  expected_rule_ids: string[];
}

function lines<T>(name: string): T[] {
  return gunzipSync(readFileSync(join(root, name)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** `product/category/service`, `-` where absent. */
function readLogSource(text: string): LogSource {
  const [product, category, service] = text.split('/').map((part) => (part === '-' ? undefined : part));
  return { product, category, service };
}

/** The labels take a process creation of the Security channel under the names that rules use. */
function process4688(event: Record<string, unknown>): Record<string, unknown> {
  if (String(event.EventID) !== '4688') return event;
  return {
    ...event,
    Image: event.Image ?? event.NewProcessName ?? null,
    ParentImage: event.ParentImage ?? event.ParentProcessName ?? null,
  };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const run = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, run));
}

describe.skipIf(missing)('the public corpus over history', () => {
  let store: HistoryStore;

  beforeAll(async () => {
    store = await openHistoryStore();
  });

  afterAll(() => store.close());

  test('labelled events: SQL and matcher find exactly what is expected', { timeout: 600_000 }, async () => {
    const files = readdirSync(join(root, 'sigma/rules'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const engine = compile(files.map((file) => parseRules(readFileSync(file, 'utf8'), { source: file })));
    const cases = lines<Labelled>('sigma/windows-labelled.jsonl.gz');
    const startMs = Date.UTC(2026, 10, 1);
    const events = cases.map(({ event, logsources }, index): StoredEvent => ({
      timeMs: startMs + index,
      fields: process4688(event),
      message: '',
      logsources: logsources.map(readLogSource),
    }));
    const mixed = await store.insert(events);
    const live = liveFindings(engine, events).matches;
    const options = {
      engine,
      schema: { ...schema, select: ['seq'], mixed, objects: true },
      table: 'events',
      from: startMs,
      to: startMs + events.length,
    };
    const found = new Map<string, number[]>();
    const seen = { exact: 0, narrowed: 0, refused: 0, wide: 0, candidates: 0, matches: 0 };
    const wrong: unknown[] = [];
    const judge = async (rules: readonly CompiledRule[]): Promise<void> => {
      for (const [id, candidates] of await candidatesOf(store, rules, options)) {
        const made = toClickHouseSql(id, options);
        const matched = candidates.filter((index) => isMatch(engine, id, events[index]));
        found.set(id, matched);
        if (made.wide.length > 0) seen.wide += 1;
        seen[made.refused !== undefined ? 'refused' : made.exact ? 'exact' : 'narrowed'] += 1;
        seen.candidates += candidates.length;
        seen.matches += matched.length;
        if (matched.join() !== live.get(id)?.join()) wrong.push({ id, made, matched, live: live.get(id) });
        if (made.exact && matched.length < candidates.length) wrong.push({ id, made, candidates, matched });
        // The query as a whole: of each rule that finds something, and of some that do not.
        if (candidates.length === 0 && found.size % 50 > 0) continue;
        const alone = await selected(store, made);
        if (alone.join() !== candidates.join()) wrong.push({ id, made, candidates, alone });
      }
    };
    await inParallel(chunksOf(engine.compiled), judge);
    console.log(
      `rules over history: ${JSON.stringify({ rules: live.size, events: events.length, ...seen })}`,
    );
    expect(wrong).toEqual([]);

    const labelled = new Set(
      engine.rules.filter(({ source }) => !source.includes('/placeholder')).map(({ id }) => id),
    );
    const expected = new Map<string, number[]>();
    for (const [index, { expected_rule_ids }] of cases.entries())
      for (const id of expected_rule_ids) expected.set(id, [...(expected.get(id) ?? []), index]);
    const got = [...found].filter(([id, rows]) => labelled.has(id) && rows.length > 0);
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(expected));
  });

  test('a lane of logins: the same correlation hits as live, in the same order', async () => {
    const source = 'events/lanes/correlation.yml';
    const engine = compile([parseRules(readFileSync(join(root, source), 'utf8'), { source })]);
    // Behind the labelled events, and seconds apart.
    const startMs = Date.UTC(2026, 10, 10);
    const events = lines<Record<string, string>>('events/lanes/correlation.ndjson.gz').map(
      (fields, index): StoredEvent => ({
        timeMs: startMs + index * 1000,
        fields,
        message: '',
        logsources: [{ product: fields.product, category: fields.category }],
      }),
    );
    const mixed = await store.insert(events);
    const live = liveFindings(engine, events);
    const options = { engine, schema: { ...schema, mixed }, table: 'events' };
    const found = async (from: number, to: number): Promise<CorrelationHit[]> => {
      const ids = engine.rules.filter(({ kind }) => kind === 'correlation').map(({ id }) => id);
      const plan = planHistory(ids, { ...options, from, to });
      return hitsOf(await findingsOf(store, plan));
    };
    expect(live.hits.length).toBeGreaterThan(100);
    expect(await found(startMs, startMs + 100_000_000)).toEqual(live.hits);
    const [from, to] = [startMs + 1_500_000, startMs + 4_000_000];
    const inside = live.hits.filter(({ timeMs }) => timeMs >= from && timeMs < to);
    expect(inside.length).toBeGreaterThan(10);
    expect(await found(from, to)).toEqual(inside);
    console.log(
      `correlations over history: ${JSON.stringify({ events: events.length, hits: live.hits.length })}`,
    );
  });
});

/** Rules that share a log source, some at a time. */
function chunksOf(rules: readonly CompiledRule[]): CompiledRule[][] {
  const bySource = Map.groupBy(rules, ({ info: { logsource } }) =>
    JSON.stringify([logsource.product, logsource.category, logsource.service]),
  );
  return [...bySource.values()].flatMap((group) => {
    const chunks: CompiledRule[][] = [];
    let room = 0;
    for (const rule of group) {
      const size = JSON.stringify(rule.expr).length;
      if (size > room) {
        chunks.push([]);
        room = CHUNK_LENGTH;
      }
      room -= size;
      chunks.at(-1)?.push(rule);
    }
    return chunks;
  });
}

/** The candidates of many rules of one log source in one query: the condition of each as a column. */
async function candidatesOf(
  store: HistoryStore,
  rules: readonly CompiledRule[],
  options: ClickHouseOptions,
): Promise<Map<string, number[]>> {
  const scope = new Scope(options.schema);
  const leaves = new LeafWriter(scope);
  const flags = rules.map(({ expr }) => expressionSql(expr, leaves).over);
  const source = logsourceSql(rules[0]?.info.logsource ?? {}, scope, options.schema).over;
  const query = `${scope.with()} SELECT seq, arrayMap(flag -> toUInt8(flag), [${flags.join(', ')}]) AS flags
    FROM events WHERE time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
    AND ${source} AND has(flags, 1) ORDER BY time, batch, row`;
  const found = new Map<string, number[]>(rules.map(({ info }) => [info.id, []]));
  const params = { ...scope.params, from: options.from, to: options.to };
  await store.connection.rows({ query, params }, (row) => {
    const { seq, flags: held } = row as { seq: string; flags: number[] };
    for (const [index, rule] of rules.entries())
      if (held[index] === 1) found.get(rule.info.id)?.push(Number(seq));
  });
  return found;
}

async function selected({ connection }: HistoryStore, { query, params }: ClickHouseQuery): Promise<number[]> {
  return connection.rows({ query, params }, (row) => Number((row as { seq: unknown }).seq));
}

function isMatch(engine: Engine, id: string, event: StoredEvent | undefined): boolean {
  if (event === undefined) return false;
  const row = seenBy(event);
  return engine.match(row.event, row.logsource).some(({ rule }) => rule.id === id);
}
