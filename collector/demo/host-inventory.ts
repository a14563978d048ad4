/** What a made-up host has, in full pictures as agents tell them. Facts are named as the real collectors name them. */
import type { InventoryCategory } from '#protocol/record-names.ts';
import type { InventoryRecord } from '#protocol/record.ts';
import { hashPicture } from '#protocol/picture-hash.ts';
import type { MadeUp } from '../simulate/made-up.ts';
import type { DemoHost } from './demo-hosts.ts';

type Facts = Record<string, string | number | boolean | null>;
type Items = Readonly<Record<string, Facts>>;

const DAY_MS = 86_400_000;
const GIBIBYTE = 1_073_741_824;
const FULL_EVERY_MS = 7 * DAY_MS;

const SERVER_PACKAGES: readonly (readonly [name: string, version: string])[] = [
  ['bash', '5.2.15-2+b7'],
  ['chrony', '4.3-2+deb12u1'],
  ['clamav-daemon', '1.0.7+dfsg-1~deb12u1'],
  ['nginx', '1.22.1-9+deb12u3'],
  ['openssh-server', '1:9.2p1-2+deb12u7'],
  ['openssl', '3.0.17-1~deb12u2'],
  ['postgresql-15', '15.14-0+deb12u1'],
  ['rsyslog', '8.2302.0-1+deb12u1'],
  ['sudo', '1.9.13p3-1+deb12u2'],
  ['systemd', '252.39-1~deb12u1'],
];
/** What a host that nobody patches still has. */
const OLD_VERSIONS: Readonly<Record<string, string>> = {
  'openssh-server': '1:9.2p1-2+deb12u1',
  openssl: '3.0.9-1',
  nginx: '1.22.1-9',
};
const OFFICE_PROGRAMS: readonly (readonly [name: string, version: string])[] = [
  ['7-Zip 24.08 (x64)', '24.08'],
  ['Google Chrome', '142.0.7444.60'],
  ['Microsoft Office Standard 2021', '16.0.14332.20763'],
  ['Mozilla Firefox (x64 vi)', '145.0'],
  ['UniKey 4.6 RC2', '4.6.230608'],
  ['VGCA Sign Service', '1.0.5'],
];

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function users({ kind, weaknesses }: DemoHost, made: MadeUp): Items {
  const { nowMs } = made;
  const recent = day(nowMs - made.number(5) * DAY_MS);
  const changed = day(nowMs - (5 + made.number(40)) * DAY_MS);
  const idle = day(nowMs - (60 + made.number(200)) * DAY_MS);
  const person = (lastLogonAt: string, admin: boolean): Facts => ({
    admin,
    enabled: true,
    login: true,
    password: 'set',
    passwordChangedAt: changed,
    lastLogonAt,
  });
  return {
    ...(kind === 'server'
      ? {
          root: {
            admin: true,
            enabled: false,
            login: true,
            password: 'locked',
            uid: 0,
            lastLogonAt: 'never',
            shell: '/bin/bash',
          },
          'quan-tri': { ...person(recent, true), uid: 1000, shell: '/bin/bash' },
        }
      : {
          Administrator: { admin: true, enabled: false, uid: 'S-1-5-21-1-500', lastLogonAt: 'never' },
          Guest: { admin: false, enabled: false, uid: 'S-1-5-21-1-501', lastLogonAt: 'never' },
          [made.person()]: { ...person(recent, false), uid: 'S-1-5-21-1-1001' },
        }),
    ...(weaknesses.has('idle-account') ? { 'thuc-tap-sinh': { ...person(idle, false), uid: 1007 } } : {}),
  };
}

