/** What hosts had and what happened on them, asked over all hosts, from records as agents send them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { SourceRecord } from '../../collector/protocol/record.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { connect, gone, item, log, login, stands, windows } from './fleet-records.ts';
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
  await tellInventory();
  await tellEvents();
});

afterAll(async () => {
  await store.close();
  await running.close();
});

/** Records of one agent that come together. */
async function tell(agentId: string, ...records: SourceRecord[]): Promise<void> {
  const rows = records.map((record): EventRow => {
    seq += 1;
    const receivedMs = record.at + 1_000;
    const event = normalize(record, { hostname: agentId, timeZone: 'UTC', receivedMs });
    const channel = record.kind === 'log' ? `log/${record.channel}` : record.kind;
    const name = { agentId, epoch: 'e', lane: 1, seq };
    return {
      ...name,
      hostname: agentId,
      agencyId: 1,
      channel,
      origin: '',
      hits: [],
      event,
      readHour: Math.floor(record.at / HOUR_MS),
    };
  });
  batch += 1;
  await store.insert({ batch, receivedMs: (records[0]?.at ?? 0) + 1_000, rows });
}

async function tellInventory(): Promise<void> {
  await tell(
    'web',
    item(DAY_1, 'user', 'an', { admin: true, login: true, password: 'set' }),
    item(DAY_1, 'user', 'binh', { admin: false, login: true, password: null }),
    item(DAY_1, 'user', 'old', { admin: false, login: true, password: 'locked' }),
    stands(DAY_1, 'user'),
  );
  await tell(
    'db',
    item(DAY_1, 'user', 'an', { admin: true, login: false, password: 'set' }),
    stands(DAY_1, 'user', { state: 'partial', unread: '/etc/shadow: EACCES' }),
  );
  await tell('web', gone(DAY_1 + DAY_MS, 'user', 'binh'));
  await tell(
    'web',
    item(DAY_1 + 2 * DAY_MS, 'user', 'an', { admin: false, login: true, password: 'set' }, 'one', 'changed'),
  );
  // A later full picture without `old`, whose removal never came.
  await tell(
    'web',
    item(DAY_1 + 7 * DAY_MS, 'user', 'an', { admin: false, login: true, password: 'set' }, 'two'),
    stands(DAY_1 + 7 * DAY_MS, 'user', { items: 1 }, 'two'),
  );
}

const EVENTS = DAY_1 + 4 * DAY_MS;

