import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { batchToken, encodeBatch } from '../../../collector/store/collect-batch.ts';
import { encodeMarks } from '../../../collector/store/encode-batch.ts';
import { fromEventId, searchQuery, toEventId } from '../../../collector/store/event-query.ts';
import { searchSteps } from '../../../collector/store/search-steps.ts';
import { fromFieldText, toFieldText } from '../../../collector/store/field-text.ts';
import { readMigrations } from '../../../collector/store/migrate.ts';
import { parseClickHouseUrl } from '../../../collector/store/clickhouse-home.ts';
import { BatchRefusedError } from '../../../collector/store/store.ts';
import { toFoundEvent, toHitRow } from '../../../collector/store/stored-row.ts';
import { event, row } from '../../contract/event-store.contract.ts';

describe('the encoding of a batch', () => {
  const rows = Array.from({ length: 300 }, (_, at) =>
    row({
      agentId: `agent-${at % 7}`,
      seq: Number.MAX_SAFE_INTEGER - at,
      hits: at % 2 === 0 ? [{ ruleId: 'r', fields: { at } }] : [],
      event: event({
        timeMs: -at,
        message: at === 200 ? 'Vọng Gác 🕵️' : `line ${at}`,
        fields: { n: at, t: 'x', [`k${at}`]: [] },
      }),
    }),
  );

  test('is an ArrowStream that another reader reads the same', async () => {
    const encoded = await encodeBatch({ batch: 5, receivedMs: 1_700_000_000_123, rows });
    const table = tableFromIPC(Buffer.concat(encoded.chunks));
    expect(table.numRows).toBe(300);
    expect(table.batches).toHaveLength(1);
    expect(table.schema.fields.map((field) => field.name)).toStrictEqual(encoded.columns);
    const at200 = table.get(200)?.toJSON();
    expect(at200?.['message_text']).toBe('Vọng Gác 🕵️');
    expect(at200?.['seq']).toBe(BigInt(Number.MAX_SAFE_INTEGER - 200));
    expect(at200?.['agent_id']).toBe('agent-4');
    expect(table.get(299)?.toJSON()).toMatchObject({
      message_pattern: 'line \0\u00021',
      message_text: '299',
    });
    expect(Number(table.getChild('time')?.get(299))).toBe(-299);
  });

  test('is the same for the same rows', async () => {
    const batch = { batch: 5, receivedMs: 1_700_000_000_123, rows };
    expect((await encodeBatch(batch)).chunks).toStrictEqual((await encodeBatch(batch)).chunks);
  });

  test('gives way to other work while a large batch is encoded', async () => {
    const many = Array.from({ length: 40 }, () => rows).flat();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await encodeBatch({ batch: 1, receivedMs: 0, rows: many });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  test('names the row that cannot be stored', async () => {
    const bad = [...rows, row({ agentId: 'a', seq: 1, lane: 256 })];
    const encoding = encodeBatch({ batch: 9, receivedMs: 0, rows: bad });
    await expect(encoding).rejects.toBeInstanceOf(BatchRefusedError);
    await expect(encoding).rejects.toThrow('batch 9, row 300: lane 256');
  });

  test('the token depends on the word, the number, the rows’ names and their order, and on nothing else', () => {
    const two = [row({ agentId: 'a', seq: 1 }), row({ agentId: 'a', seq: 2 })];
    const token = (batch: number, list: typeof two, word = 'w'): string =>
      batchToken({ batch, receivedMs: 0, rows: list }, word);
    const base = token(1, two);
    expect(base).toMatch(/^w-1-[0-9a-f]{64}$/);
    expect(
      token(
        1,
        two.map((one) => ({ ...one, event: event({ message: 'again' }) })),
      ),
    ).toBe(base);
    const others = [
      token(2, two),
      token(1, two, 'v'),
      token(1, two.toReversed()),
      token(1, two.slice(0, 1)),
      token(1, [row({ agentId: 'ae1', seq: 1, epoch: '' }), row({ agentId: 'a', seq: 2 })]),
      token(1, [row({ agentId: 'a', seq: 1, lane: 1 }), row({ agentId: 'a', seq: 2 })]),
    ];
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });

  test('a mark beyond safe integers is refused', () => {
    expect(() => encodeMarks([{ agentId: 'a', epoch: 'e', lane: 0, seq: 2 ** 53 }], 1)).toThrow(RangeError);
  });
});

describe('field values', () => {
  test.each(
    [0, -0, 1.5, NaN, Infinity, -Infinity, true, false, null, [], ['a', [null, 1]]].map((value) => [value]),
  )('%j comes back', (value) => {
    expect(fromFieldText(toFieldText(value))).toStrictEqual(value);
  });

  test('text that is no field value comes back as text', () => {
    expect(fromFieldText('{"a":1}')).toBe('{"a":1}');
    expect(fromFieldText('[{}]')).toBe('[{}]');
    expect(fromFieldText('not JSON')).toBe('not JSON');
    expect(fromFieldText('constructor')).toBe('constructor');
  });
});

describe('a search', () => {
  const base = { fromMs: 0, toMs: 10, limit: 5 };

  test('has its values as parameters, never in the text', () => {
    const { query, params } = searchQuery({
      ...base,
      text: "o'ne two",
      agentId: "ag'ent",
      agencyIds: [1],
      columns: { user_name: "us'er" },
      after: { timeMs: 3, id: "ag'ent/e/0/1" },
    });
    expect(query).not.toContain("'o");
    expect(query).not.toContain("ag'ent");
    expect(query).not.toContain("us'er");
    for (const name of Object.keys(params)) expect(query).toContain(`{${name}:`);
    for (const [, name] of query.matchAll(/\{(\w+):/g)) expect(params).toHaveProperty(name ?? '');
  });

  test.each([
    [{ limit: 0 }],
    [{ limit: 1.5 }],
    [{ fromMs: NaN }],
    [{ toMs: 1.5 }],
    [{ columns: { message: 'x' } }],
    [{ columns: { 'a`b': 'x' } }],
    [{ after: { timeMs: 1, id: 'no id' } }],
  ])('%j is refused', (change) => {
    expect(() => searchQuery({ ...base, ...change })).toThrow(RangeError);
  });

  test('an event’s id reads back, with slashes in the agent’s', () => {
    const name = { agentId: 'a/b/', epoch: 'e', lane: 2, seq: Number.MAX_SAFE_INTEGER };
    expect(fromEventId(toEventId(name))).toStrictEqual(name);
  });

  test('its steps cover the span once, newest first, and the first reaches back from now', () => {
    const nowMs = 1_700_000_000_000;
    for (const [fromMs, toMs] of [
      [0, nowMs],
      [-8.64e15, 8.64e15],
      [nowMs - 5, nowMs + 5],
      [nowMs + 5, nowMs + 9],
      [5, 5],
    ] as const) {
      const steps = [...searchSteps({ fromMs, toMs }, nowMs)];
      expect(steps[0]?.toMs).toBe(toMs);
      expect(steps.at(-1)?.fromMs).toBe(fromMs);
      for (const [at, step] of steps.entries()) {
        expect(step.fromMs).toBeLessThanOrEqual(step.toMs);
        expect(steps[at + 1]?.toMs ?? step.fromMs - 1).toBe(step.fromMs - 1);
      }
    }
    expect([...searchSteps({ fromMs: 0, toMs: 8.64e15 }, nowMs)][0]?.fromMs).toBe(nowMs - 3_600_000 + 1);
    expect([...searchSteps({ fromMs: 6, toMs: 5 }, nowMs)]).toStrictEqual([]);
  });

  test('a page that goes on starts at the last event’s time', () => {
    const [first] = [...searchSteps({ fromMs: 0, toMs: 100, after: { timeMs: 40 } }, 1_000)];
    expect(first).toStrictEqual({ fromMs: 0, toMs: 40 });
  });
});

describe('rows read back', () => {
  const name = { agent_id: 'a', epoch: 'e', lane: 0, seq: '1' };

  test('a 64-bit integer that JavaScript cannot hold is an error, never a wrong number', () => {
    const hit = {
      ...name,
      batch: '9007199254740993',
      row: 0,
      time_ms: '0',
      received_ms: '0',
      agency_id: 0,
      typed_values: [],
      message_pattern: '',
      message_text: '',
      rule_ids: [],
      hit_fields: [],
    };
    expect(() => toHitRow(hit)).toThrow(/safe integer/);
    expect(toHitRow({ ...hit, batch: '5' }).batch).toBe(5);
  });

  test('a field named __proto__ is a field', () => {
    const found = toFoundEvent({
      ...name,
      time_ms: '0',
      received_ms: '0',
      agency_id: 0,
      channel: '',
      origin: '',
      log_products: [],
      log_categories: [],
      log_services: [],
      typed_values: [],
      typed_fields: '',
      message_pattern: '',
      message_text: '',
      other_fields: JSON.parse('{"__proto__":"x"}'),
      json_fields: [],
      rule_ids: [],
    });
    expect(Object.keys(found.fields)).toStrictEqual(['__proto__']);
    expect(Object.getPrototypeOf(found.fields)).toBeNull();
  });
});

describe('migrations', () => {
  test('are read in order and cut into statements at semicolons that end a line', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-test-'));
    await writeFile(path.join(folder, '0002-b.sql'), 'SELECT 2');
    await writeFile(path.join(folder, '0001-a.sql'), "-- a comment;\nSELECT ';', 1;\n\n-- the end\n");
    await writeFile(path.join(folder, 'notes.txt'), 'x');
    const migrations = await readMigrations(folder);
    await rm(folder, { recursive: true });
    expect(migrations.map(({ name, statements }) => [name, statements.length])).toStrictEqual([
      ['0001-a', 1],
      ['0002-b', 1],
    ]);
    expect(migrations[0]?.statements[0]).toContain("SELECT ';', 1");
  });
});

describe('a server’s URL', () => {
  test('holds user, password and database', () => {
    expect(parseClickHouseUrl('https://vg:p%40ss@db.example:8443/watch')).toStrictEqual({
      url: 'https://db.example:8443',
      username: 'vg',
      password: 'p@ss',
      database: 'watch',
    });
    expect(parseClickHouseUrl('http://127.0.0.1:8123')).toStrictEqual({ url: 'http://127.0.0.1:8123' });
  });

  test.each(['', 'localhost:8123', 'ftp://x', 'clickhouse://x'])('%j is refused with an example', (text) => {
    expect(() => parseClickHouseUrl(text)).toThrow(/https:\/\/user:password@host/);
  });
});
