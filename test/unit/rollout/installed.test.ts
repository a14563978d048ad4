/** Which host is which machine of the list, and what that makes of an agency. */
import { expect, test } from 'vitest';
import { hardwareDigest } from '../../../collector/protocol/hardware.ts';
import {
  judgeMachine,
  noStates,
  SILENT_AFTER_MS,
  summarise,
  type ToldRefusal,
} from '../../../collector/rollout/judge-installed.ts';
import { foldHostname, hardwareOf, readMac } from '../../../collector/rollout/machine-name.ts';
import {
  type KnownHost,
  type ListedMachine,
  matchMachines,
} from '../../../collector/rollout/match-machines.ts';

const NOW = 1_800_000_000_000;
const machine = (id: number, change: Partial<ListedMachine> = {}): ListedMachine => ({
  id,
  agencyId: 1,
  hostname: `pc-${id}`,
  serial: '',
  macs: [],
  forwardsTo: '',
  ...change,
});
const host = (agentId: string, change: Partial<KnownHost> = {}): KnownHost => ({
  agentId,
  hostId: agentId,
  agencyId: 1,
  hostname: agentId,
  state: 'active',
  version: '0.2.0',
  enrolledMs: NOW - 1e6,
  isOnline: true,
  seenMs: NOW - 1e3,
  silentSinceMs: null,
  ...change,
});
/** Agency 2 stands below 1; 3 stands for itself. */
const above = (agencyId: number): number[] => (agencyId === 2 ? [1] : []);
const match = (
  machines: ListedMachine[],
  hosts: KnownHost[],
  digests: Record<string, string[]> = {},
): Record<number, string> =>
  Object.fromEntries(
    [
      ...matchMachines(
        machines,
        hosts,
        (one) => hardwareOf(one).map(({ digest }) => digests[digest] ?? []),
        above,
      ),
    ].map(([id, { host: h, by }]) => [id, `${h.agentId} ${by}`]),
  );

test.each([
  ['AA-BB-CC-00-11-22', 'aa:bb:cc:00:11:22'],
  ['aabb.cc00.1122', 'aa:bb:cc:00:11:22'],
  ['AABBCC001122', 'aa:bb:cc:00:11:22'],
  ['aa:bb-cc:00:11:22', 'aa:bb:cc:00:11:22'],
  ['aa:bb:cc:00:11', undefined],
  ['gg:bb:cc:00:11:22', undefined],
])('%s is the address %s', (text, mac) => {
  expect(readMac(text)).toBe(mac);
});

test('a name is compared without case and domain', () => {
  expect(foldHostname(' PC-01.xa.tinh.gov.vn ')).toBe('pc-01');
  expect(match([machine(1, { hostname: 'PC-01' })], [host('pc-01.xa.local')])).toEqual({
    1: 'pc-01.xa.local name',
  });
});

test('the short name of a long host name is found, since old lists know that one only', () => {
  const listed = machine(1, { hostname: 'MAYTINH-PHONG-K' });
  expect(match([listed], [host('maytinh-phong-ke-toan')])).toEqual({ 1: 'maytinh-phong-ke-toan name' });
});

test('names count in the own agency and below it, the nearest first; elsewhere they are others', () => {
  const listed = machine(1, { hostname: 'pc-01' });
  const [own, below, strange] = [
    host('own', { hostname: 'pc-01' }),
    host('below', { hostname: 'pc-01', agencyId: 2 }),
    host('strange', { hostname: 'pc-01', agencyId: 3 }),
  ];
  expect(match([listed], [strange, below, own])).toEqual({ 1: 'own name' });
  expect(match([listed], [strange, below])).toEqual({ 1: 'below name' });
  expect(match([listed], [strange])).toEqual({});
});

test('hardware goes before names, in whatever agency, and a host stands for one machine', () => {
  const digest = hardwareDigest('product-serial', 'SN-1');
  const renamed = machine(1, { hostname: 'old-name', serial: 'sn-1' });
  const named = machine(2, { hostname: 'pc-09' });
  const hosts = [host('pc-09', { hostname: 'pc-09', agencyId: 3 })];
  expect(match([renamed, named], hosts, { [digest]: ['pc-09'] })).toEqual({ 1: 'pc-09 hardware' });
});

