/** What an exception would have hidden, asked of the real engine: it says what the matcher says of the events as they are read back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulateSpan } from '../../collector/services/exceptions/exception-simulate.ts';
import type { ActingException } from '../../collector/exceptions/exception-index.ts';
import { emptyTally, type Tally } from '../../collector/exceptions/simulation.ts';
import type { AgencyScope } from '../../collector/registry/agency-scope.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { eventsBetween, withHits } from '../../collector/store/hit-candidates.ts';
import type { HuntStore } from '../../collector/store/hunt-store.ts';
import type { EventRow, FoundEvent } from '../../collector/store/store.ts';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { memoryHunts } from '../support/memory-hunts.ts';
import { memoryRegistry } from '../unit/registry/registry-fixture.ts';
import { event, row } from './event-store.contract.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const T = Date.UTC(2026, 10, 20);
const DAY = 86_400_000;
/** More than one page of what is read at once. */
const EVENTS = 5_000;
const LIMITS = { secondsMax: 60, memoryBytesMax: 1_000_000_000 };
const SPAN = { fromMs: T, toMs: T + DAY, scope: { kind: 'all' } as AgencyScope };
const QUOTED = String.raw`it's "\* {from:Int64}`;

let running: TestEngine;
let store: ClickHouseStore;
let registry: Registry;
/** As they are read back, newest first. */
let all: FoundEvent[];

/** Times in pairs, so that a page ends between two of the same time; every third was hit by no rule. */
function rowOf(at: number): EventRow {
  const ruleIds = [[], ['r1'], ['r1', 'r2'], [], [QUOTED], ['r2', 'base']][at % 6] ?? [];
  const user = ['backup', 'root', 'an', QUOTED][Math.trunc(at / 3) % 4] ?? '';
  return row({
    agentId: `agent-${at % 5}`,
    seq: at,
    hostname: `pc-${at % 5}`,
    agencyId: (at % 5) + 1,
    hits: ruleIds.map((ruleId) => ({ ruleId, fields: {} })),
    event: event({
      timeMs: T + Math.trunc(at / 2) * 20_000,
      columns: {},
      fields: {
        'user.name': user,
        'event.action': 'ssh_login_failed',
        tries: at % 10,
        tags: ['x', `k${at % 7}`],
      },
      message: `Failed password for ${user}`,
    }),
  });
}

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
  ({ registry } = await memoryRegistry());
  const rows = Array.from({ length: EVENTS }, (_, at) => rowOf(at));
  await store.insert({ batch: 1, receivedMs: T, rows });
  all = await store.search({ fromMs: 0, toMs: T * 2, limit: 10_000 });
});
afterAll(async () => {
  await store.close();
  await running.close();
  await registry.close();
});

const exception = (change: Partial<ActingException>): ActingException => ({
  id: 1,
  kind: 'rule',
  condition: null,
  window: null,
  agencyIds: undefined,
  agentId: null,
  groupId: null,
  rules: ['r1'],
  categories: null,
  startsMs: null,
  expiresMs: Number.POSITIVE_INFINITY,
  ...change,
});

async function tried(hunts: HuntStore, change: Partial<ActingException>, span: typeof SPAN): Promise<Tally> {
  const tally = emptyTally();
  const ports = {
    db: registry.db,
    hunts,
    words: { categories: () => ['attack.t1110'], logsource: () => ({ product: 'linux', service: 'sshd' }) },
    pipelines: builtInPipelines(),
    generates: (ruleId: string) => ruleId !== 'base',
  };
  await simulateSpan(ports, exception(change), span, tally);
  return tally;
}

