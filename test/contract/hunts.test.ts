/** Hunts on the real engine: what the matcher says of each event, and nothing else, page by page, within scope and limits. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIELD_ALIASES } from '../../collector/hunt/field-aliases.ts';
import { compileQuery } from '../../collector/hunt/hunt-rule.ts';
import { huntFields, HuntTooWideError, runHunt, summarizeHunt } from '../../collector/hunt/run-hunt.ts';
import type { FieldValue } from '../../collector/normalize/event.ts';
import { CANDIDATE_COLUMNS } from '../../collector/store/clickhouse-hunts.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { HuntLimitError } from '../../collector/store/hunt-store.ts';
import { HUNT_SCHEMA } from '../../collector/store/sigma-schema.ts';
import type { EventRow, FoundEvent } from '../../collector/store/store.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { startTestEngine } from './store-engine.ts';

const T = Date.UTC(2026, 10, 20);
const EVENTS = 3_000;
const TABLE = { schema: HUNT_SCHEMA, columns: CANDIDATE_COLUMNS, asksUnrouted: true } as const;
const LIMITS = { secondsMax: 60, memoryBytesMax: 1_000_000_000 };

/** Three kinds of events, in turn: a Windows process, a login over ssh, a request to a web server. */
function fieldsOf(at: number): Record<string, FieldValue> {
  const user = ['an', 'Bình', 'SYSTEM', 'root'][at % 4] ?? '';
  const kinds: readonly Record<string, FieldValue>[] = [
    {
      EventID: '4688',
      CommandLine: at % 50 === 0 ? `powershell -enc ${at}` : `notepad C:\\data\\${at}.txt`,
      User: user,
      LogonType: at % 12,
    },
    {
      'event.action': at % 4 === 0 ? 'ssh_login_failed' : 'ssh_login',
      'source.ip': `10.${at % 3}.0.${at % 250}`,
      'user.name': user,
      tags: ['ssh', `k${at % 7}`],
    },
    {
      'cs-method': 'GET',
      'cs-uri': `/doc/${at}?q=a*b`,
      'sc-status': at % 10 === 0 ? '500' : '200',
      size: at * 10,
    },
  ];
  return kinds[at % 3] ?? {};
}

function rowOf(at: number): EventRow {
  return {
    agentId: `agent-${at % 5}`,
    epoch: 'e',
    lane: 0,
    seq: at,
    hostname: `pc-${at % 5}`,
    agencyId: (at % 5) + 1,
    channel: ['log/windows-xml', 'log/sshd', 'log/web-access'][at % 3] ?? '',
    origin: '',
    readHour: Math.trunc(T / 3_600_000),
    hits: [],
    event: {
      // Several at the same time: the order is total all the same.
      timeMs: T + Math.trunc(at / 3) * 60_000,
      // What no log source is known of is found all the same.
      logsources: at % 3 === 2 ? [] : [{ product: 'x' }],
      columns: {},
      fields: ShapedEvent.from(fieldsOf(at)),
      message: `message ${at}`,
      parsed: true,
    },
  };
}

let running: Awaited<ReturnType<typeof startTestEngine>>;
let store: ClickHouseStore;
let connection: Connection;
/** All events as they are read back, newest first. */
let all: FoundEvent[];

beforeAll(async () => {
  running = await startTestEngine();
  const home = { socketPath: running.engine.socketPath };
  store = await ClickHouseStore.open({ home });
  connection = new Connection(home);
  const rows = Array.from({ length: EVENTS }, (_, at) => rowOf(at));
  await store.insert({ batch: 1, receivedMs: T, rows });
  all = await store.search({ fromMs: 0, toMs: T * 2, limit: 10_000 });
});
afterAll(async () => {
  await store.close();
  await connection.close();
  await running.close();
});

const SPAN = { fromMs: T - 86_400_000, toMs: T + 86_400_000 };

function hunt(query: string, change: object = {}) {
  const { engine, ruleId } = compileQuery(query, FIELD_ALIASES);
  return runHunt(store.hunts, TABLE, { engine, ruleId, ...SPAN, limit: 10_000, limits: LIMITS, ...change });
}

function expected(query: string, of: (event: FoundEvent) => boolean = () => true): string[] {
  const { engine } = compileQuery(query, FIELD_ALIASES);
  return all.filter((event) => of(event) && engine.match(huntFields(event)).length > 0).map(({ id }) => id);
}

