/** The door for dashboards on the real engine: every statement of every dashboard, within a scope, and nothing else. */
import { readdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient } from '@clickhouse/client';
import { FIGURE_VIEWS } from '../../collector/api/figures/figure-door.ts';
import { createApiToken } from '../../collector/registry/api-tokens.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { makeAgency, makeSide, type Side } from '../support/api-matrix/side.ts';
import { alertOf, buildWorld, putAlerts, type World } from '../unit/api/api-fixture.ts';
import { START_MS } from '../unit/registry/registry-fixture.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const FOLDER = path.join(import.meta.dirname, '../../dashboards/grafana/dashboards');
const DAY_MS = 86_400_000;
const boardSchema = z.object({
  templating: z.object({ list: z.array(z.object({ query: z.object({ rawSql: z.string() }) })) }),
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ rawSql: z.string(), format: z.number() })),
      fieldConfig: z.object({
        overrides: z.array(z.object({ matcher: z.object({ id: z.string(), options: z.string() }) })),
      }),
    }),
  ),
});

/** As Grafana's data source puts them in. */
const filled = (sql: string, agency = 0): string =>
  sql
    .replaceAll('$__fromTime', `toDateTime(${String(Math.floor((START_MS - 30 * DAY_MS) / 1_000))})`)
    .replaceAll('$__toTime', `toDateTime(${String(Math.floor((START_MS + 30 * DAY_MS) / 1_000))})`)
    .replaceAll('$__interval_s', '3600')
    .replaceAll('$agency', String(agency));

let engine: TestEngine;
let store: ClickHouseStore;
let world: World;
let own: Side;
let other: Side;
let ownToken: string;
const boards: { file: string; board: z.infer<typeof boardSchema> }[] = [];

const ask = (
  sql: string,
  options: { query?: Record<string, string>; headers?: Record<string, string> } = {},
) =>
  world.app.inject({
    method: 'POST',
    url: '/api/v1/clickhouse',
    query: options.query ?? {},
    headers: options.headers ?? { 'x-clickhouse-user': 'token', 'x-clickhouse-key': ownToken },
    payload: sql,
  });

const answerSchema = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
});
async function rowsOf(sql: string): Promise<z.infer<typeof answerSchema>> {
  const answer = await ask(`${sql} FORMAT JSON`);
  expect({ sql, status: answer.statusCode, body: answer.statusCode === 200 ? '' : answer.body }).toEqual({
    sql,
    status: 200,
    body: '',
  });
  return answerSchema.parse(answer.json());
}

beforeAll(async () => {
  engine = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  world = await buildWorld({ store });
  const { registry } = world;
  const [ownAgency, otherAgency] = [await makeAgency(registry, 'alpha'), await makeAgency(registry, 'bravo')];
  own = await makeSide(registry, store, { id: ownAgency, mark: 'alphaword', number: 1 });
  other = await makeSide(registry, store, { id: otherAgency, mark: 'bravoword', number: 2 });
  const at = new Date(START_MS).toISOString();
  const times = { createdAt: at, firstSeen: at, lastSeen: at };
  await putAlerts(
    { registry },
    alertOf('fig-own', {
      ...times,
      agencyId: ownAgency,
      ruleId: 'fig-own',
      title: 'Own rule',
      titleVi: 'Luật của mình',
    }),
    alertOf('fig-other', { ...times, agencyId: otherAgency, ruleId: 'fig-other', title: 'bravoword rule' }),
  );
  const made = await createApiToken(
    registry,
    { role: 'api', agencyId: ownAgency, permissions: ['feed:read'] },
    'test',
  );
  ownToken = made.token;
  for (const file of await readdir(FOLDER)) {
    const board = boardSchema.parse(JSON.parse(await readFile(path.join(FOLDER, file), 'utf8')));
    boards.push({ file, board });
  }
});

afterAll(async () => {
  await world.close();
  await store.close();
  await engine.close();
});

/** The engine's own answer. */
const engineSays = (sql: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = http.request(
      { socketPath: engine.engine.socketPath, method: 'POST', path: '/' },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      },
    );
    request.once('error', reject);
    request.end(sql);
  });

const statements = (): string[] =>
  boards.flatMap(({ board }) => [
    ...board.templating.list.map(({ query }) => query.rawSql),
    ...board.panels.flatMap(({ targets }) => targets.map(({ rawSql }) => rawSql)),
  ]);

