/** What is installed: allowed, supported, patched; and what is beside hosts on their networks. */
import { describe, expect, it } from 'vitest';
import { browserExtensionsKind } from '../../../../collector/compliance/evidence/kinds/browser-extensions.ts';
import { browsersKind } from '../../../../collector/compliance/evidence/kinds/browsers.ts';
import { endOfLifeKind } from '../../../../collector/compliance/evidence/kinds/end-of-life.ts';
import { neighboursKind } from '../../../../collector/compliance/evidence/kinds/neighbours.ts';
import { patchSourceKind } from '../../../../collector/compliance/evidence/kinds/patch-source.ts';
import { patchedKind } from '../../../../collector/compliance/evidence/kinds/patched.ts';
import { softwareAllowedKind } from '../../../../collector/compliance/evidence/kinds/software-allowed.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../a-system.ts';
import { aList, judged, type Fleet } from './a-fleet.ts';

type Facts = Record<string, string>;
const day = (days: number): string => new Date(AT_MS - days * DAY_MS).toISOString().slice(0, 10);

describe('software', () => {
  const has = (...packages: string[]): Fleet[string] => ({
    items: {
      package: Object.fromEntries(
        packages.map((text) => {
          const [manager = '', name = ''] = text.split(':');
          return [manager === 'dpkg' ? name : text, { name, manager, version: '1.0' }];
        }),
      ),
    },
  });
  const fleet: Fleet = {
    a: has('dpkg:libc6', 'dpkg:nginx'),
    b: has('dpkg:libc6', 'dpkg:telnetd'),
    c: has('dpkg:libc6', 'pip:requests'),
    d: {},
    e: has(),
  };

  it('is allowed by name, by manager, by both', async () => {
    expect(
      await judged(softwareAllowedKind, fleet, {
        lists: [aList('software', ['libc6', 'nginx*', 'pip:requests'])],
      }),
    ).toEqual([
      'a met allowed',
      'b not-met not-allowed',
      'c met allowed',
      'd not-assessed no-facts',
      'e met allowed',
    ]);
    expect(
      (await judged(softwareAllowedKind, fleet, { lists: [aList('software', ['dpkg:*'])] })).slice(0, 3),
    ).toEqual(['a met allowed', 'b met allowed', 'c not-met not-allowed']);
  });

  it('is excepted until the exception ends; without a list nothing is said', async () => {
    const list = (untilMs: number) => [aList('software', ['libc6', 'nginx', { value: 'telnetd', untilMs }])];
    expect((await judged(softwareAllowedKind, fleet, { lists: list(AT_MS + 1) }))[1]).toBe('b met allowed');
    expect((await judged(softwareAllowedKind, fleet, { lists: list(AT_MS) }))[1]).toBe(
      'b not-met not-allowed',
    );
    expect(await judged(softwareAllowedKind, fleet)).toEqual(['system not-assessed list-missing']);
  });
});

