/** SQL against the matcher on the real engine: SQL may select too much, never too little, and nothing more where exact. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toFieldText } from '../../../collector/store/field-text.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';
import { compile, parseRules, toClickHouseSql } from '../../../rules/sigma/index.ts';
import type { ClickHouseQuery, ClickHouseSchema, LogSource } from '../../../rules/sigma/index.ts';
import {
  decidable,
  event,
  expression,
  logsource,
  message,
  nearText,
  ruleText,
  TEXT_ONLY,
} from './generate-history.ts';
import type { Fields } from './generate-history.ts';

/** Texts of about six rules each, over events of each kind. */
const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 150);
const EVENTS = 400;

const schema: ClickHouseSchema = {
  time: 'time',
  select: ['id'],
  fields: 'fields',
  jsonFields: 'json_fields',
  columns: { message: 'message' },
  parts: { message: ['pieces'] },
  repeating: ['of_x'],
  objects: true,
  typed: { names: 'typed_fields', columns: { x: 'of_x', y: 'of_y' } },
  logsource: { product: 'products', category: 'categories', service: 'services' },
};

let folder: string;
let session: Session;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-sigma-sql-'));
  session = new Session(join(folder, 'data'));
  session.query('CREATE DATABASE h ENGINE = Atomic');
  for (const table of ['h.mixed', 'h.single', 'h.texts', 'h.near', 'h.bounds']) {
    session.query(
      `CREATE TABLE ${table} (id UInt32, time DateTime64(3, 'UTC'), message String, pieces String,
        fields Map(LowCardinality(String), String), json_fields Array(LowCardinality(String)),
        typed_fields LowCardinality(String), of_x LowCardinality(String), of_y String,
        products Array(LowCardinality(String)), categories Array(LowCardinality(String)),
        services Array(LowCardinality(String))) ENGINE = MergeTree ORDER BY id`,
    );
  }
});

afterAll(() => {
  session.cleanup();
  rmSync(folder, { recursive: true, force: true });
});

interface Stored {
  row: Record<string, unknown>;
  /** What the matcher saw. */
  event: Fields;
  logsources: readonly LogSource[];
}

/**
 * As the store keeps an event: text as it is, everything else as JSON; the message in a column of its own, and in
 * every other event what has a typed column.
 */
function store(fields: Fields, line: string, logsources: readonly LogSource[], id: number): Stored {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  const json: string[] = [];
  const typed: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const text = typeof value === 'string' ? value : toFieldText(value as Exclude<FieldValue, string>);
    if (id % 2 === 0 && (name === 'x' || name === 'y') && typeof value !== 'object' && text !== '') {
      typed[name] = text;
      if (typeof value !== 'string') json.push(name);
    } else if (typeof value === 'string') texts[name] = value;
    else {
      texts[name] = text;
      json.push(name);
    }
  }
  const row = {
    id,
    time: '2026-01-01 00:00:00.000',
    message: line,
    // No run of letters, digits and underscores is torn.
    pieces: line.replaceAll(/\W/g, '\0$&\0'),
    fields: texts,
    json_fields: json,
    typed_fields: `,${Object.keys(typed).join(',')},`,
    of_x: typed['x'] ?? '',
    // What stands in a column that no field of the row is said to stand in is no field's.
    of_y: typed['y'] ?? 'of the event',
    products: logsources.map(({ product }) => product ?? ''),
    categories: logsources.map(({ category }) => category ?? ''),
    services: logsources.map(({ service }) => service ?? ''),
  };
  const seen = Object.hasOwn(fields, 'message')
    ? fields
    : Object.assign(Object.create(null), fields, { message: line });
  return { row, event: seen as Fields, logsources };
}

