/** A province of hosts with 400 days of events on a real engine, and what must be left of them. */
import { addDays, type Day, dayStartMs } from '../../collector/retention/day.ts';
import { RetentionService, type RetentionOptions } from '../../collector/retention/service.ts';
import { expiresOn } from '../../collector/retention/retention-policy.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { createHold } from '../../collector/registry/holds.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { assignHosts, unassignHosts } from '../../collector/registry/system-members.ts';
import { createSystem, setSystemLevel } from '../../collector/registry/systems.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { startTestEngine, type TestEngine } from '../contract/store-engine.ts';
import { enrolRequest, memoryRegistry, type TestClock } from '../unit/registry/registry-fixture.ts';

export const TODAY = 20261122;
/** Every twentieth day has events: each mutation makes links of every day's part. */
export const STRIDE = 20;
export const DAYS = 400;
export const FIRST_DAY = addDays(TODAY, -DAYS);
const HELD_FROM = 20260801;
const HELD_TO = 20260831;
const CHANGED = 20260615;

/** Which host, and how many months a day of it is to be kept by the law: written here by hand. */
const MONTHS: Readonly<Record<string, (day: Day) => number>> = {
  level1: () => 1,
  level2: () => 1,
  level3: () => 3,
  level4: () => 6,
  level5: () => 12,
  older: () => 3,
  undecided: () => 12,
  alone: () => 12,
  stranger: () => 12,
  both: () => 6,
  held: () => 1,
  raised: () => 6,
  // Out of level 4 into level 2: what it sent soon after it left may be of before.
  moved: (day) => (day < addDays(CHANGED, 31) ? 6 : 1),
};
export const HOSTS = Object.keys(MONTHS);
const ROWS_PER_DAY = 3;

export interface RetentionWorld {
  registry: Registry;
  clock: TestClock;
  running: TestEngine;
  store: ClickHouseStore;
  connection: Connection;
  agentIds: ReadonlyMap<string, string>;
  systemIds: ReadonlyMap<string, number>;
  service: (change?: Partial<RetentionOptions>) => RetentionService;
  /** `host day` of everything stored, with its rows. */
  stored: () => Promise<Map<string, number>>;
  close: () => Promise<void>;
}

/** `host day` of everything that must be there on the day. */
export function mustBeKept(today: Day): Map<string, number> {
  const kept = new Map<string, number>();
  for (const host of HOSTS) {
    for (let day = FIRST_DAY; day < TODAY; day = addDays(day, STRIDE)) {
      const isHeld = host === 'held' && day >= HELD_FROM && day <= HELD_TO;
      if (isHeld || today < expiresOn(day, MONTHS[host]?.(day) ?? 0))
        kept.set(`${host} ${day}`, ROWS_PER_DAY);
    }
  }
  return kept;
}

async function people(registry: Registry, clock: TestClock) {
  const agentIds = new Map<string, string>([['stranger', '99999999-0000-4000-8000-000000000000']]);
  const token = await createJoinToken(registry, { uses: 100, days: 30 }, 'test');
  for (const host of HOSTS) {
    if (host === 'stranger') continue;
    const facts = enrolRequest(token);
    const outcome = await enrolAgent(registry, { ...facts, host: { ...facts.host, hostname: host } }, '::1');
    if (!outcome.ok) throw new Error(outcome.fault);
    agentIds.set(host, outcome.agentId);
  }
  const systemIds = new Map<string, number>();
  const system = async (name: string, level: number | undefined, hosts: readonly string[], older = false) => {
    const lawProfile = older ? 'vn-2022' : 'vn-2026';
    const { id } = await createSystem(registry, { name, level, lawProfile }, 'test');
    systemIds.set(name, id);
    if (hosts.length > 0) await assignHosts(registry, id, { hostnames: hosts }, 'test');
  };
  await system('one', 1, ['level1']);
  await system('two', 2, ['level2', 'both', 'held']);
  await system('three', 3, ['level3']);
  await system('four', 4, ['level4', 'both', 'moved']);
  await system('five', 5, ['level5']);
  await system('older three', 3, ['older'], true);
  await system('undecided', undefined, ['undecided']);
  await system('to be raised', 2, ['raised']);
  const id = (name: string): number => systemIds.get(name) ?? 0;
  clock.ms = dayStartMs(CHANGED);
  await setSystemLevel(registry, id('to be raised'), { level: 4 }, 'test');
  await assignHosts(registry, id('two'), { hostnames: ['moved'] }, 'test');
  await unassignHosts(registry, id('four'), { hostnames: ['moved'] }, 'test');
  clock.ms = dayStartMs(TODAY) + 3 * 3_600_000;
  const subject = { kind: 'agent', agentId: agentIds.get('held') ?? '' } as const;
  const [fromMs, toMs] = [dayStartMs(HELD_FROM), dayStartMs(addDays(HELD_TO, 1)) - 1];
  await createHold(registry, { subject, fromMs, toMs, reason: 'điều tra' }, 'test');
  return { agentIds, systemIds };
}