describe('dashboards', () => {
  it('are three, and use every view', () => {
    expect(boards.map(({ file }) => file).toSorted()).toEqual([
      'alerts.json',
      'compliance.json',
      'ingest.json',
    ]);
    const used = statements().flatMap((sql) => / FROM (\w+)\(/.exec(sql)?.[1] ?? []);
    expect([...new Set(used)].toSorted()).toEqual(FIGURE_VIEWS.map(({ name }) => name).toSorted());
  });

  it('are answered statement by statement, and name columns that are there', async () => {
    for (const { file, board } of boards) {
      for (const { title, targets, fieldConfig } of board.panels) {
        for (const { rawSql, format } of targets) {
          const { meta } = await rowsOf(filled(rawSql));
          const names = meta.map(({ name }) => name);
          const named = fieldConfig.overrides.flatMap(({ matcher }) =>
            matcher.id === 'byName' ? [matcher.options] : [],
          );
          // A series over time needs its time first.
          const isFit = format !== 0 || (names[0] === 'time' && meta[0]?.type === 'DateTime');
          expect({ file, title, isFit, unknown: named.filter((name) => !names.includes(name)) }).toEqual({
            file,
            title,
            isFit: true,
            unknown: [],
          });
        }
      }
    }
  });

  it('say nothing of another agency, whatever it has', async () => {
    for (const sql of statements()) {
      const answer = await ask(`${filled(sql)} FORMAT JSON`);
      expect({
        sql,
        tells: answer.body.includes('bravoword') || answer.body.includes(other.agentId),
      }).toEqual({
        sql,
        tells: false,
      });
    }
    const foreign = await ask(filled('SELECT * FROM open_alerts(agency = $agency)', other.agencyId));
    expect(foreign.statusCode).toBe(400);
    expect(foreign.body).toContain('there is no agency');
  });
});

describe('figures', () => {
  it('of what arrived are those of the event store, by the token’s agencies', async () => {
    const { data } = await rowsOf(
      filled('SELECT agency, events FROM ingest(from = $__fromTime, to = $__toTime, step = 86400)'),
    );
    expect(data.length).toBeGreaterThan(0);
    const stored = await store.hunts.arrived(
      {
        fromMs: START_MS - 30 * DAY_MS,
        toMs: START_MS + 30 * DAY_MS,
        stepMs: DAY_MS,
        agencyIds: [own.agencyId],
        limit: 100,
      },
      { secondsMax: 10, memoryBytesMax: 500_000_000 },
    );
    const sum = (rows: readonly { events: string | number | null }[]): number =>
      rows.reduce((total, { events }) => total + Number(events), 0);
    expect(sum(data.map((row) => ({ events: row['events'] ?? 0 })))).toBe(sum(stored));
    expect(sum(stored)).toBeGreaterThan(0);
  });

  it('of alerts count those of the span, with titles in both languages', async () => {
    const { data } = await rowsOf(
      filled('SELECT rule, title, title_vi, alerts FROM alert_rules(from = $__fromTime, to = $__toTime)'),
    );
    expect(data).toContainEqual({
      rule: 'fig-own',
      title: 'Own rule',
      title_vi: 'Luật của mình',
      alerts: 1,
    });
    const opened = await rowsOf(
      filled('SELECT time, severity, opened FROM alerts(from = $__fromTime, to = $__toTime, step = 86400)'),
    );
    expect(
      opened.data.filter(({ severity, opened: count }) => severity === 'high' && count !== 0),
    ).not.toEqual([]);
  });

  it('in Native format are what the engine itself reads', async () => {
    const sql = filled('SELECT * FROM alert_answers(from = $__fromTime, to = $__toTime, step = 86400)');
    const { data } = await rowsOf(sql);
    expect(data.some((row) => row['taken_seconds'] === null)).toBe(true);
    for (const { text, rows } of [
      { text: sql, rows: data },
      { text: 'SELECT * FROM open_alerts()', rows: (await rowsOf('SELECT * FROM open_alerts()')).data },
      { text: 'SELECT 1', rows: [{ 1: 1 }] },
    ]) {
      const answer = await ask(`${text} FORMAT Native`);
      const read = await engineSays(
        `SELECT * FROM format('Native', unhex('${answer.rawPayload.toString('hex')}')) FORMAT JSON`,
      );
      expect(answerSchema.parse(JSON.parse(read)).data).toEqual(rows);
    }
  });

  it('in Native format begin with facts of the block for clients that name a version', async () => {
    const plain = await ask('SELECT version()', { query: { default_format: 'Native' } });
    const told = await ask('SELECT version()', {
      query: { default_format: 'Native', client_protocol_version: '54460' },
    });
    const info = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
    const head = Buffer.concat([
      Buffer.from([1, 1, 9]),
      Buffer.from('version()'),
      Buffer.from([6]),
      Buffer.from('String'),
    ]);
    const value = Buffer.concat([Buffer.from([8]), Buffer.from('25.3.0.0')]);
    expect(plain.rawPayload).toEqual(Buffer.concat([head, value]));
    // Each column says that it is serialised plainly.
    expect(told.rawPayload).toEqual(Buffer.concat([info, head, Buffer.from([0]), value]));
  });
});

describe('what is no such statement', () => {
  it.each([
    ['SELECT 1; DROP TABLE events', 62],
    ['INSERT INTO events VALUES (1)', 62],
    ['DROP TABLE events', 62],
    ['SELECT * FROM events', 62],
    ['SELECT * FROM events()', 60],
    ['SELECT * FROM system.tables', 62],
    ['SELECT name FROM system.databases ORDER BY name', 62],
    ['SELECT * FROM open_alerts() SETTINGS max_threads = 1', 62],
    ['SELECT * FROM open_alerts() UNION ALL SELECT * FROM alert_rules()', 62],
    ['SELECT * FROM open_alerts(), alert_rules()', 62],
    ['SELECT (SELECT 1) FROM open_alerts()', 62],
    ["SELECT * FROM url('http://192.0.2.1/')", 62],
    ["SELECT * FROM file('/etc/passwd')", 62],
    ['SELECT password FROM open_alerts()', 47],
    ['SELECT * FROM open_alerts(step = 5)', 36],
    ['SELECT * FROM ingest(from = 0)', 36],
    ['SELECT * FROM ingest(from = toDateTime(5), to = toDateTime(4))', 36],
    ['SELECT * FROM open_alerts() FORMAT Parquet', 73],
    ['', 62],
    [`SELECT ${'a, '.repeat(2_000)}a FROM open_alerts()`, 62],
  ])('is refused: %j', async (sql, code) => {
    const answer = await ask(sql);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.headers['x-clickhouse-exception-code']).toBe(String(code));
    expect(answer.body).toMatch(/^Code: \d+\. DB::Exception: ./);
  });

  it('says which views there are', async () => {
    expect((await ask('SELECT * FROM events()')).body).toContain('ingest, ingest_kinds, ledger');
  });

  it('settings are refused, those that clients send with every statement are not', async () => {
    const usual = {
      default_format: 'Native',
      client_protocol_version: '54460',
      database: 'default',
      query_id: 'x',
    };
    expect((await ask('SELECT 1', { query: usual })).statusCode).toBe(200);
    expect((await ask('SELECT 1', { query: { ...usual, readonly: '0' } })).statusCode).toBe(400);
  });

  it('is in the audit trail, once in a while; so is who read what', async () => {
    const rows = await world.registry.db.selectFrom('audit_log').select(['action', 'target']).execute();
    expect(rows.filter(({ action }) => action === 'figures.refused')).toHaveLength(1);
    expect(
      rows.filter(({ action, target }) => action === 'figures.read' && target === 'view:ingest'),
    ).toHaveLength(1);
  });
});