describe('a hunt over stored events', () => {
  it.each([
    'event.code: 4688',
    'user.name: bình',
    'user.name: (an or r*)',
    'not user.name: an',
    'process.command_line: *-enc*',
    String.raw`CommandLine: "notepad C:\data\3.txt"`,
    'url.original: "/doc/2?q=a*b"',
    'url.original: /doc/1*',
    'http.response.status_code: 500 and not size < 9000',
    'size >= 29000',
    'source.ip: 10.1.0.0/16',
    'source.ip: *',
    'tags: k3',
    'CommandLine: /-enc [0-9]+0$/',
    'host.name: pc-3 and event.dataset: log/sshd',
    'agent.id: agent-1 and ssh_login_failed',
    'powershell',
    '"message 77"',
    'LogonType: 3 or (user.name: an and event.action: *failed)',
    'user.name: nobody',
    `user.name: "nobody' or 1=1 --"`,
    String.raw`user.name: "nobody\\') or ('' = '"`,
  ])('%s finds what the matcher finds', async (query) => {
    const want = expected(query);
    const page = await hunt(query);
    expect(page.events.map(({ id }) => id)).toEqual(want);
    expect(page.hasMore).toBe(false);
    expect(page.reachedMs).toBe(SPAN.fromMs);
    expect(want.length > 0).toBe(!query.includes('nobody'));
  });

  it('pages without repeating or skipping, whether SQL decides or the matcher does', async () => {
    for (const query of ['event.code: 4688', 'CommandLine: /[05][.]txt$/']) {
      const found: string[] = [];
      let after: { timeMs: number; id: string } | undefined;
      for (;;) {
        const page = await hunt(query, { limit: 130, after });
        found.push(...page.events.map(({ id }) => id));
        const last = page.events.at(-1);
        if (!page.hasMore || last === undefined) break;
        expect(page.events).toHaveLength(130);
        after = { timeMs: last.timeMs, id: last.id };
      }
      expect(found).toEqual(expected(query));
      expect(found.length).toBeGreaterThan(150);
    }
  });

  it('sees its agencies only, in events, counts and values', async () => {
    const query = 'event.code: 4688';
    const agencyIds = [2, 4];
    const page = await hunt(query, { agencyIds });
    const want = expected(query, ({ agencyId }) => agencyIds.includes(agencyId));
    expect(page.events.map(({ id }) => id)).toEqual(want);
    const { engine, ruleId } = compileQuery(query, FIELD_ALIASES);
    const summary = await summarizeHunt(store.hunts, TABLE, {
      engine,
      ruleId,
      ...SPAN,
      agencyIds,
      limits: LIMITS,
    });
    expect(summary.count).toBe(want.length);
    expect(summary.byTime.reduce((sum, { count }) => sum + count, 0)).toBe(want.length);
    expect(summary.facets['host.name']?.map(({ value }) => value).toSorted()).toEqual(['pc-1', 'pc-3']);
    expect(await store.hunts.agentsWithEvents({ ...SPAN, agencyIds }, LIMITS)).toHaveLength(2);
    expect(await store.hunts.agentsWithEvents({ fromMs: T - 2, toMs: T - 1 }, LIMITS)).toEqual([]);
  });

  it('looks at its time only, both ends as said', async () => {
    const at = { fromMs: T + 60_000, toMs: T + 120_000 };
    const page = await hunt('"message"', at);
    expect(page.events.map(({ timeMs }) => timeMs)).toEqual([T + 60_000, T + 60_000, T + 60_000]);
  });

  it('knows the names of fields that events of its time and agencies have', async () => {
    const names = await store.hunts.fieldNames(SPAN, LIMITS);
    for (const name of ['EventID', 'CommandLine', 'source.ip', 'tags', 'cs-uri', 'size'])
      expect(names).toContain(name);
    expect(names).not.toContain('');
    expect(new Set(names).size).toBe(names?.length);
    expect(await store.hunts.fieldNames({ ...SPAN, agencyIds: [99] }, LIMITS)).toEqual([]);
    expect(await store.hunts.fieldNames({ fromMs: 0, toMs: 1_000 }, LIMITS)).toEqual([]);
  });

  it('that would have to look at everything is refused with the reason', async () => {
    await expect(hunt('message: *')).rejects.toThrow(HuntTooWideError);
  });

  const SLOW = {
    query: `SELECT ${CANDIDATE_COLUMNS.join(', ')} FROM events
      WHERE seq IN (SELECT number AS slow FROM numbers(1000000000000) WHERE cityHash64(number) = 7)`,
    params: {},
  };
  const runningStatements = (): Promise<number[]> =>
    connection.rows(
      {
        query: `SELECT count() AS running FROM system.processes WHERE query LIKE '%AS slow FROM numbers%' AND query NOT LIKE '%system.processes%'`,
        params: {},
      },
      (row) => Number((row as { running: unknown }).running),
    );

  it('that takes too long is stopped in the engine', async () => {
    const page = store.hunts.page({ candidates: SLOW, limit: 10 }, { ...LIMITS, secondsMax: 0.5 });
    await expect(page).rejects.toThrow(HuntLimitError);
    await vi.waitFor(async () => expect(await runningStatements()).toEqual([0]), { timeout: 60_000 });
  });

  it('that is given up ends in the engine', async () => {
    const given = new AbortController();
    const page = store.hunts.page({ candidates: SLOW, limit: 10 }, LIMITS, given.signal);
    const ended = page.then(
      () => 'answered',
      (error: unknown) => String(error),
    );
    await vi.waitFor(async () => expect(await runningStatements()).toEqual([1]), { timeout: 60_000 });
    given.abort(new Error('enough'));
    expect(await ended).toBe('Error: enough');
    await vi.waitFor(async () => expect(await runningStatements()).toEqual([0]), { timeout: 60_000 });
  });

  it('that needs too much memory is stopped', async () => {
    await expect(hunt('"message"', { limits: { ...LIMITS, memoryBytesMax: 100_000 } })).rejects.toThrow(
      HuntLimitError,
    );
  });
});
