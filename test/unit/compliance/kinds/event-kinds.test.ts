/** What happened on hosts, and what they do by themselves. */
import { describe, expect, it } from 'vitest';
import type { AnyEvidenceKind } from '../../../../collector/compliance/evidence/evidence-kind.ts';
import { backupRunKind } from '../../../../collector/compliance/evidence/kinds/backup-run.ts';
import { dhcpLogKind } from '../../../../collector/compliance/evidence/kinds/dhcp-log.ts';
import { edrCoverageKind } from '../../../../collector/compliance/evidence/kinds/edr-coverage.ts';
import { integrityCoverageKind } from '../../../../collector/compliance/evidence/kinds/integrity-coverage.ts';
import { logonLogKind } from '../../../../collector/compliance/evidence/kinds/logon-log.ts';
import { outboundKind } from '../../../../collector/compliance/evidence/kinds/outbound.ts';
import { removableStorageKind } from '../../../../collector/compliance/evidence/kinds/removable-storage.ts';
import { softwareChangesKind } from '../../../../collector/compliance/evidence/kinds/software-changes.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../a-system.ts';
import { aList, judged, type Fleet } from './a-fleet.ts';

const day = (days: number): string => new Date(AT_MS - days * DAY_MS).toISOString().slice(0, 10);

describe('hosts that tell of something within the period', () => {
  it.each([
    ['logon', logonLogKind, 'P7D', 7, 'told', 'none'],
    ['logon-failed', logonLogKind, 'P7D', 7, 'told', 'none'],
    ['process-start', edrCoverageKind, 'P3D', 3, 'watched', 'not-watched'],
  ] as const)('%s', async (event, kind: AnyEvidenceKind, within, days, good, bad) => {
    const fleet: Fleet = {
      a: { events: { [event]: days * DAY_MS } },
      b: { events: { [event]: days * DAY_MS + 1 } },
      c: {},
    };
    expect(await judged(kind, fleet, { params: { within } })).toEqual([
      `a met ${good}`,
      `b not-met ${bad}`,
      `c not-met ${bad}`,
    ]);
    const fresh = aSystem([aHost('c', { enrolledMs: AT_MS - (days * DAY_MS) / 2 })]);
    expect(await judged(kind, fleet, { params: { within }, system: fresh })).toEqual([
      'c not-assessed too-new',
    ]);
    const silent = aSystem([aHost('c', { seenMs: AT_MS - 4 * DAY_MS })]);
    expect(await judged(kind, fleet, { system: silent })).toEqual(['c not-assessed silent']);
  });
});

it('files are watched where all of them were compared, with a baseline that nobody touched', async () => {
  const scan = (agentId: string, baselineRows: number) => ({
    agentId,
    baselineRows,
    paths: baselineRows,
    baselineDigest: 'd',
    timeMs: AT_MS - DAY_MS,
  });
  const fleet: Fleet = { a: {}, b: {}, c: { events: { 'integrity-tampered': DAY_MS } }, d: {} };
  const integrityScans = () => Promise.resolve([scan('a', 900), scan('c', 900), scan('d', 0)]);
  expect(await judged(integrityCoverageKind, fleet, { more: { integrityScans } })).toEqual([
    'a met compared',
    'b not-met never',
    'c not-met tampered',
    'd not-met empty',
  ]);
});

it('backups have run within the period, by what is left of them and by logs', async () => {
  const jobs = (...runs: string[]): Fleet[string] => ({
    items: {
      'backup-job': Object.fromEntries(
        runs.map((lastRunAt, at) => [`job ${at}`, { tool: 'restic', lastRunAt }]),
      ),
    },
  });
  const fleet: Fleet = {
    a: jobs(day(6)),
    b: jobs(day(9)),
    c: jobs(),
    d: jobs(''),
    e: { ...jobs(''), events: { 'backup-done': DAY_MS } },
    f: { ...jobs(day(6)), events: { 'backup-done': 2 * DAY_MS, 'backup-failed': DAY_MS } },
    g: { ...jobs(day(9), day(2)), events: { 'backup-failed': 3 * DAY_MS, 'backup-done': 2 * DAY_MS } },
    h: {},
  };
  expect(await judged(backupRunKind, fleet)).toEqual([
    'a met ran',
    'b not-met old',
    'c not-met none',
    'd not-assessed run-unknown',
    'e met ran',
    'f not-met failed',
    'g met ran',
    'h not-assessed no-facts',
  ]);
});