async function tellEvents(): Promise<void> {
  await tell(
    'web',
    login(EVENTS, 'an', '10.0.0.5'),
    login(EVENTS + 60_000, 'an', '10.0.0.6'),
    login(EVENTS + 120_000, 'an', '203.113.1.9'),
    login(EVENTS + 2 * HOUR_MS, 'binh', '10.0.0.5'),
  );
  await tell(
    'web',
    connect(EVENTS, '10.1.2.3'),
    connect(EVENTS, '8.8.8.8'),
    connect(EVENTS + 1, '2001:db8::1'),
    connect(EVENTS + 2, '8.8.8.8'),
  );
  await tell('db', connect(EVENTS, '10.9.9.9'), login(EVENTS + 2 * HOUR_MS + 60_000, 'binh', '10.0.0.7'));
  await tell(
    'db',
    log(EVENTS, 'dpkg', '2026-11-05 00:00:00 install telnetd:amd64 <none> 1.0'),
    log(
      EVENTS + 1_000,
      'linux-syslog',
      'Nov  5 00:00:01 db dhcpd[7]: DHCPACK on 10.0.0.9 to aa:bb:cc:dd:ee:ff (pc) via eth0',
    ),
  );
  const scan = (at: number, paths: number): SourceRecord => ({
    kind: 'agent',
    at,
    action: 'scan-completed',
    subject: 'integrity',
    detail: {
      trigger: 'scheduled',
      paths,
      durationMs: 5,
      baselineRows: paths + 1,
      baselineDigest: `d${paths}`,
    },
  });
  await tell('web', scan(EVENTS, 100), scan(EVENTS + HOUR_MS, 120));
  const load = (at: number, detail: Record<string, number | null>): SourceRecord => ({
    kind: 'agent',
    at,
    action: 'scan-completed',
    subject: 'load',
    detail,
  });
  const sizes = { memoryTotalMb: 2_000, memoryUsedMb: 500, diskTotalMb: 10_000, diskUsedMb: 4_000 };
  await tell(
    'web',
    load(EVENTS, { cpuPercent: 99, ...sizes }),
    load(EVENTS + HOUR_MS, { cpuPercent: 12.5, cpuPercentMax: 80, overMs: 3_600_000, ...sizes }),
  );
  await tell('db', load(EVENTS, { cpuPercent: null, ...sizes }));
  await tell(
    'pc',
    windows(EVENTS, 'Microsoft-Windows-Security-Auditing', 'Security', 4624, {
      TargetUserName: 'lan',
      LogonType: '10',
      IpAddress: '203.113.5.5',
    }),
    windows(EVENTS, 'Microsoft-Windows-Security-Auditing', 'Security', 4624, {
      TargetUserName: 'lan',
      LogonType: '3',
      IpAddress: '10.0.0.7',
    }),
    windows(EVENTS, 'MsiInstaller', 'Application', 11_707, { Data: 'Product: X -- Installation completed' }),
    windows(EVENTS, 'Other', 'Application', 11_707, {}),
    windows(EVENTS, 'Veeam Agent', 'Veeam Agent', 190, {}, 4),
    windows(EVENTS, 'Veeam Agent', 'Veeam Agent', 190, {}, 2),
    windows(EVENTS, 'Microsoft-Windows-Backup', 'Microsoft-Windows-Backup', 4, {}),
  );
  await tell('db', { kind: 'integrity', at: EVENTS, change: 'baseline-tampered', path: '/var/lib/x' });
}

const at = (day: number) => ({ atMs: DAY_1 + day * DAY_MS + 1, fromMs: DAY_1 - DAY_MS });
const users = async (day: number, more: object = {}): Promise<string[]> => {
  const { items } = await store.fleet.items({
    ...at(day),
    category: 'user',
    facts: ['admin', 'login', 'password'],
    limit: 100,
    ...more,
  });
  return items.map(({ agentId, key, facts }) => `${agentId} ${key} ${facts['admin']} ${facts['password']}`);
};

test('items of all hosts are as they were told last by then; a later full picture takes back what it lacks', async () => {
  expect(await users(0)).toEqual([
    'db an true set',
    'web an true set',
    'web binh false ',
    'web old false locked',
  ]);
  expect(await users(1)).toEqual(['db an true set', 'web an true set', 'web old false locked']);
  expect(await users(2)).toEqual(['db an true set', 'web an false set', 'web old false locked']);
  expect(await users(7)).toEqual(['db an true set', 'web an false set']);
  expect(await users(-2)).toEqual([]);
});

test('they are asked by agent, by key and by fact, and an answer that is cut says from whom on', async () => {
  expect(await users(0, { agentIds: ['db'] })).toEqual(['db an true set']);
  expect(await users(0, { keys: ['old', 'none'] })).toEqual(['web old false locked']);
  expect(await users(0, { keys: [] })).toEqual([]);
  expect(await users(0, { where: [{ fact: 'admin', in: ['true'] }] })).toEqual([
    'db an true set',
    'web an true set',
  ]);
  expect(await users(0, { unless: { fact: 'password', in: ['set', ''] } })).toEqual(['web old false locked']);
  const sort = (login: string) => users(1, { sort: { fact: 'login', in: [login] } });
  expect(await sort('true')).toEqual(['web an true set', 'web old false locked']);
  expect(await sort('false')).toEqual(['db an true set']);
  const cut = await store.fleet.items({ ...at(0), category: 'user', facts: [], limit: 2 });
  expect(cut).toMatchObject({ items: [{ agentId: 'db' }, { agentId: 'web' }], cutFrom: 'web' });
  expect(await store.fleet.keys({ ...at(0), category: 'user', limit: 10 })).toEqual(
    expect.arrayContaining(['an', 'binh', 'old']),
  );
  await expect(store.fleet.items({ ...at(0), category: "x'", facts: [], limit: 1 })).rejects.toThrow(
    'no category',
  );
  await expect(store.fleet.items({ ...at(0), category: 'user', facts: ["a']"], limit: 1 })).rejects.toThrow(
    'not the name',
  );
});

