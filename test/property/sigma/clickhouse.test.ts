/** SQL against the matcher on the real engine: SQL may select too much, never too little, and nothing more where exact. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, parseRules, toClickHouseSql } from '../../../rules/sigma/index.ts';
import type { ClickHouseSchema } from '../../../rules/sigma/index.ts';
import { event, ruleText } from './generate.ts';

const schema: ClickHouseSchema = {
  time: 'time',
  select: ['id'],
  fields: 'fields',
  jsonFields: 'json_fields',
  textOnly: ['y'],
};

let folder: string;
let session: Session;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-sigma-sql-'));
  session = new Session(join(folder, 'data'));
  session.query('CREATE DATABASE h ENGINE = Atomic');
  session.query(
    "CREATE TABLE h.e (id UInt32, time DateTime64(3, 'UTC'), fields Map(LowCardinality(String), String), json_fields Array(LowCardinality(String))) ENGINE = MergeTree ORDER BY id",
  );
});

afterAll(() => {
  session.cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** As the store keeps an event: text as it is, everything else as JSON. `y` is made to hold text only. */
function row(
  fields: Record<string, unknown>,
  id: number,
): { row: Record<string, unknown>; fields: Record<string, unknown> } {
  const flat: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const stored: Record<string, string> = Object.create(null) as Record<string, string>;
  const json: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) continue;
    flat[name] = name === 'y' ? String(value) : value;
    if (typeof flat[name] === 'string') stored[name] = flat[name];
    else {
      stored[name] = JSON.stringify(flat[name]);
      json.push(name);
    }
  }
  return { row: { id, time: '2026-01-01 00:00:00.000', fields: stored, json_fields: json }, fields: flat };
}

test('every match is selected; an exact query selects nothing else', { timeout: 300_000 }, async () => {
  const events = fc.sample(event, { seed: 7, numRuns: 400 }).map(row);
  await session.insert({ table: 'h.e', values: events.map((one) => one.row) });
  const from = Date.UTC(2026, 0, 1);
  let exact = 0;
  let selected = 0;
  fc.assert(
    fc.property(ruleText, (text) => {
      const engine = compile([parseRules(text, { source: 'generated' })]);
      for (const { id } of engine.rules) {
        const made = toClickHouseSql(id, { engine, schema, table: 'h.e', from, to: from + 1 });
        if (made.refused !== undefined) continue;
        const answer = session.queryBind(made.query, made.params, 'CSV');
        const got = new Set(
          answer
            .split('\n')
            .filter((line) => line !== '')
            .map(Number),
        );
        const want = events.flatMap((one, index) =>
          engine.match(one.fields).some(({ rule }) => rule.id === id) ? [index] : [],
        );
        expect(want.filter((index) => !got.has(index))).toEqual([]);
        if (made.exact) exact += 1;
        expect(made.exact ? got.size : want.length).toBe(want.length);
        selected += 1;
      }
    }),
    { numRuns: 150 },
  );
  expect(exact).toBeGreaterThan(0);
  expect(selected).toBeGreaterThan(100);
});

test('the bounds of time: from included, to not', () => {
  const engine = compile([
    parseRules('title: t\nid: r\ndetection: {s: {x|exists: false}, condition: s}', { source: 'x' }),
  ]);
  const count = (from: number, to: number): number => {
    const made = toClickHouseSql('r', {
      engine,
      schema: { ...schema, select: ['id'] },
      table: 'h.b',
      from,
      to,
    });
    return session.queryBind(made.query, made.params, 'CSV').split('\n').filter(Boolean).length;
  };
  session.query('CREATE TABLE h.b AS h.e');
  session.query(
    "INSERT INTO h.b VALUES (1, '2026-01-01 00:00:00.000', map(), []), (2, '2026-01-01 00:00:00.001', map(), [])",
  );
  const start = Date.UTC(2026, 0, 1);
  expect([count(start, start + 1), count(start, start + 2), count(start + 1, start + 2)]).toEqual([1, 2, 1]);
});
