/** Scheduled hunts on the real engine: events come, late ones too, and over all runs each is counted once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { huntDesk } from '../../collector/services/hunts/hunt-desk.ts';
import { HuntScheduleService } from '../../collector/services/hunts/hunt-schedule-service.ts';
import { rootAgencyId } from '../../collector/registry/agencies.ts';
import { listRuns } from '../../collector/registry/hunt-schedules/hunt-runs.ts';
import { scheduleHunt } from '../../collector/registry/hunt-schedules/hunt-schedules.ts';
import { saveHunt } from '../../collector/registry/hunts.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { memoryRegistry, START_MS } from '../unit/registry/registry-fixture.ts';
import { startTestEngine } from './store-engine.ts';

const MINUTE = 60_000;
const TURNS = 5;
const ALL = { kind: 'all' } as const;

let running: Awaited<ReturnType<typeof startTestEngine>>;
let store: ClickHouseStore;
let batch = 0;

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
});
afterAll(async () => {
  await store.close();
  await running.close();
});

function rowOf(seq: number, timeMs: number, agencyId: number): EventRow {
  return {
    agentId: `agent-${seq % 3}`,
    epoch: 'e',
    lane: 0,
    seq,
    hostname: `pc-${seq % 3}`,
    agencyId,
    channel: 'log/sshd',
    origin: '',
    readHour: Math.trunc(timeMs / 3_600_000),
    hits: [],
    event: {
      timeMs,
      logsources: [{ product: 'linux', service: 'sshd' }],
      columns: {},
      fields: ShapedEvent.from({ 'event.action': seq % 2 === 0 ? 'ssh_login_failed' : 'ssh_login' }),
      message: `message ${seq}`,
      parsed: true,
    },
  };
}

it('counts each event once, whenever it comes within the overlap', async () => {
  const { registry, clock } = await memoryRegistry();
  const agencyId = await rootAgencyId(registry.db);
  const content = { description: '', spanMs: 3_600_000, agencyId };
  const asked = { kind: 'query', text: 'event.action: ssh_login_failed' } as const;
  const hunt = await saveHunt(registry, { ...content, ...asked, name: 'SSH' }, 'test');
  const faults: unknown[] = [];
  const service = new HuntScheduleService({
    registry,
    hunts: huntDesk({ registry, store, engine: () => expect.unreachable('no rule is asked') }),
    leads: () => true,
    onAlerts: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const wanted = { every: { everyMs: 15 * MINUTE }, overlapMs: 60 * MINUTE, threshold: 1, isEnabled: true };
  await scheduleHunt(registry, { huntId: hunt.id, wanted }, 'cli:root', ALL);
  let seq = 0;
  /** Ten events a turn, half of them meant, each up to 45 minutes late; one lies at the very end of a span. */
  for (let turn = 0; turn < TURNS; turn += 1) {
    const rows = Array.from({ length: 10 }, (_, at) => {
      seq += 1;
      const lateMs = at === 1 ? 0 : ((seq * 7) % 46) * MINUTE;
      return rowOf(seq, Math.max(START_MS, clock.ms - lateMs), agencyId);
    });
    batch += 1;
    await store.insert({ batch, receivedMs: clock.ms, rows });
    await service.look();
    clock.ms += 15 * MINUTE;
  }
  await service.look();
  const runs = await listRuns(registry.db, hunt.id, ALL);
  const counted = runs.reduce((sum, { events }) => sum + events, 0);
  expect(runs.map(({ fault }) => fault)).toEqual(Array<null>(TURNS).fill(null));
  const all = await store.search({ fromMs: 0, toMs: clock.ms + 1, limit: 1_000 });
  expect(all).toHaveLength(TURNS * 10);
  expect(counted).toBe(all.filter(({ fields }) => fields['event.action'] === 'ssh_login_failed').length);
  expect(runs.map(({ outcome }) => outcome)).toEqual(Array<string>(TURNS).fill('done'));
  expect(runs.every(({ events }) => events > 0)).toBe(true);
  const { detections } = await registry.db.selectFrom('alert').select('detections').executeTakeFirstOrThrow();
  expect(detections).toBe(TURNS);
  expect(faults).toEqual([]);
  await service.stop();
  await registry.close();
});