export async function retentionWorld(): Promise<RetentionWorld> {
  const running = await startTestEngine();
  const home = { socketPath: running.engine.socketPath };
  const store = await ClickHouseStore.open({ home, ready: () => running.engine.whenRunning() });
  const connection = new Connection(home);
  const { registry, clock } = await memoryRegistry();
  clock.ms = dayStartMs(FIRST_DAY);
  const { agentIds, systemIds } = await people(registry, clock);
  // One statement for all days, a batch a day: what 400 inserts would leave.
  await connection.command(
    `INSERT INTO events (batch, row, received, time, agent_id, epoch, lane, seq, agency_id, hostname, message_text)
      SELECT day + 1 AS batch, host, toDateTime64(fromUnixTimestamp64Milli({first:Int64} + day * {stride:UInt32} * 86400000), 3, 'UTC')
          + INTERVAL 12 HOUR AS at, at - INTERVAL 1 HOUR, agents[host], 'e1', 0, day * {rows:UInt32} + n + 1, 1,
        agents[host], concat('event ', toString(day))
      FROM (SELECT {agents:Array(String)} AS agents, arrayJoin(range({days:UInt32})) AS day,
          arrayJoin(range(1, length(agents) + 1)) AS host, arrayJoin(range({rows:UInt32})) AS n)
      ORDER BY day SETTINGS max_partitions_per_insert_block = 0`,
    {
      first: dayStartMs(FIRST_DAY),
      days: DAYS / STRIDE,
      stride: STRIDE,
      rows: ROWS_PER_DAY,
      agents: HOSTS.map((host) => agentIds.get(host) ?? ''),
    },
  );
  const names = new Map([...agentIds].map(([name, id]) => [id, name]));
  return {
    registry,
    clock,
    running,
    store,
    connection,
    agentIds,
    systemIds,
    service: (change = {}) =>
      new RetentionService({
        registry,
        store: store.retention,
        projectedBatch: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
        disk: () => Promise.resolve({ freeBytes: 5e9, totalBytes: 10e9 }),
        coldAfterDays: 30,
        reserveOf: () => 0,
        leads: () => true,
        hour: 2,
        runMsMax: 600_000,
        clock: () => performance.now(),
        onRun: () => undefined,
        onMoved: () => undefined,
        onProblem: (error) => {
          throw error;
        },
        onClockHeldBack: () => undefined,
        ...change,
      }),
    stored: async () => {
      const rows = await connection.rows(
        {
          query: `SELECT agent_id, toYYYYMMDD(received) AS day, count() AS rows FROM events
            GROUP BY agent_id, day ORDER BY agent_id, day`,
          params: {},
        },
        (row) => row as { agent_id: string; day: number; rows: string },
      );
      return new Map(rows.map((row) => [`${names.get(row.agent_id)} ${row.day}`, Number(row.rows)]));
    },
    close: async () => {
      await store.close();
      await connection.close();
      await registry.close();
      await running.close();
    },
  };
}