describe('a trial over stored events', () => {
  const condition = (block: string) => ({ condition: `selection:\n  ${block}\ncondition: selection` });
  const quoted = condition(`user.name: ${JSON.stringify(QUOTED.replaceAll(/[*\\]/g, String.raw`\$&`))}`);
  it.each<[string, Partial<ActingException>, Partial<typeof SPAN>]>([
    ['a value', condition('user.name: backup'), {}],
    ['a value that looks like SQL, and a rule called so', { ...quoted, rules: [QUOTED, 'r2'] }, {}],
    ['what SQL cannot say', { ...condition("message|re: 'for (backup|an)$'"), rules: ['r1', 'r2'] }, {}],
    ['a number, and a value of a list', condition('tries|gte: 4\n  tags: k3'), {}],
    ['all rules on one host', { ...condition('user.name: root'), rules: null, agentId: 'agent-2' }, {}],
    [
      'a category',
      { ...condition('user.name|startswith: b'), rules: null, categories: ['attack.t1110'] },
      {},
    ],
    ['agencies', condition('user.name: an'), { scope: { kind: 'some', agencyIds: [2, 4] } }],
    ['part of a day', condition('user.name: an'), { fromMs: T + 3_600_000, toMs: T + 7_200_000 }],
    [
      'a window without a condition',
      { window: { from: '08:00', to: '09:00', timeZone: 'UTC', reason: 'patches' } },
      {},
    ],
  ])('%s: says what the matcher says', async (_name, change, cut) => {
    const span = { ...SPAN, ...cut };
    const inMemory = memoryHunts(all.filter(({ ruleIds }) => ruleIds.length > 0));
    const everyone: HuntStore = {
      ...inMemory,
      // In one page: here it is said what is hidden, not how it is read.
      page: (query, ...rest) =>
        query.after === undefined ? inMemory.page({ ...query, limit: EVENTS }, ...rest) : Promise.resolve([]),
    };
    const { examined, ...want } = await tried(everyone, change, span);
    const { examined: looked, ...found } = await tried(store.hunts, change, span);
    expect(found).toEqual(want);
    expect(found.hidden).toBeGreaterThan(20);
    expect(looked).toBeGreaterThanOrEqual(found.hidden / 2);
    expect(looked).toBeLessThanOrEqual(examined);
  });

  it('reads page by page, each event once', async () => {
    const tally = await tried(store.hunts, { rules: null, ...condition('event.action: ssh*') }, SPAN);
    const hits = all.flatMap(({ ruleIds, timeMs }) =>
      timeMs < SPAN.toMs ? ruleIds.filter((id) => id !== 'base') : [],
    );
    expect(tally.examined).toBeGreaterThan(2_000);
    expect(tally.hidden).toBe(hits.length);
  });

  it('looks at no event but those that its rules hit', async () => {
    const page = { limit: EVENTS, agencyIds: undefined };
    for (const ruleIds of [['r2', QUOTED], undefined, ['nothing']]) {
      const candidates = withHits(eventsBetween(SPAN.fromMs, SPAN.toMs), ruleIds);
      const found = await store.hunts.page({ ...page, candidates }, LIMITS);
      const want = all.filter(
        ({ timeMs, ruleIds: hit }) =>
          timeMs < SPAN.toMs && hit.some((ruleId) => ruleIds?.includes(ruleId) ?? true),
      );
      expect(found.map(({ id }) => id)).toEqual(want.map(({ id }) => id));
    }
  });

  it('counts the hits of rules in a time and in agencies', async () => {
    const inMemory = memoryHunts(all);
    const few = { fromMs: T + 1_000_000, toMs: T + 2_000_000 };
    for (const query of [
      SPAN,
      { ...few, ruleIds: ['r2', QUOTED] },
      { ...few, agencyIds: [1, 3] },
      { ...few, ruleIds: [], agencyIds: [1] },
    ]) {
      const byRule = (a: { ruleId: string }, b: { ruleId: string }): number => (a.ruleId < b.ruleId ? -1 : 1);
      const found = await store.hunts.hitCounts(query, LIMITS);
      const want = await inMemory.hitCounts(query, LIMITS);
      expect(found.toSorted(byRule)).toEqual(want.toSorted(byRule));
      expect(found.map(({ count }) => count)).toEqual(
        found.map(({ count }) => count).toSorted((a, b) => b - a),
      );
    }
  });
});