describe('ends of support', () => {
  const linux = (
    id: string,
    versionId: string,
    packages: Record<string, Facts> = {},
    more: Facts = {},
  ): Fleet[string] => ({
    items: { os: { os: { id, versionId, name: id, ...more } }, package: packages },
  });

  it('of systems are in the table, or as the agent knows them', async () => {
    const fleet: Fleet = {
      a: linux('ubuntu', '24.04'),
      b: linux('centos', '7'),
      c: linux('debian', '12'),
      d: linux('mylinux', '1'),
      e: linux('mylinux', '1', {}, { support: 'supported', supportEnds: '2030-01-01' }),
      f: linux('mylinux', '1', {}, { support: 'ended', supportEnds: '2020-01-01' }),
      g: {},
    };
    expect(await judged(endOfLifeKind, fleet)).toEqual([
      'a met supported',
      'b not-met ended',
      'c not-assessed extended-only',
      'd not-assessed system-unknown',
      'e met supported',
      'f not-met ended',
      'g not-assessed no-facts',
    ]);
  });

  it('of Windows go by the build', async () => {
    const windows = (kernel: string, name: string): Fleet[string] => ({
      items: { os: { os: { kernel, name } } },
    });
    const fleet: Fleet = {
      a: windows('10.0.26100', 'Microsoft Windows 11 Pro'),
      b: windows('10.0.22621', 'Microsoft Windows 11 Pro'),
      c: windows('10.0.20348', 'Microsoft Windows Server 2022'),
    };
    const system = aSystem(Object.keys(fleet).map((id) => aHost(id, { platform: 'win32' })));
    expect(await judged(endOfLifeKind, fleet, { system })).toEqual([
      'a met supported',
      'b not-met ended',
      'c met supported',
    ]);
  });

  it('of other software are looked up; what the table does not know is not assessed until somebody says', async () => {
    const app = (name: string, version: string): Record<string, Facts> => ({
      [name]: { name, version, manager: 'msi' },
    });
    const own = { nginx: { name: 'nginx', version: '1.18.0', manager: 'dpkg' } };
    const fleet: Fleet = {
      a: linux('ubuntu', '24.04', { ...own, ...app('PostgreSQL 17', '17.2') }),
      b: linux('ubuntu', '24.04', app('PostgreSQL 12', '12.20')),
      c: linux('ubuntu', '24.04', app('Phần mềm một cửa', '3.1')),
      d: linux('ubuntu', '24.04', {
        ...app('Phần mềm một cửa', '3.1'),
        ...app('Adobe Flash Player 32', '32.0'),
      }),
    };
    expect(await judged(endOfLifeKind, fleet)).toEqual([
      'a met supported',
      'b not-met ended',
      'c not-assessed software-unknown',
      'd not-met ended',
    ]);
    const said = (untilMs: number) => [aList('supported-software', [{ value: 'Phần mềm*', untilMs }])];
    expect((await judged(endOfLifeKind, fleet, { lists: said(AT_MS + 1) }))[2]).toBe('c met supported');
    expect((await judged(endOfLifeKind, fleet, { lists: said(AT_MS) }))[2]).toBe(
      'c not-assessed software-unknown',
    );
  });
});

describe('patches', () => {
  const stands = (updates: Facts | undefined, kernel: Facts = {}): Fleet[string] => ({
    items: { 'patch-level': { kernel, ...(updates === undefined ? {} : { updates }) } },
  });
  const patched = { 'patch-installed': 20 * DAY_MS };
  const long = { 'patch-installed': 40 * DAY_MS };

  it('are installed within the period', async () => {
    const fleet: Fleet = {
      a: stands({ security: '0', knownAt: day(1) }),
      b: stands({ security: '3', knownAt: day(1) }),
      c: { ...stands({ security: '3', knownAt: day(1) }), events: patched },
      d: { ...stands({ security: '3', knownAt: day(1) }), events: long },
      e: stands({ security: '0', knownAt: day(40) }),
      f: stands(undefined),
      g: stands({ security: '0', knownAt: '' }),
      h: { ...stands({ security: '0', knownAt: day(1) }, { rebootNeeded: 'true' }), events: long },
      i: { ...stands({ security: '0', knownAt: day(1) }, { rebootNeeded: 'true' }), events: patched },
      j: stands({ security: '2', knownAt: day(1), lastInstalledAt: day(5) }),
    };
    expect(await judged(patchedKind, fleet, { params: { within: 'P1M' } })).toEqual([
      'a met up-to-date',
      'b not-met overdue',
      'c met patched',
      'd not-met overdue',
      'e not-met not-asking',
      'f not-assessed not-known',
      'g not-assessed not-known',
      'h not-met restart-due',
      'i met up-to-date',
      'j met patched',
    ]);
    const fresh = aSystem([
      aHost('b', { enrolledMs: AT_MS - DAY_MS }),
      aHost('d', { enrolledMs: AT_MS - DAY_MS }),
    ]);
    const old = { d: stands({ security: '3', knownAt: day(1), lastInstalledAt: day(50) }) };
    expect(await judged(patchedKind, { ...fleet, ...old }, { system: fresh })).toEqual([
      'b not-assessed too-new',
      'd not-met overdue',
    ]);
  });

  it('come from the agency’s own servers', async () => {
    const from = (sources: Facts): Fleet[string] => ({ items: { 'patch-level': { sources } } });
    const fleet: Fleet = {
      a: from({ servers: 'kho.tinh.gov.vn' }),
      b: from({ servers: 'kho.tinh.gov.vn deb.debian.org' }),
      c: from({ servers: 'deb.debian.org', proxy: 'kho.tinh.gov.vn:3142' }),
      d: from({ servers: 'kho.tinh.gov.vn', proxy: 'proxy.example:8080' }),
      e: stands({ security: '0' }),
    };
    expect(await judged(patchSourceKind, fleet)).toEqual(['system not-assessed list-missing']);
    expect(
      await judged(patchSourceKind, fleet, { lists: [aList('patch-servers', ['kho.tinh.gov.vn'])] }),
    ).toEqual([
      'a met own-server',
      'b not-met elsewhere',
      'c met own-server',
      'd not-met elsewhere',
      'e not-assessed not-known',
    ]);
  });
});