test('a number that a maker gave to many machines matches none of them', () => {
  const digest = hardwareDigest('board-serial', 'same');
  const hosts = Array.from({ length: 9 }, (_, index) => host(`h${index}`));
  const sharing = { [digest]: hosts.map(({ hostId }) => hostId) };
  expect(match([machine(1, { serial: 'same' })], hosts, sharing)).toEqual({});
  expect(match([machine(1, { serial: 'same' })], hosts.slice(0, 1), sharing)).toEqual({ 1: 'h0 hardware' });
});

test('of agents on one machine the one at work counts', () => {
  const hosts = [
    host('gone', { hostId: 'x', hostname: 'pc-1', state: 'revoked', enrolledMs: NOW }),
    host('here', { hostId: 'x', hostname: 'pc-1', enrolledMs: NOW - 5 }),
  ];
  expect(match([machine(1)], hosts)).toEqual({ 1: 'here name' });
});

const told = (reason: ToldRefusal['reason'], lastMs = NOW): ToldRefusal => ({
  reason,
  lastMs,
  osName: 'Windows 7',
  osVersion: '6.1.7601',
  arch: 'x86',
});

test.each<[string, KnownHost | undefined, ToldRefusal | undefined, string, string, string | null]>([
  ['reports', host('a'), undefined, '', 'reporting', null],
  ['has an old version', host('a', { version: '0.1.9' }), undefined, '', 'outdated', null],
  ['has a candidate of the version', host('a', { version: '0.2.0-rc.1' }), undefined, '', 'outdated', null],
  ['never had a session', host('a', { isOnline: false, seenMs: null }), undefined, '', 'silent', null],
  ['is missed', host('a', { isOnline: false, silentSinceMs: NOW - 9 }), undefined, '', 'silent', null],
  ['is off for the night', host('a', { isOnline: false }), undefined, '', 'reporting', null],
  [
    'is off for weeks',
    host('a', { isOnline: false, seenMs: NOW - SILENT_AFTER_MS - 1 }),
    undefined,
    '',
    'silent',
    null,
  ],
  ['waits for approval', host('a', { state: 'pending' }), undefined, '', 'pending', null],
  ['was revoked', host('a', { state: 'revoked' }), undefined, '', 'revoked', null],
  [
    'was revoked and refused since',
    host('a', { state: 'revoked' }),
    told('token-used-up'),
    '',
    'refused',
    'token-used-up',
  ],
  ['reports and was refused once', host('a'), told('token-expired'), '', 'reporting', null],
  ['came with an old token', undefined, told('token-expired'), '', 'refused', 'token-expired'],
  ['is too old', undefined, told('old-system'), '', 'not-assessed', 'old-system'],
  ['has 32 bits', undefined, told('not-64-bit'), 'srv-01', 'not-assessed', 'not-64-bit'],
  ['forwards its events', undefined, undefined, 'srv-01', 'not-assessed', 'forwards'],
  ['was never seen', undefined, undefined, '', 'missing', null],
])('a machine that %s', (_, known, refusal, forwardsTo, state, reason) => {
  const found = { host: known, refusal };
  expect(judgeMachine(machine(1, { forwardsTo }), found, NOW, '0.2.0')).toMatchObject({ state, reason });
});

const states = (some: Partial<ReturnType<typeof noStates>>) => ({ ...noStates(), ...some });

test('37 of 40 are installed, and it is known which 3 are not', () => {
  const summary = summarise(states({ reporting: 35, silent: 2, missing: 2, 'not-assessed': 1 }), null);
  expect(summary).toMatchObject({ expected: 40, listed: 40, installed: 37, missing: 3, unnamed: 0 });
});

test('hosts beside the list fill the places that the number has and the list does not name', () => {
  const fuller = summarise(states({ reporting: 10, missing: 1, unlisted: 5 }), 14);
  expect(fuller).toMatchObject({ expected: 14, listed: 11, unnamed: 3, installed: 13, missing: 1 });
});

test('a list longer than the number is a contradiction, and without either nothing is missing', () => {
  expect(summarise(states({ reporting: 3 }), 2)).toMatchObject({
    expected: 3,
    contradiction: true,
    missing: 0,
  });
  expect(summarise(states({ unlisted: 4 }), null)).toMatchObject({
    expected: null,
    installed: 4,
    missing: null,
  });
});