test('a category stands as the agent said last', async () => {
  const stood = async (day: number) =>
    (await store.fleet.standing({ ...at(day), categories: ['user', 'package'] })).sort((left, right) =>
      left.agentId < right.agentId ? -1 : 1,
    );
  expect(await stood(7)).toEqual([
    {
      agentId: 'db',
      category: 'user',
      state: 'partial',
      toldMs: DAY_1,
      items: 2,
      truncated: 0,
      unread: '/etc/shadow: EACCES',
    },
    {
      agentId: 'web',
      category: 'user',
      state: 'complete',
      toldMs: DAY_1 + 7 * DAY_MS,
      items: 1,
      truncated: 0,
      unread: '',
    },
  ]);
  expect(await stood(-2)).toEqual([]);
});

test('what happened is counted by agent, whichever log told of it', async () => {
  const counts = await store.fleet.counts({
    ...at(7),
    events: [
      'logon',
      'software-change',
      'dhcp-lease',
      'connection',
      'integrity-tampered',
      'backup-done',
      'backup-failed',
    ],
  });
  expect(counts.map(({ agentId, event, count }) => `${agentId} ${event} ${count}`)).toEqual([
    'db connection 1',
    'db dhcp-lease 1',
    'db integrity-tampered 1',
    'db logon 1',
    'db software-change 1',
    'pc backup-done 2',
    'pc backup-failed 1',
    'pc logon 2',
    'pc software-change 1',
    'web connection 4',
    'web logon 4',
  ]);
  expect(await store.fleet.counts({ ...at(3), events: ['logon'] })).toEqual([]);
  expect(await store.fleet.counts({ ...at(7), events: [] })).toEqual([]);
});

test('sessions from afar are told by account and place, and use from several places at once', async () => {
  const logons = await store.fleet.logons({ ...at(7), limit: 10 });
  expect(logons.map(({ user, source, way, count }) => `${user} ${source} ${way} ${count}`)).toEqual([
    'binh 10.0.0.7 ssh 1',
    'lan 203.113.5.5 rdp 1',
    'an 10.0.0.5 ssh 1',
    'an 10.0.0.6 ssh 1',
    'an 203.113.1.9 ssh 1',
    'binh 10.0.0.5 ssh 1',
  ]);
  const web = (source: string) => ({ agentId: 'web', source });
  const places = [web('10.0.0.5'), web('10.0.0.6'), web('203.113.1.9')];
  expect(await store.fleet.sharedUse({ ...at(7), sourcesMin: 3, limit: 10 })).toEqual({
    uses: [{ user: 'an', places, atMs: EVENTS + 120_000 }],
    isCut: false,
  });
  const none = { uses: [], isCut: false };
  expect(await store.fleet.sharedUse({ ...at(7), sourcesMin: 4, limit: 10 })).toEqual(none);
  // Over several hosts together.
  const { uses, isCut } = await store.fleet.sharedUse({ ...at(7), sourcesMin: 2, limit: 10 });
  expect(
    uses.map((use) => [use.user, use.places.map(({ agentId, source }) => `${agentId} ${source}`)]),
  ).toEqual([
    ['binh', ['db 10.0.0.7', 'web 10.0.0.5']],
    ['an', ['web 10.0.0.5', 'web 10.0.0.6', 'web 203.113.1.9']],
  ]);
  expect(isCut).toBe(false);
  expect((await store.fleet.sharedUse({ ...at(7), sourcesMin: 2, limit: 1 })).isCut).toBe(true);
  expect(await store.fleet.lastLogons({ ...at(7), limit: 10 })).toEqual([
    { agentId: 'db', user: 'binh', lastMs: EVENTS + 2 * HOUR_MS + 60_000 },
    { agentId: 'pc', user: 'lan', lastMs: EVENTS },
    { agentId: 'web', user: 'an', lastMs: EVENTS + 120_000 },
    { agentId: 'web', user: 'binh', lastMs: EVENTS + 2 * HOUR_MS },
  ]);
});

