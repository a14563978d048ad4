/** What an assessment asks of the store over all hosts, from records as agents send them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { PostureRecord } from '../../collector/protocol/posture-record.ts';
import type { SourceRecord } from '../../collector/protocol/record.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { execLines } from '../support/audit-records.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY_1 = Date.UTC(2026, 10, 1);

let running: TestEngine;
let store: ClickHouseStore;
let batch = 0;
let seq = 0;

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
  await tell('web', check('one', 'pass'), check('two', 'fail', { observed: 'á'.repeat(400) }));
  await tell('db', check('one', 'not-assessed', { reasonCode: 'unreadable' }), check('other', 'pass'));
  await tell(
    'web',
    { kind: 'log', at: DAY_1, channel: 'sshd', origin: 'f', text: login('lan', '10.0.0.9') },
    {
      kind: 'log',
      at: DAY_1 + 1,
      channel: 'sshd',
      origin: 'f',
      text: 'Nov  1 00:00:00 web sshd[9]: Server listening on 0.0.0.0 port 22.',
    },
    {
      kind: 'log',
      at: DAY_1 + 2,
      channel: 'dpkg',
      origin: 'f',
      text: '2026-11-01 00:00:00 install curl:amd64 <none> 8.1',
    },
  );
});

afterAll(async () => {
  await store.close();
  await running.close();
});

const login = (user: string, from: string): string =>
  `Nov  1 00:00:00 web sshd[9]: Accepted publickey for ${user} from ${from} port 1024 ssh2: ED25519 SHA256:x`;

function check(
  name: string,
  result: PostureRecord['result'],
  facts: Partial<PostureRecord> = {},
): PostureRecord {
  const controls = name === 'two' ? ['CF-02', 'NW-05'] : ['CF-01'];
  return {
    kind: 'posture',
    at: DAY_1,
    change: 'present',
    policy: 'p',
    policyVersion: '1',
    check: name,
    title: `Điểm ${name}`,
    severity: 'high',
    controls,
    result,
    ...facts,
  };
}

async function tell(agentId: string, ...records: SourceRecord[]): Promise<void> {
  const rows = records.map((record): EventRow => {
    seq += 1;
    const event = normalize(record, { hostname: agentId, timeZone: 'UTC', receivedMs: record.at + 1_000 });
    const channel = record.kind === 'log' ? `log/${record.channel}` : record.kind;
    const name = { agentId, epoch: 'e', lane: 1, seq, hostname: agentId, agencyId: 1 };
    return { ...name, channel, origin: '', hits: [], event, readHour: Math.floor(record.at / HOUR_MS) };
  });
  batch += 1;
  await store.insert({ batch, receivedMs: DAY_1 + batch, rows });
}

const MOMENT = { atMs: DAY_1 + DAY_MS, fromMs: DAY_1 };

describe('checks', () => {
  it('are named with their controls', async () => {
    expect(await store.assess.checks(MOMENT)).toEqual([
      { policy: 'p', check: 'one', title: 'Điểm one', controls: ['CF-01'] },
      { policy: 'p', check: 'other', title: 'Điểm other', controls: ['CF-01'] },
      { policy: 'p', check: 'two', title: 'Điểm two', controls: ['CF-02', 'NW-05'] },
    ]);
  });

  it('stand as each host told them last, with what explains a result that is no pass', async () => {
    const checks = [
      { policy: 'p', check: 'two' },
      { policy: 'p', check: 'one' },
    ];
    const { byAgent } = await store.assess.checkWords({ ...MOMENT, checks });
    const common = { timeMs: DAY_1, exceptedUntilMs: 0 };
    const byIndex = (agentId: string) =>
      (byAgent.get(agentId) ?? []).toSorted((one, other) => one.index - other.index);
    expect(byIndex('web')).toEqual([
      { ...common, index: 0, result: 'fail', reasonCode: '', observed: 'á'.repeat(200) },
      { ...common, index: 1, result: 'pass', reasonCode: '', observed: '' },
    ]);
    expect(byIndex('db')).toEqual([
      { ...common, index: 1, result: 'not-assessed', reasonCode: 'unreadable', observed: '' },
    ]);
  });

  it('are read on from a batch, and what lies after the moment is read when its time has come', async () => {
    const checks = [{ policy: 'p', check: 'one' }];
    const first = await store.assess.checkWords({ ...MOMENT, checks });
    await tell('web', check('one', 'fail', { at: DAY_1 + 3 * DAY_MS, change: 'changed' }));
    await tell('db', check('one', 'fail', { at: DAY_1 + HOUR_MS, change: 'removed' }));
    const second = await store.assess.checkWords({ ...MOMENT, checks, afterBatch: first.batch });
    expect([...second.byAgent].map(([agentId, words]) => [agentId, words[0]?.result])).toEqual([
      ['db', 'removed'],
    ]);
    const later = { atMs: DAY_1 + 4 * DAY_MS, fromMs: DAY_1 };
    const third = await store.assess.checkWords({ ...later, checks, afterBatch: second.batch });
    expect([...third.byAgent.keys()].toSorted()).toEqual(['db', 'web']);
    const fourth = await store.assess.checkWords({ ...later, checks, afterBatch: third.batch });
    expect(fourth).toEqual({ byAgent: new Map(), batch: third.batch });
  });
});

describe('hosts that told something since', () => {
  it('are those with later batches, or with times of their own that have come', async () => {
    const asked = { channel: 'posture', afterMs: DAY_1 + 2 * DAY_MS, agentsMax: 5, fromMs: DAY_1 } as const;
    const all = await store.assess.toldSince({ ...asked, afterBatch: 0, atMs: DAY_1 + DAY_MS });
    expect([...(all.agentIds ?? [])].toSorted()).toEqual(['db', 'web']);
    const told = async (atMs: number) =>
      (await store.assess.toldSince({ ...asked, afterBatch: all.batch, atMs })).agentIds;
    expect(await told(DAY_1 + 2 * DAY_MS)).toEqual([]);
    expect(await told(DAY_1 + 4 * DAY_MS)).toEqual(['web']);
    const few = { ...asked, agentsMax: 1, afterBatch: 0, atMs: DAY_1 + DAY_MS };
    expect((await store.assess.toldSince(few)).agentIds).toBeUndefined();
  });
});

describe('processes', () => {
  it('have what is asked of their log, as auditd and the agent tell of them; what lacks something shows', async () => {
    const at = DAY_1 + 5 * DAY_MS;
    const time = `${at / 1_000}.000`;
    const text = execLines(['id', '-u'], { time, exe: '/usr/bin/id', pid: 7, ppid: 3, uid: 0 }).join('\n');
    const seen = { ProcessId: '8', Image: '/usr/bin/id', CommandLine: 'id -u', User: 'lan' };
    const started = { kind: 'activity', at, category: 'process', action: 'start', sensor: 'proc' } as const;
    await tell('audited', { kind: 'log', at, channel: 'linux-audit', origin: 'f', text });
    await tell('seen', { ...started, detail: { ...seen, ParentProcessId: '3', ParentImage: '/bin/sh' } });
    await tell('orphaned', { ...started, detail: seen });
    const fields = ['process-name', 'process-id', 'process-parent', 'process-command', 'account'] as const;
    const moment = { fromMs: at - 1, atMs: at + HOUR_MS };
    const found = await store.assess.logFields({ ...moment, kinds: ['process'], fields, sample: 10 });
    expect(found.map(({ agentId, having }) => [agentId, having])).toEqual([
      ['audited', [1, 1, 1, 1, 1]],
      ['orphaned', [1, 1, 0, 1, 1]],
      ['seen', [1, 1, 1, 1, 1]],
    ]);
  });
});

describe('logs', () => {
  it('count by kind and host', async () => {
    const counts = await store.assess.logCounts({
      ...MOMENT,
      kinds: ['system-access', 'software-access', 'process'],
    });
    expect(counts.map(({ agentId, kind, count }) => [agentId, kind, count])).toEqual([
      ['web', 'software-access', 2],
      ['web', 'system-access', 1],
    ]);
  });

  it('tell how many records have a field, the newest of each host', async () => {
    const fields = ['account', 'source', 'mac', 'host'] as const;
    expect(
      await store.assess.logFields({ ...MOMENT, kinds: ['system-access'], fields, sample: 100 }),
    ).toEqual([{ agentId: 'web', total: 1, having: [1, 1, 0, 1], lastMs: DAY_1 }]);
  });
});