function listeners({ kind, weaknesses }: DemoHost): Items {
  const port = (address: string, number: number, process: string): [string, Facts] => [
    `tcp ${address}:${number}`,
    { protocol: 'tcp', address, port: number, process },
  ];
  return Object.fromEntries([
    ...(kind === 'server'
      ? [port('0.0.0.0', 22, 'sshd'), port('0.0.0.0', 443, 'nginx'), port('127.0.0.1', 5432, 'postgres')]
      : [port('0.0.0.0', 135, 'svchost.exe'), port('127.0.0.1', 49_670, 'lsass.exe')]),
    ...(weaknesses.has('telnet') ? [port('0.0.0.0', 23, kind === 'server' ? 'inetd' : 'tlntsvr.exe')] : []),
  ]);
}

function firewall({ kind, weaknesses }: DemoHost): Items {
  const active = !weaknesses.has('no-firewall');
  if (kind === 'server') return { nftables: { active, inputPolicy: active ? 'drop' : 'accept', rules: 14 } };
  return {
    domain: { active: true, inputPolicy: 'block', rules: 412 },
    private: { active: true, inputPolicy: 'block', rules: 412 },
    public: { active, inputPolicy: 'block', rules: 412 },
  };
}

function antivirus({ kind, weaknesses }: DemoHost, made: MadeUp): Items {
  if (weaknesses.has('no-antivirus')) return {};
  const signaturesAt = new Date(made.nowMs - made.number(20) * 3_600_000).toISOString();
  const facts = { running: true, realTime: true, managed: true, signaturesAt };
  return kind === 'server'
    ? { ClamAV: { ...facts, path: '/usr/sbin/clamd' } }
    : { 'Microsoft Defender Antivirus': facts };
}

function patchLevel({ weaknesses }: DemoHost, made: MadeUp): Items {
  const old = weaknesses.has('old-patches');
  const pending = old ? 18 + made.number(30) : made.number(3);
  return {
    kernel: { running: '6.1.0-40-amd64', installed: '6.1.0-40-amd64', rebootNeeded: old },
    restart: { programs: 0, names: '' },
    updates: {
      manager: 'apt',
      pending,
      security: old ? 7 + made.number(9) : 0,
      knownAt: day(made.nowMs - (old ? 75 : 0) * DAY_MS),
      lastInstalledAt: day(made.nowMs - (old ? 92 : 3 + made.number(14)) * DAY_MS),
    },
  };
}

function packages({ kind, weaknesses }: DemoHost): Items {
  const old = weaknesses.has('old-patches');
  const [list, manager] =
    kind === 'server' ? ([SERVER_PACKAGES, 'dpkg'] as const) : ([OFFICE_PROGRAMS, 'windows'] as const);
  return Object.fromEntries(
    list.map(([name, version]) => [
      name,
      {
        name,
        manager,
        version: (old ? OLD_VERSIONS[name] : undefined) ?? version,
        architecture: kind === 'server' ? 'amd64' : 'x64',
        state: 'installed',
      },
    ]),
  );
}

function system(host: DemoHost, made: MadeUp): Partial<Record<InventoryCategory, Items>> {
  const { kind, facts, address } = host;
  const isServer = kind === 'server';
  return {
    os: {
      os: {
        platform: facts.platform,
        id: isServer ? (facts.osName === 'Ubuntu' ? 'ubuntu' : 'debian') : 'windows',
        name: facts.osName,
        version: facts.osVersion,
        versionId: facts.osVersion,
        prettyName: `${facts.osName} ${facts.osVersion}`,
        hostname: facts.hostname,
        ...(isServer ? {} : { kernel: facts.osVersion.startsWith('10 ') ? '10.0.19045' : '10.0.26100' }),
        support: facts.osVersion.startsWith('10 ') ? 'ended' : 'supported',
        ...(facts.osVersion.startsWith('10 ') ? { supportEnds: '2025-10-14' } : {}),
        supportKnownAsOf: '2026-07-03',
      },
    },
    hardware: {
      system: {
        manufacturer: isServer ? 'Dell Inc.' : made.pick(['HP', 'Dell Inc.', 'Lenovo', 'FPT Elead']),
        model: isServer ? 'PowerEdge R650' : 'OptiPlex 7010',
        serial: made.hex(7).toUpperCase(),
        chassis: isServer ? 'Rack Mount Chassis' : 'Desktop',
      },
      cpu: { brand: 'Intel(R) Core(TM) i5-12500', threads: isServer ? 32 : 12, packages: isServer ? 2 : 1 },
      memory: { bytes: (isServer ? 64 : 8) * GIBIBYTE },
    },
    'network-interface': {
      eth0: {
        addresses: `${address}/24`,
        internal: false,
        mac: `02:00:${made.hex(8).replaceAll(/(..)(?=.)/g, '$1:')}`,
      },
    },
    mount: {
      [isServer ? '/' : 'C:']: {
        fsType: isServer ? 'ext4' : 'ntfs',
        encrypted: isServer || made.chance(0.6),
        network: false,
        totalBytes: 256 * GIBIBYTE,
        usedPercent: 20 + made.number(60),
      },
    },
  };
}