describe('who asks', () => {
  it('sends an API token as the password, in either way of clients', async () => {
    const basic = `Basic ${Buffer.from(`anybody:${ownToken}`).toString('base64')}`;
    expect((await ask('SELECT 1', { headers: { authorization: basic } })).statusCode).toBe(200);
    expect((await ask('SELECT 1', { headers: { authorization: `Bearer ${ownToken}` } })).statusCode).toBe(
      200,
    );
    for (const headers of [
      {},
      { 'x-clickhouse-key': 'wrong' },
      { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
    ]) {
      const answer = await ask('SELECT 1', { headers });
      expect([answer.statusCode, answer.headers['x-clickhouse-exception-code']]).toEqual([401, '516']);
    }
  });

  it('may not with a token for something else, nor elsewhere by password', async () => {
    const { token } = await createApiToken(
      world.registry,
      { role: 'api', agencyId: own.agencyId, permissions: ['event:read'] },
      'test',
    );
    expect((await ask('SELECT 1', { headers: { 'x-clickhouse-key': token } })).statusCode).toBe(403);
    const elsewhere = await world.app.inject({
      method: 'GET',
      url: '/api/v1/feed/operations',
      headers: { 'x-clickhouse-key': ownToken },
    });
    expect(elsewhere.statusCode).toBe(401);
  });
});

it('the vendor’s client reads it over TLS as it would a server', async () => {
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const address = world.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const client = createClient({
    url: `https://127.0.0.1:${String(address.port)}`,
    pathname: '/api/v1/clickhouse',
    username: 'token',
    password: ownToken,
    tls: { ca_cert: Buffer.from(world.certificate) },
  });
  const found = await client.query({
    query: 'SELECT rule, alerts FROM alert_rules()',
    format: 'JSONEachRow',
  });
  expect(await found.json()).toBeDefined();
  await expect(client.query({ query: 'SELECT * FROM events' })).rejects.toMatchObject({ code: '62' });
  await client.close();
});