it('removable storage is guarded where it is used', async () => {
  const has = (storage: string | undefined, antivirus?: string): Fleet[string] => ({
    items: {
      'usb-device': storage === undefined ? {} : { stick: { storage } },
      ...(antivirus === undefined
        ? {}
        : { antivirus: antivirus === 'none' ? {} : { ClamAV: { running: antivirus } } }),
    },
  });
  const fleet: Fleet = {
    a: has(undefined),
    b: has('false'),
    c: has('true', 'true'),
    d: has('true', 'none'),
    e: has('true'),
    f: { ...has(undefined, 'false'), events: { 'removable-storage': 5 * DAY_MS } },
    g: { ...has(undefined, 'false'), events: { 'removable-storage': 40 * DAY_MS } },
    h: {},
  };
  expect(await judged(removableStorageKind, fleet)).toEqual([
    'a met none-used',
    'b met none-used',
    'c met guarded',
    'd not-met not-guarded',
    'e not-assessed guard-unknown',
    'f not-met not-guarded',
    'g met none-used',
    'h not-assessed no-facts',
  ]);
});

describe('connections of servers to the outside', () => {
  const told: Fleet[string] = { events: { connection: DAY_MS } };
  const fleet: Fleet = { a: told, b: told, c: {}, d: told };
  const asked: string[][] = [];
  const outbound = ({ allowed }: { allowed: readonly string[] }) => {
    asked.push([...allowed]);
    return Promise.resolve([{ agentId: 'b', addresses: 2, some: ['8.8.8.8'], lastMs: AT_MS - DAY_MS }]);
  };

  it('go only to addresses of the list; without one nothing is said', async () => {
    const system = aSystem([
      aHost('a'),
      aHost('b'),
      aHost('c'),
      aHost('d', { platform: 'win32', osName: 'Windows 11 Pro' }),
    ]);
    expect(await judged(outboundKind, fleet, { more: { outbound }, system })).toEqual([
      'system not-assessed list-missing',
    ]);
    const lists = [aList('outbound', ['203.113.0.0/16', '1.2.3.4', '2001:db8::1'])];
    expect(await judged(outboundKind, fleet, { more: { outbound }, lists, system })).toEqual([
      'a met within',
      'b not-met beyond',
      'c not-assessed not-told',
      'd not-applicable no-server',
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toEqual(
      expect.arrayContaining(['10.0.0.0/8', '203.113.0.0/16', '1.2.3.4/32', '2001:db8::1/128']),
    );
  });
});

it('software is followed where packages are told and programs that run', async () => {
  const fleet: Fleet = {
    a: { items: { package: {} }, events: { 'process-start': DAY_MS } },
    b: { items: { package: {} } },
    c: { events: { 'process-start': DAY_MS } },
    d: {
      stands: { package: { state: 'partial', unread: 'rpm: locked' } },
      events: { 'process-start': DAY_MS },
    },
  };
  expect(await judged(softwareChangesKind, fleet)).toEqual([
    'a met followed',
    'b not-met runs-not-told',
    'c not-assessed no-facts',
    'd not-assessed partly-read',
  ]);
});

describe('servers that give addresses out', () => {
  const server = { 'udp 0.0.0.0:67': { port: '67', protocol: 'udp' } };
  const listens = (ports: Record<string, Record<string, string>>): Fleet[string] => ({
    items: { 'listening-port': ports },
  });

  it('tell of it', async () => {
    const fleet: Fleet = {
      a: { ...listens(server), events: { 'dhcp-lease': DAY_MS } },
      b: listens(server),
      c: listens({ 'tcp 0.0.0.0:22': { port: '22', protocol: 'tcp' } }),
      d: { ...listens({}), events: { 'dhcp-lease': DAY_MS } },
    };
    expect(await judged(dhcpLogKind, fleet)).toEqual([
      'a met told',
      'b not-met not-told',
      'c not-applicable no-server',
      'd met told',
    ]);
  });

  it('may be a device that nobody knows: that there is none is not met', async () => {
    expect(await judged(dhcpLogKind, { a: listens({}), b: listens({}) })).toEqual([
      'system not-assessed none-known',
    ]);
  });
});
