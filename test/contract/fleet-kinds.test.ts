/**
 * From a host to a finding: the agent's own readers look at a host that stands in a folder, what they tell goes the way of
 * all records into the store, and the kinds of evidence judge it. Facts that one side names otherwise than the other show here.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowsCollectors } from '../../agent/sources/inventory/collect/windows/windows-collectors.ts';
import { collectorsOf } from '../../agent/sources/inventory/collectors.ts';
import type { Collector } from '../../agent/sources/inventory/inventory-item.ts';
import { CategoryTeller } from '../../agent/sources/inventory/category-teller.ts';
import type { AssessedHost } from '../../collector/compliance/evidence/evidence-kind.ts';
import { EVIDENCE_KINDS } from '../../collector/compliance/evidence/all-kinds.ts';
import type { Parameters } from '../../collector/compliance/evidence/evidence-kind.ts';
import type { AssessmentList } from '../../collector/compliance/evidence/assessment-lists.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { InventoryRecord } from '../../collector/protocol/record.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { hostFolder, type HostFolder } from '../unit/agent/host/host-folder.ts';
import { aHost, aSystem, AT_MS, DAY_MS, HOUR_MS, MOMENT } from '../unit/compliance/a-system.ts';
import { shortFindings, someSources } from '../unit/compliance/kinds/judge-kind.ts';
import { aList } from '../unit/compliance/kinds/a-fleet.ts';
import { neglectedServer, officePc } from '../support/agent/windows-hosts.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

let running: TestEngine;
let store: ClickHouseStore;
let batch = 0;

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
  for (const [id, host] of [
    ['good', goodHost()],
    ['bad', badHost()],
  ] as const) {
    await tellAll(id, await collectorsOf(host, 'linux', () => TOLD_MS));
    host.remove();
  }
  await tellAll(
    'pc',
    windowsCollectors(officePc(TOLD_MS).host, () => TOLD_MS, []),
  );
  await tellAll(
    'server',
    windowsCollectors(neglectedServer(TOLD_MS).host, () => TOLD_MS, []),
  );
});
afterAll(async () => {
  await store.close();
  await running.close();
});

const TOLD_MS = AT_MS - HOUR_MS;
const days = (ago: number): number => Math.floor((AT_MS - ago * DAY_MS) / DAY_MS);
const unit = (exec: string): string =>
  `[Service]\nExecStart=${exec}\n[Install]\nWantedBy=multi-user.target\n`;
const sockets = (...rows: readonly (readonly [local: string, inode: number])[]): string =>
  ['head', ...rows.map(([local, inode]) => `0: ${local} 00000000:0000 0A 0:0 0:0 0 0 0 ${inode}`)].join('\n');

function runs(host: HostFolder, name: string): void {
  host.put(`/usr/lib/systemd/system/${name}`, unit(`/usr/sbin/${name}`));
  host.put(`/sys/fs/cgroup/system.slice/${name}/cgroup.events`, 'populated 1\nfrozen 0\n');
}

function common(programs: Readonly<Record<string, string>>): HostFolder {
  const host = hostFolder(programs);
  host.put('/proc/sys/net/ipv4/ip_local_port_range', '32768\t60999\n');
  host.put('/proc/net/tcp6', 'head');
  host.put('/proc/net/udp', 'head');
  host.put('/proc/net/udp6', 'head');
  host.put('/etc/group', 'root:x:0:\nsudo:x:27:an\n');
  host.put('/run/systemd/system/.keep', '');
  host.put('/sys/fs/cgroup/cgroup.controllers', '');
  return host;
}

const INST = 'Inst openssl [3.0.1] (3.0.2 Debian-Security:12/stable-security [amd64])\n';

function goodHost(): HostFolder {
  const host = common({
    'apt-get': '',
    nft: 'table inet f {\n\tchain i {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n',
  });
  host.put('/etc/os-release', 'ID=ubuntu\nVERSION_ID="24.04"\nNAME="Ubuntu"\n');
  host.put(
    '/etc/passwd',
    'root:x:0:0::/root:/bin/bash\nan:x:1000:1000::/home/an:/bin/bash\nguest:x:1001:1001::/:/usr/sbin/nologin\n',
  );
  host.put('/etc/shadow', `root:!:${days(900)}::::::\nan:$y$secret:${days(20)}::::::\nguest:!:1::::::\n`);
  host.put('/proc/net/tcp', sockets(['00000000:0016', 11], ['0100007F:0017', 12]));
  host.put('/etc/resolv.conf', 'nameserver 10.0.0.53\n');
  host.put('/usr/sbin/clamd', '');
  runs(host, 'clamav-daemon.service');
  runs(host, 'sssd.service');
  runs(host, 'zabbix-agent2.service');
  host.put('/var/lib/clamav/daily.cvd', `ClamAV-VDB:25 Nov 2026 08-10 +0000:27482:`);
  host.put(
    '/var/lib/dpkg/status',
    'Package: libc6\nStatus: install ok installed\nVersion: 2.39\nArchitecture: amd64\n',
  );
  host.put('/etc/apt/sources.list', 'deb http://kho.tinh.gov.vn/ubuntu noble main\n');
  host.put('/proc/net/arp', 'head\n10.0.0.1 0x1 0x2 52:54:00:00:00:01 * eth0\n');
  host.put('/sys/class/dmi/id/product_serial', 'S1\n');
  return host;
}

function badHost(): HostFolder {
  const host = common({ 'apt-get': INST, nft: '' });
  host.put('/etc/os-release', 'ID=centos\nVERSION_ID="7"\nNAME="CentOS Linux"\n');
  host.put(
    '/etc/passwd',
    'root:x:0:0::/root:/bin/bash\nan:x:1000:27::/home/an:/bin/bash\nguest:x:1001:1001::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\n',
  );
  host.put(
    '/etc/shadow',
    `root:!:1::::::\nan:$y$secret:${days(200)}::::::\nguest:$y$x:1::::::\ntoor:$y$x:1::::::\n`,
  );
  host.put('/proc/net/tcp', sockets(['00000000:0017', 11]));
  host.put('/etc/resolv.conf', 'nameserver 8.8.8.8\n');
  host.put('/usr/sbin/clamd', '');
  host.put('/usr/lib/systemd/system/clamav-daemon.service', unit('/usr/sbin/clamd'));
  host.put('/sys/fs/cgroup/system.slice/clamav-daemon.service/cgroup.events', 'populated 0\n');
  host.put(
    '/var/lib/dpkg/status',
    'Package: telnetd\nStatus: install ok installed\nVersion: 0.17\nArchitecture: amd64\n',
  );
  host.put('/etc/apt/sources.list', 'deb http://deb.debian.org/debian x main\n');
  host.put('/proc/net/arp', 'head\n10.0.0.9 0x1 0x2 52:54:00:00:00:99 * eth0\n');
  return host;
}

async function tellAll(agentId: string, collectors: readonly Collector[]): Promise<void> {
  const records: InventoryRecord[] = [];
  const signal = new AbortController().signal;
  const at = TOLD_MS;
  const told = {
    itemsMax: 5_000,
    fullEveryMs: 7 * DAY_MS,
    random: () => 0,
    newName: () => 'one',
    monotonicMs: () => 0,
  };
  for (const collector of collectors) {
    const context = {
      positions: new MemoryPositions(),
      now: () => at,
      signal,
      report: () => undefined,
      epoch: () => 'e',
    };
    const teller = new CategoryTeller(collector, told, context);
    for await (const item of teller.look({ signal, turn: () => Promise.resolve() }))
      for (const record of item.records) if (record.kind === 'inventory') records.push(record);
  }
  const rows = records.map((record, index): EventRow => {
    const event = normalize(record, { hostname: agentId, timeZone: 'UTC', receivedMs: at });
    const name = { agentId, epoch: 'e', lane: 1, seq: index + 1 };
    return {
      ...name,
      hostname: agentId,
      agencyId: 1,
      channel: 'inventory',
      origin: '',
      hits: [],
      event,
      readHour: Math.floor(at / HOUR_MS),
    };
  });
  batch += 1;
  await store.insert({ batch, receivedMs: at, rows });
}

const LISTS: readonly AssessmentList[] = [
  aList('resolvers', ['10.0.0.0/8']),
  aList('software', ['libc6']),
  aList('patch-servers', ['kho.tinh.gov.vn']),
  aList('devices', ['52:54:00:00:00:01']),
];

const ASKED: readonly (readonly [kind: string, params: Parameters, good: string, bad: string])[] = [
  ['accounts', { check: 'listed' }, 'met listed', 'not-met invalid'],
  ['accounts', { check: 'password-age' }, 'met passwords-fresh', 'not-met passwords-old'],
  ['accounts', { check: 'defaults' }, 'met no-defaults', 'not-met defaults'],
  ['accounts', { check: 'admins', most: 1 }, 'met few-admins', 'not-met many-admins'],
  ['accounts', { check: 'idle' }, 'not-assessed not-known', 'not-assessed not-known'],
  ['accounts-central', {}, 'met joined', 'not-met not-joined'],
  ['antivirus', {}, 'met running', 'not-met stopped'],
  ['antivirus', { check: 'up-to-date' }, 'met fresh', 'not-met stopped'],
  ['end-of-life', {}, 'met supported', 'not-met ended'],
  ['firewall', { denyByDefault: true }, 'met active', 'not-met inactive'],
  ['listening', {}, 'met closed', 'not-met open'],
  ['neighbours', {}, 'met known', 'not-met strange'],
  ['patch-source', {}, 'met own-server', 'not-met elsewhere'],
  ['patched', {}, 'not-assessed not-known', 'not-met overdue'],
  ['performance', {}, 'met monitored', 'not-assessed not-seen'],
  ['resolvers', {}, 'met trusted', 'not-met not-trusted'],
  ['software-allowed', {}, 'met allowed', 'not-met not-allowed'],
  ['inventory-fresh', { categories: ['os', 'package'] }, 'met told', 'met told'],
  ['backup-run', {}, 'not-met none', 'not-met none'],
];

const ASKED_OF_WINDOWS: typeof ASKED = [
  ['accounts', { check: 'listed' }, 'met listed', 'not-met invalid'],
  ['accounts', { check: 'password-age' }, 'met passwords-fresh', 'not-met passwords-old'],
  ['accounts', { check: 'admins', most: 1 }, 'met few-admins', 'not-met many-admins'],
  ['accounts', { check: 'idle' }, 'met none-idle', 'not-met idle'],
  ['accounts-central', {}, 'met joined', 'not-met not-joined'],
  ['antivirus', {}, 'met running', 'not-met stopped'],
  ['antivirus', { check: 'up-to-date' }, 'met fresh', 'not-met stopped'],
  ['backup-run', {}, 'not-assessed run-unknown', 'not-met old'],
  ['encryption', {}, 'met encrypted', 'not-met plain'],
  ['firewall', {}, 'met active', 'not-met profile-off'],
  ['listening', {}, 'met closed', 'not-met open'],
  ['neighbours', {}, 'met known', 'not-met strange'],
  ['patch-source', {}, 'met own-server', 'not-met elsewhere'],
  ['patched', {}, 'met patched', 'not-assessed not-known'],
  ['resolvers', {}, 'met trusted', 'not-met not-trusted'],
];

test('kinds of evidence understand what agents tell', async () => {
  const hosts = ['good', 'bad', 'gone'].map((id) => aHost(id));
  expect(await judgeAll(ASKED, hosts)).toEqual(wantedOf(ASKED, hosts));
});

test('and what they tell of Windows', async () => {
  const hosts = [
    aHost('pc', { platform: 'win32', osName: 'Windows 11 Pro' }),
    aHost('server', { platform: 'win32', osName: 'Windows Server 2012 R2' }),
    aHost('gone', { platform: 'win32' }),
  ];
  expect(await judgeAll(ASKED_OF_WINDOWS, hosts)).toEqual(wantedOf(ASKED_OF_WINDOWS, hosts));
});

async function judgeAll(asked: typeof ASKED, hosts: readonly AssessedHost[]): Promise<string[]> {
  const system = aSystem(hosts);
  const lists = {
    at: (kinds: readonly string[]) => Promise.resolve(LISTS.filter((list) => kinds.includes(list.kind))),
  };
  const scope = { ...MOMENT, hosts: system.hosts, systems: [system] };
  const found: string[] = [];
  for (const [name, rows] of Map.groupBy(asked, ([kind]) => kind)) {
    const kind = EVIDENCE_KINDS.get(name);
    if (kind === undefined) throw new Error(`no kind ${name}`);
    const params = rows.map(([, one]) => one);
    const judge = await kind.gather(someSources({ fleet: store.fleet, lists }), scope, params);
    for (const [at, one] of params.entries()) {
      const told = `${name} ${JSON.stringify(one)}`;
      found.push(...shortFindings(judge.judge(at, system)).map((finding) => `${told} ${finding}`));
    }
  }
  return found;
}

function wantedOf(asked: typeof ASKED, [first, second]: readonly AssessedHost[]): string[] {
  return asked.flatMap(([name, params, good, bad]) =>
    [`${first?.id} ${good}`, `${second?.id} ${bad}`, 'gone not-assessed no-facts'].map(
      (one) => `${name} ${JSON.stringify(params)} ${one}`,
    ),
  );
}
