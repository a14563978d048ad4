/**
 * A collector for a day that passes in a minute: real rules, detector, event store, projector, control plane and API;
 * events come with their own times instead of over sockets.
 */
import { loadRuleBook, type RuleBook } from '../../collector/detect/rule-book.ts';
import { Detector } from '../../collector/detect/detector.ts';
import { Projector } from '../../collector/detect/projector.ts';
import { recordSchema } from '../../collector/protocol/record.ts';
import { createAgency } from '../../collector/registry/agencies.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { arrangeOpenQueue } from '../../collector/registry/queue/arrange.ts';
import { applyProjection } from '../../collector/registry/projection.ts';
import type { Registry, RegistryDb } from '../../collector/registry/database.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { startTestEngine } from '../../test/contract/store-engine.ts';
import { buildWorld, type World } from '../../test/unit/api/api-fixture.ts';
import type { StampedRecord } from './activity.ts';
import { isServer, type Estate, type HostKind } from './estate.ts';

const ROWS_AT_ONCE = 200;
const ROUNDS_MAX = 20;
const LATENESS_MS = 300_000;
const EPOCH = '0'.repeat(32);

const SYSTEMS = {
  linux: { platform: 'linux', os_name: 'Debian GNU/Linux 12', os_version: '12' },
  server: { platform: 'win32', os_name: 'Windows Server 2019', os_version: '10.0' },
  desk: { platform: 'win32', os_name: 'Windows 10 Pro', os_version: '10.0' },
} as const;
const ON_LINUX: ReadonlySet<HostKind> = new Set(['linux', 'portal', 'mail', 'gateway']);

export interface RuleCount {
  id: string;
  title: string;
  level: string | null;
  hits: number;
  hosts: number;
}

export interface Province {
  world: World;
  book: RuleBook;
  /** Takes records in the order of time, a batch for each so many minutes. */
  take: (records: readonly StampedRecord[], batchMinutes: number) => Promise<void>;
  /** One batch, in the order of time. */
  takeBatch: (records: readonly StampedRecord[]) => Promise<void>;
  counted: { events: number; hits: number; detections: number };
  /** What rules found in single events: most first. */
  countedByRule: () => RuleCount[];
  close: () => Promise<void>;
}

/** @param rules folders of rules */
export async function openProvince(
  estate: Estate,
  rules: readonly string[],
  beginMs: number,
): Promise<Province> {
  const running = await startTestEngine();
  const home = { socketPath: running.engine.socketPath };
  const store = await ClickHouseStore.open({ home, ready: () => running.engine.whenRunning() });
  const world = await buildWorld({ store });
  const { registry, clock } = world;
  clock.ms = beginMs;
  const agencyOf = await enrol(registry, estate);
  const book = await loadRuleBook(rules);
  const faults: unknown[] = [];
  const fault = (error: unknown): void => void faults.push(error);
  const detector = new Detector(book, { onUnparsed: () => undefined, onFault: fault });
  const counted = { events: 0, hits: 0, detections: 0 };
  const projector = new Projector({
    engine: book.engine,
    reach: book.reach,
    rules: book,
    latenessMs: LATENESS_MS,
    snapshotEveryBatches: 50,
    rowsInMemoryMax: 50_000,
    retryMs: 100,
    ports: {
      readHits: (after, to) => store.readHits(after, to),
      apply: (projection) => applyProjection(registry.db, { ...projection, nowMs: clock.ms }),
      onDetections: (_kind, count) => (counted.detections += count),
      onLate: () => undefined,
      onRetry: fault,
      onProgress: () => undefined,
      onUnkept: fault,
    },
  });
  await projector.start({ cursor: 0, snapshot: null, snapshotBatch: 0 }, 0);
  const byRule = new Map<string, { hits: number; agents: Set<string> }>();
  const countRules = (agentId: string, ruleIds: readonly string[]): void => {
    for (const id of ruleIds) {
      const one = byRule.get(id) ?? { hits: 0, agents: new Set<string>() };
      one.hits += 1;
      one.agents.add(agentId);
      byRule.set(id, one);
    }
  };
  const sequences = new Map<string, number>();
  let batch = 0;
  const takeBatch = async (records: readonly StampedRecord[]): Promise<void> => {
    const receivedMs = (records.at(-1)?.timeMs ?? clock.ms) + 1_000;
    clock.ms = Math.max(clock.ms, receivedMs);
    const collector = store.collect(records.length);
    for (const { host, record } of records) {
      const seq = (sequences.get(host.agentId) ?? 0) + 1;
      sequences.set(host.agentId, seq);
      const sender = {
        agentId: host.agentId,
        epoch: EPOCH,
        hostname: host.hostname,
        timeZone: 'Asia/Ho_Chi_Minh',
        agencyId: agencyOf[host.agency] ?? 1,
      };
      const admitted = [{ seq, record: recordSchema.parse(record) }];
      const rows = detector.rows({ sender, lane: 0, records: admitted }, receivedMs);
      for (const row of rows) collector.add(row);
    }
    const rows = collector.close();
    batch += 1;
    await store.insert({ batch, receivedMs, rows });
    counted.events += rows.length;
    counted.hits += rows.hits.reduce((sum, { hits }) => sum + hits.length, 0);
    for (const { agentId, hits } of rows.hits)
      countRules(
        agentId,
        hits.map(({ ruleId }) => ruleId),
      );
    projector.offer(
      batch,
      rows.hits.map((hit) => ({ ...hit, batch, receivedMs })),
    );
    await projector.settled();
    await arrangeWhole(registry.db, clock.ms);
    if (faults.length > 0) throw new Error('the collector failed on the day', { cause: faults[0] });
  };
  return {
    world,
    book,
    counted,
    countedByRule: () =>
      [...byRule]
        .map(([id, { hits, agents }]) => {
          const summary = book.summaries.find((one) => one.id === id);
          return {
            id,
            title: summary?.title ?? id,
            level: summary?.severity ?? null,
            hits,
            hosts: agents.size,
          };
        })
        .toSorted((a, b) => b.hits - a.hits),
    takeBatch,
    take: async (records, batchMinutes) => {
      for (const part of inTurns(records, batchMinutes * 60_000)) await takeBatch(part);
    },
    close: async () => {
      await projector.stop();
      await world.close();
      await store.close();
      await running.close();
    },
  };
}