describe('browsers', () => {
  const has = (packages: string[], waiting: string[] | undefined = []): Fleet[string] => ({
    items: {
      package: Object.fromEntries(packages.map((name) => [name, { name, manager: 'dpkg' }])),
      ...(waiting.includes('?')
        ? {}
        : { 'patch-level': Object.fromEntries(waiting.map((name) => [`update ${name}`, { name }])) }),
    },
  });
  const lists = [aList('browsers', ['firefox*'])];

  it('are those of the list, with no update waiting', async () => {
    const fleet: Fleet = {
      a: has(['firefox-esr', 'libc6']),
      b: has(['firefox-esr'], ['firefox-esr', 'libc6']),
      c: has(['firefox-esr', 'google-chrome-stable']),
      d: has(['libc6', 'firefox-esr-l10n-vi']),
      e: has(['firefox-esr'], ['?']),
      f: {},
    };
    expect(await judged(browsersKind, fleet, { lists })).toEqual([
      'a met allowed',
      'b not-met outdated',
      'c not-met not-allowed',
      'd not-applicable none',
      'e not-assessed updates-unknown',
      'f not-assessed no-facts',
    ]);
    expect(await judged(browsersKind, fleet)).toEqual(['system not-assessed list-missing']);
  });

  it('have extensions of the list only', async () => {
    const extended = (...names: string[]): Fleet[string] => ({
      items: {
        'browser-extension': Object.fromEntries(
          names.map((name) => [`an ${name}`, { name, id: `id-${name}` }]),
        ),
      },
    });
    const fleet: Fleet = { a: extended('uBlock'), b: extended('uBlock', 'Coupons'), c: extended(), d: {} };
    expect(
      await judged(browserExtensionsKind, fleet, { lists: [aList('browser-extensions', ['id-uBlock'])] }),
    ).toEqual(['a met allowed', 'b not-met not-allowed', 'c met allowed', 'd not-assessed no-facts']);
  });
});

it('devices on the network have an agent or are known', async () => {
  const sees = (own: string, ...macs: string[]): Fleet[string] => ({
    items: {
      'network-interface': { eth0: { mac: own } },
      neighbour: Object.fromEntries(
        macs.map((mac, at) => [`10.0.0.${at} eth0`, { mac, address: `10.0.0.${at}` }]),
      ),
    },
  });
  const fleet: Fleet = {
    a: sees(
      '52:54:00:00:00:0a',
      '52:54:00:00:00:0B',
      '00:00:00:00:00:00',
      '01:00:5e:00:00:16',
      'ff:ff:ff:ff:ff:ff',
    ),
    b: sees('52:54:00:00:00:0b', '52:54:00:00:00:0a', '52:54:00:00:00:99'),
    c: sees('52:54:00:00:00:0c', '52:54:00:00:00:77'),
    d: {},
  };
  expect(await judged(neighboursKind, fleet)).toEqual(['system not-assessed list-missing']);
  expect(await judged(neighboursKind, fleet, { lists: [aList('devices', ['52:54:00:00:00:77'])] })).toEqual([
    'a met known',
    'b not-met strange',
    'c met known',
    'd not-assessed no-facts',
  ]);
});
