import { describe, expect, it } from 'vitest';
import {
  isPrivateAddress,
  listFor,
  parseRange,
  patternTest,
  rangeTest,
} from '../../../../collector/compliance/evidence/assessment-lists.ts';
import { resolversKind } from '../../../../collector/compliance/evidence/kinds/resolvers.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../a-system.ts';
import { aList, judged, type Fleet } from './a-fleet.ts';

const asks = (...addresses: string[]): Fleet[string] => ({
  items: {
    'dns-server': Object.fromEntries(addresses.map((address) => [`${address} (resolv.conf)`, { address }])),
  },
});
const LIST = [aList('resolvers', ['10.0.0.53', '10.1.0.0/24'])];

describe('what hosts tell of themselves', () => {
  it('is met and not met host by host', async () => {
    const fleet = { a: asks('10.0.0.53'), b: asks('10.0.0.53', '8.8.8.8'), c: asks('10.1.0.9') };
    expect(await judged(resolversKind, fleet, { lists: LIST })).toEqual([
      'a met trusted',
      'b not-met not-trusted',
      'c met trusted',
    ]);
  });

  it('is not assessed where it is old, failed, partly read, or was never told', async () => {
    const good = asks('10.0.0.53');
    const fleet: Fleet = {
      a: { ...good, stands: { 'dns-server': { toldMs: AT_MS - 16 * DAY_MS } } },
      b: { ...good, stands: { 'dns-server': { state: 'failed', unread: 'EACCES' } } },
      c: { ...good, stands: { 'dns-server': { state: 'partial', unread: 'resolv.conf: EACCES' } } },
      d: { items: { mount: {} } },
      e: { ...asks('8.8.8.8'), stands: { 'dns-server': { state: 'partial' } } },
      f: { ...good, stands: { 'dns-server': { truncated: 3 } } },
    };
    expect(await judged(resolversKind, fleet, { lists: LIST })).toEqual([
      'a not-assessed stale',
      'b not-assessed look-failed',
      'c not-assessed partly-read',
      'd not-assessed no-facts',
      'e not-met not-trusted',
      'f not-assessed cut',
    ]);
  });

  it('is not assessed on a host whose clock is wrong, which tells old facts as new and new ones as old', async () => {
    const fleet = { a: asks('8.8.8.8'), b: asks('10.0.0.53'), c: asks('10.0.0.53') };
    const skewed = aSystem([
      aHost('a', { clockSkewMs: -2 * DAY_MS }),
      aHost('b', { clockSkewMs: 3_600_001 }),
      aHost('c', { clockSkewMs: undefined }),
    ]);
    expect(await judged(resolversKind, fleet, { lists: LIST, system: skewed })).toEqual([
      'a not-assessed clock-wrong',
      'b not-assessed clock-wrong',
      'c met trusted',
    ]);
  });

  it('is not assessed on a silent host, nor in a system without hosts', async () => {
    const fleet = { a: asks('10.0.0.53') };
    const silent = aSystem([aHost('a', { seenMs: AT_MS - 4 * DAY_MS })]);
    expect(await judged(resolversKind, fleet, { lists: LIST, system: silent })).toEqual([
      'a not-assessed silent',
    ]);
    expect(await judged(resolversKind, fleet, { lists: LIST, system: aSystem([]) })).toEqual([
      'system not-assessed no-hosts',
    ]);
  });
});

describe('lists', () => {
  it('that nobody gave for the system make it not assessed', async () => {
    const fleet = { a: asks('10.0.0.53') };
    const elsewhere = [
      aList('resolvers', ['10.0.0.53'], { kind: 'system', id: 8 }),
      aList('resolvers', ['10.0.0.53'], { kind: 'agency', id: 2 }),
    ];
    for (const lists of [[], elsewhere])
      expect(await judged(resolversKind, fleet, { lists })).toEqual(['system not-assessed list-missing']);
  });

  it('of everybody, of the agency and of the system count together; an empty one allows nothing', async () => {
    const fleet = { a: asks('10.0.0.1', '10.0.0.2', '10.0.0.3') };
    const lists = [
      aList('resolvers', ['10.0.0.1']),
      aList('resolvers', ['10.0.0.2'], { kind: 'agency', id: 1 }),
      aList('resolvers', ['10.0.0.3'], { kind: 'system', id: 7 }),
    ];
    expect(await judged(resolversKind, fleet, { lists })).toEqual(['a met trusted']);
    expect(await judged(resolversKind, fleet, { lists: lists.slice(1) })).toEqual(['a not-met not-trusted']);
    expect(await judged(resolversKind, fleet, { lists: [aList('resolvers', [])] })).toEqual([
      'a not-met not-trusted',
    ]);
  });

  it('forget what has ended', () => {
    const lists = [
      aList('software', [{ value: 'old', untilMs: AT_MS }, { value: 'new', untilMs: AT_MS + 1 }, 'always']),
    ];
    expect(listFor(lists, 'software', { id: 7, agencyId: 1 }, AT_MS)).toEqual(['always', 'new']);
    expect(listFor(lists, 'vpn', { id: 7, agencyId: 1 }, AT_MS)).toBeUndefined();
  });

  it.each([
    ['firefox*', 'Firefox-ESR', true],
    ['firefox', 'firefox-esr', false],
    ['*:libc6', 'dpkg:libc6', true],
    ['a.b', 'axb', false],
    ['***a***b', `${'a'.repeat(200)}c`, false],
    ['*', '', true],
  ])('match %s with %s: %s', (pattern, text, wanted) => {
    expect(patternTest([pattern])(text)).toBe(wanted);
  });

  it.each([
    ['10.0.0.0/8', true],
    ['::1', true],
    ['2001:db8::/32', true],
    ['10.0.0.0/33', false],
    ['host', false],
    ['10.0.0.0/', false],
    ['1.2.3', false],
  ])('take %s as a range: %s', (text, wanted) => {
    expect(parseRange(text) !== undefined).toBe(wanted);
  });

  it('know what lies in a range', () => {
    const inside = rangeTest(['10.0.0.0/8', '2001:db8::/32', '1.2.3.4', 'nonsense']);
    expect(['10.9.9.9', '2001:db8:1::', '1.2.3.4', '1.2.3.5', 'x', '::'].map((one) => inside(one))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(['::ffff:10.0.0.1', '2001:db8::1%eth0', '10.0.0.1%x'].map((one) => inside(one))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['192.168.1.1', '172.32.0.1', 'fe80::1', '8.8.8.8'].map((one) => isPrivateAddress(one))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