/** As a running collector does it, a moment after each batch. */
async function arrangeWhole(db: RegistryDb, nowMs: number): Promise<void> {
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
    if ((await arrangeOpenQueue(db, { nowMs })).length === 0) return;
  }
}

function* inTurns(records: readonly StampedRecord[], turnMs: number): Generator<StampedRecord[]> {
  let part: StampedRecord[] = [];
  for (const record of records) {
    const first = part[0];
    if (first !== undefined && Math.floor(first.timeMs / turnMs) !== Math.floor(record.timeMs / turnMs)) {
      yield part;
      part = [];
    }
    part.push(record);
  }
  if (part.length > 0) yield part;
}

/** @returns ids of the agencies, the province's own first */
async function enrol(registry: Registry, { agencies, hosts }: Estate): Promise<number[]> {
  const ids = [1];
  while (ids.length < agencies) {
    ids.push((await createAgency(registry, { name: `Xã ${ids.length}`, kind: 'commune' }, 'bench')).id);
  }
  const { id: token } = await createJoinToken(registry, { uses: 1, days: 1 }, 'bench');
  const nowMs = registry.now();
  for (let at = 0; at < hosts.length; at += ROWS_AT_ONCE) {
    const part = hosts.slice(at, at + ROWS_AT_ONCE);
    await registry.db
      .insertInto('host')
      .values(part.map(({ agentId }) => ({ id: agentId, created_ms: nowMs })))
      .execute();
    await registry.db
      .insertInto('agent')
      .values(
        part.map(({ agentId, hostname, kind, agency }) => ({
          id: agentId,
          host_id: agentId,
          public_key: agentId,
          state: 'active' as const,
          approved_ms: nowMs,
          agency_id: ids[agency] ?? 1,
          join_token_id: token,
          hostname,
          ...SYSTEMS[ON_LINUX.has(kind) ? 'linux' : isServer(kind) ? 'server' : 'desk'],
          arch: 'x64',
          time_zone: 'Asia/Ho_Chi_Minh',
          agent_version: '0.1.0',
          machine_id: agentId,
          enrolled_ms: nowMs,
        })),
      )
      .execute();
  }
  const controllers = hosts.filter(({ kind }) => kind === 'controller');
  for (const { agentId } of controllers) {
    await registry.db
      .insertInto('asset_role')
      .values({ agent_id: agentId, role: 'domain-controller', set_ms: nowMs, set_by: 'bench' })
      .execute();
  }
  return ids;
}