function surroundings(
  { kind, weaknesses }: DemoHost,
  made: MadeUp,
): Partial<Record<InventoryCategory, Items>> {
  const resolver = weaknesses.has('other-resolver') ? '8.8.8.8' : '10.99.0.2';
  const off = weaknesses.has('clock-off');
  return {
    'dns-server': { [resolver]: { address: resolver, order: 1 } },
    clock: {
      clock: {
        service: kind === 'server' ? 'chrony' : 'w32time',
        synchronised: !off,
        offsetMs: off ? 420_000 : made.number(20),
        source: off ? '' : '10.99.0.3',
        stratum: off ? null : 3,
      },
    },
    service: Object.fromEntries(
      (kind === 'server'
        ? ['ssh.service', 'nginx.service', 'auditd.service']
        : ['EventLog', 'WinDefend']
      ).map((name) => [name, { running: true, enabled: 'enabled' }]),
    ),
    'backup-job':
      kind === 'server'
        ? { 'borg /etc/borgmatic': { tool: 'borg', lastRunAt: day(made.nowMs - made.number(3) * DAY_MS) } }
        : {},
    'browser-extension': {},
    'usb-device': {},
  };
}

/** Full pictures of all categories, each followed by how it stands. */
export function inventoryRecords(host: DemoHost, made: MadeUp): InventoryRecord[] {
  const pictures: Partial<Record<InventoryCategory, Items>> = {
    ...system(host, made),
    ...surroundings(host, made),
    user: users(host, made),
    'ssh-key': {},
    package: packages(host),
    'listening-port': listeners(host),
    firewall: firewall(host),
    antivirus: antivirus(host, made),
    'patch-level': patchLevel(host, made),
  };
  return Object.entries(pictures).flatMap(([category, items]) =>
    pictureRecords(category as InventoryCategory, items, made),
  );
}

function pictureRecords(category: InventoryCategory, items: Items, made: MadeUp): InventoryRecord[] {
  const snapshot = made.hex(16);
  const sorted = Object.entries(items)
    .map(([key, facts]): [string, Facts] => [key, inOrder(facts)])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const common = { kind: 'inventory', at: made.nowMs, change: 'present', snapshot } as const;
  const hash = hashPicture(sorted.map(([key, facts]) => [key, JSON.stringify(facts)]));
  return [
    ...sorted.map(([key, after]): InventoryRecord => ({ ...common, category, key, after })),
    {
      ...common,
      category: 'collection',
      key: category,
      after: {
        state: 'complete',
        unread: '',
        unreadParts: 0,
        truncated: 0,
        items: sorted.length,
        hash,
        fullEveryMs: FULL_EVERY_MS,
        lookMs: 1 + made.number(40),
      },
    },
  ];
}

/** Names in order and without what says nothing, as agents tell them: the picture's name depends on it. */
function inOrder(facts: Facts): Facts {
  const told = Object.entries(facts).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(told.sort(([left], [right]) => (left < right ? -1 : 1)));
}