function selected({ query, params }: ClickHouseQuery): number[] {
  const answer = session.queryBind(query, params, 'CSV');
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

const from = Date.UTC(2026, 0, 1);

/** What the query missed of the wanted rows, and what an exact one has too many; with the query. */
function differences(
  events: readonly Stored[],
  made: ClickHouseQuery,
  want: readonly number[],
): Record<string, unknown>[] {
  if (made.refused !== undefined) return [];
  const got = new Set(selected(made));
  const wanted = new Set(want);
  return [
    ...want.filter((id) => !got.has(id)).map((id) => ({ missed: events[id], made })),
    ...[...got].filter((id) => made.exact && !wanted.has(id)).map((id) => ({ spare: events[id], made })),
  ].slice(0, 1);
}

const sources = fc.oneof(
  { weight: 5, arbitrary: fc.array(logsource, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant([]) },
);

test.each([
  ['any value', 'h.mixed', (fields: Fields) => fields],
  ['single values', 'h.single', singlesOf],
  ['text only', 'h.texts', textsOf],
] as const)(
  'events of %s: every match is selected, an exact query selects nothing else',
  { timeout: 3_600_000 },
  async (_, table, change) => {
    const events = fc
      .sample(fc.tuple(event, message, sources), { seed: 7, numRuns: EVENTS })
      .map(([fields, line, logsources], id) => store(change(fields), line, logsources, id));
    await session.insert({ table, values: events.map((one) => one.row) });
    const mixed = [...new Set(events.flatMap((one) => mixedNames(one.event)))];
    const seen = { refused: 0, exact: 0, narrowed: 0, withMatches: 0 };
    const check = (made: ClickHouseQuery, want: readonly number[]): void => {
      expect(differences(events, made, want)).toEqual([]);
      seen[made.refused !== undefined ? 'refused' : made.exact ? 'exact' : 'narrowed'] += 1;
      if (want.length > 0) seen.withMatches += 1;
    };
    const hints =
      mixed.length > 0
        ? fc.constantFrom({}, { textOnly: TEXT_ONLY }, { mixed })
        : fc.constantFrom({}, { mixed }, { mixed });
    fc.assert(
      fc.property(ruleText, hints, (text, hint) => {
        const engine = compile([parseRules(text, { source: 'generated' })]);
        const found = new Map<string, number[]>(engine.rules.map(({ id }) => [id, []]));
        for (const [index, one] of events.entries())
          for (const { rule } of engine.match(one.event, one.logsources)) found.get(rule.id)?.push(index);
        const options = { engine, schema: { ...schema, ...hint }, table, from, to: from + 1 };
        for (const [id, want] of found) check(toClickHouseSql(id, options), want);
      }),
      { numRuns: RUNS },
    );
    console.log(`${table}: ${JSON.stringify(seen)}`);
    expect(seen.withMatches).toBeGreaterThan(RUNS);
    expect(seen.exact).toBeGreaterThan(RUNS / 10);
  },
);

/** Nearly every text that is nearly something, twice in a row: `y` and `__proto__`. */
test('one predicate over text: exact, and the same as the matcher', { timeout: 3_600_000 }, async () => {
  const texts = fc.sample(fc.tuple(nearText, nearText), { seed: 11, numRuns: 3000 });
  const events = texts.map(([y, other], id) => {
    const fields: Fields = Object.create(null) as Fields;
    fields['y'] = y;
    fields['__proto__'] = other;
    return store(fields, '', [{ product: 'p' }], id);
  });
  await session.insert({ table: 'h.near', values: events.map((one) => one.row) });
  const seen = { decided: 0, undecided: 0, matched: 0 };
  /** Undefined for what the compiler rejects, such as a repeated anchor. */
  const isExact = ([name, value]: [string, unknown]): boolean | undefined => {
    const rule = { title: 't', logsource: {}, detection: { s: { [name]: value }, condition: 's' } };
    const engine = compile([parseRules(JSON.stringify(rule), { source: 'generated' })]);
    const [found] = engine.rules;
    if (found === undefined) return undefined;
    const hinted = { ...schema, textOnly: TEXT_ONLY };
    const made = toClickHouseSql(found.id, { engine, schema: hinted, table: 'h.near', from, to: from + 1 });
    const want = events.flatMap((one, id) =>
      engine.match(one.event, one.logsources).length > 0 ? [id] : [],
    );
    expect(differences(events, made, want)).toEqual([]);
    seen[made.exact ? 'decided' : 'undecided'] += 1;
    seen.matched += want.length;
    return made.exact;
  };
  fc.assert(
    fc.property(decidable, (one) => {
      expect(isExact(one)).toBe(true);
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(expression, (one) => {
      isExact(one);
    }),
    { numRuns: RUNS * 2 },
  );
  console.log(`h.near: ${JSON.stringify(seen)}`);
  expect(seen.decided).toBeGreaterThan(RUNS);
  expect(seen.matched).toBeGreaterThan(RUNS);
});

/** Names that hold lists or objects. */
function mixedNames(fields: Fields): string[] {
  return Object.entries(fields)
    .filter(([, value]) => typeof value === 'object' && value !== null)
    .map(([name]) => name);
}

function singlesOf(fields: Fields): Fields {
  const singles: Fields = Object.create(null) as Fields;
  const mixed = mixedNames(fields);
  for (const [name, value] of Object.entries(fields)) if (!mixed.includes(name)) singles[name] = value;
  return singles;
}

function textsOf(fields: Fields): Fields {
  const texts: Fields = Object.create(null) as Fields;
  for (const [name, value] of Object.entries(fields))
    texts[name] = typeof value === 'string' ? value : JSON.stringify(value);
  return texts;
}

test('the bounds of time: from included, to not', () => {
  const engine = compile([
    parseRules('title: t\nid: r\ndetection: {s: {x|exists: false}, condition: s}', { source: 'x' }),
  ]);
  const count = (first: number, end: number): number => {
    const { logsource: _, columns: __, typed: ___, ...plain } = schema;
    const made = toClickHouseSql('r', { engine, schema: plain, table: 'h.bounds', from: first, to: end });
    return selected(made).length;
  };
  session.query(
    "INSERT INTO h.bounds (id, time) VALUES (1, '2026-01-01 00:00:00.000'), (2, '2026-01-01 00:00:00.001')",
  );
  expect([count(from, from + 1), count(from, from + 2), count(from + 1, from + 2)]).toEqual([1, 2, 1]);
});