test('connections to the outside are those beyond the ranges', async () => {
  expect(await store.fleet.outbound({ ...at(7), allowed: ['10.0.0.0/8'], limit: 10 })).toEqual([
    { agentId: 'web', addresses: 2, some: ['2001:db8::1', '8.8.8.8'], lastMs: EVENTS + 2 },
  ]);
  expect(
    await store.fleet.outbound({
      ...at(7),
      allowed: ['10.0.0.0/8', '8.8.8.8/32', '2001:db8::/32'],
      limit: 10,
    }),
  ).toEqual([]);
});

test('the last full comparison of watched files', async () => {
  expect(await store.fleet.integrityScans(at(7))).toEqual([
    { agentId: 'web', paths: 120, baselineRows: 121, baselineDigest: 'd120', timeMs: EVENTS + HOUR_MS },
  ]);
});

test('how baselines stand is told by comparisons, by what was made and tampered with, and by changes', async () => {
  const scan = (at: number, digest: string, trigger = 'scheduled'): SourceRecord => ({
    kind: 'agent',
    at,
    action: 'scan-completed',
    subject: 'integrity',
    detail: { trigger, paths: 7, baselineDigest: digest },
  });
  const T = DAY_1 + 20 * DAY_MS;
  const of = (change: 'reconciled' | 'modified' | 'baseline-made' | 'decoy', at: number, reason = '') =>
    ({ kind: 'integrity', at, change, path: '/etc/x', detail: { reason } }) as const;
  await tell('fs', of('baseline-made', T), scan(T + 5, 'a1'));
  await tell('fs', of('modified', T + 10), scan(T + 20, 'a2', 'accepted'));
  await tell('fs', of('reconciled', T + 30, 'accepted by root'), of('decoy', T + 40));
  await tell('quiet', of('modified', T));
  const baselines = (atMs: number) => store.fleet.baselines({ atMs, fromMs: T, agentIds: ['fs', 'quiet'] });
  const begun = { agentId: 'fs', digest: 'a1', paths: 7, toldMs: T + 5, madeMs: T };
  const none = { tamperedMs: 0, acceptedMs: 0 };
  expect(await baselines(T + 6)).toEqual([{ ...begun, ...none, changedMs: T }]);
  expect(await baselines(T + 15)).toEqual([{ ...begun, ...none, changedMs: T + 10 }]);
  const later = { digest: 'a2', toldMs: T + 20, acceptedMs: T + 20, changedMs: T + 20 };
  expect(await baselines(T + 50)).toEqual([{ ...begun, ...none, ...later }]);
  const tampered = { ...at(7), agentIds: ['db'] };
  expect(await store.fleet.baselines(tampered)).toMatchObject([{ digest: '', tamperedMs: EVENTS }]);
});

test('how busy a host is is what it told last by then; a look at load is no comparison of files', async () => {
  const loads = async (day: number) =>
    (await store.fleet.loads(at(day))).sort((left, right) => (left.agentId < right.agentId ? -1 : 1));
  expect(await loads(7)).toMatchObject([
    { agentId: 'db', timeMs: EVENTS, cpuPercent: undefined, memoryUsedMb: 500 },
    {
      agentId: 'web',
      timeMs: EVENTS + HOUR_MS,
      cpuPercent: 12.5,
      cpuPercentMax: 80,
      overMs: HOUR_MS,
      diskUsedMb: 4_000,
    },
  ]);
  expect(await loads(3)).toEqual([]);
  const counts = await store.fleet.counts({ ...at(7), events: ['integrity-scan'] });
  expect(counts.map(({ agentId, count }) => `${agentId} ${count}`)).toEqual(['web 2']);
});
