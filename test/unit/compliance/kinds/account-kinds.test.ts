/** Accounts, who uses them, and where from. */
import { describe, expect, it } from 'vitest';
import { accountsKind } from '../../../../collector/compliance/evidence/kinds/accounts.ts';
import {
  adminSourcesKind,
  jumpHostsKind,
  remoteAccessKind,
} from '../../../../collector/compliance/evidence/kinds/admin-sources.ts';
import { sharedAccountsKind } from '../../../../collector/compliance/evidence/kinds/shared-accounts.ts';
import type { FleetLogon, SharedUse } from '../../../../collector/store/fleet-store.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../a-system.ts';
import { aList, judged, type Fleet } from './a-fleet.ts';

type Facts = Record<string, string>;
const person = (facts: Facts = {}): Facts => ({
  login: 'true',
  admin: 'false',
  password: 'set',
  uid: '1000',
  ...facts,
});
const day = (days: number): string => new Date(AT_MS - days * DAY_MS).toISOString().slice(0, 10);
/** @param keys users with a key to log in with; null: not told */
const has = (users: Record<string, Facts>, keys: string[] | null = []): Fleet[string] => ({
  items: {
    user: users,
    ...(keys === null
      ? {}
      : { 'ssh-key': Object.fromEntries(keys.map((user) => [`${user} SHA256:x`, { user }])) }),
  },
});

describe('accounts', () => {
  it('are listed, without a second root and without any that needs no password', async () => {
    const root = person({ uid: '0', admin: 'true' });
    const fleet: Fleet = {
      a: has({ root, an: person() }),
      b: has({ root, toor: root }),
      c: has({ root, an: person({ password: 'none' }) }),
      d: { ...has({ root }), stands: { user: { state: 'partial', unread: '/etc/shadow: EACCES' } } },
      e: has({ root, old: person({ password: 'none', enabled: 'false' }) }),
    };
    expect(await judged(accountsKind, fleet, { params: { check: 'listed' } })).toEqual([
      'a met listed',
      'b not-met invalid',
      'c not-met invalid',
      'd not-assessed partly-read',
      'e met listed',
    ]);
  });

  it('of administrators have fresh passwords', async () => {
    const admin = (passwordChangedAt: string, more: Facts = {}): Facts =>
      person({ admin: 'true', passwordChangedAt, ...more });
    const fleet = {
      a: has({ an: admin(day(10)), binh: person({ passwordChangedAt: day(500) }) }),
      b: has({ an: admin(day(10)), binh: admin(day(61)) }),
      c: has({ an: admin('') }),
      d: has({ an: admin('', { password: 'locked' }) }, ['an']),
      e: has({ an: admin(day(61), { enabled: 'false' }) }),
    };
    expect(await judged(accountsKind, fleet, { params: { check: 'password-age', within: 'P60D' } })).toEqual([
      'a met passwords-fresh',
      'b not-met passwords-old',
      'c not-assessed not-known',
      'd met passwords-fresh',
      'e met passwords-fresh',
    ]);
  });

  it('of a default name cannot be used', async () => {
    const fleet = {
      a: has({ an: person() }),
      b: has({ Guest: person({ enabled: 'true' }) }),
      c: has({ guest: person({ password: 'locked' }) }),
      d: has({ guest: person({ password: 'locked' }) }, ['guest']),
      e: has({ guest: person({ password: 'locked' }) }, null),
      f: has({ guest: person({ login: 'false' }) }),
    };
    expect(await judged(accountsKind, fleet, { params: { check: 'defaults' } })).toEqual([
      'a met no-defaults',
      'b not-met defaults',
      'c met no-defaults',
      'd not-met defaults',
      'e not-assessed not-known',
      'f met no-defaults',
    ]);
  });

  it('are not idle: by what the host says, and by its logs', async () => {
    const fleet = {
      a: has({ an: person({ lastLogonAt: day(44) }) }),
      b: has({ an: person({ lastLogonAt: day(1) }), binh: person({ lastLogonAt: day(46) }) }),
      c: has({ an: person({ lastLogonAt: day(46) }) }),
      d: has({ an: person() }),
      e: has({ an: person({ lastLogonAt: 'never' }) }),
      f: has({ an: person({ lastLogonAt: day(90), enabled: 'false' }) }),
    };
    const lastLogons = () =>
      Promise.resolve([{ agentId: 'c', user: 'TINH\\An', lastMs: AT_MS - 3 * DAY_MS }]);
    expect(
      await judged(accountsKind, fleet, { params: { check: 'idle', within: 'P45D' }, more: { lastLogons } }),
    ).toEqual([
      'a met none-idle',
      'b not-met idle',
      'c met none-idle',
      'd not-assessed not-known',
      'e not-met idle',
      'f met none-idle',
    ]);
  });

  it('that were never used are not idle on a host that is new', async () => {
    const fleet = { a: has({ an: person({ lastLogonAt: 'never' }) }) };
    const system = aSystem([aHost('a', { enrolledMs: AT_MS - 10 * DAY_MS })]);
    const more = { lastLogons: () => Promise.resolve([]) };
    expect(await judged(accountsKind, fleet, { params: { check: 'idle' }, more, system })).toEqual([
      'a met none-idle',
    ]);
  });

  it('of administrators are few', async () => {
    const admin = person({ admin: 'true' });
    const unsure = person({ admin: 'true', password: '' });
    const fleet = {
      a: has({ an: admin, binh: admin }),
      b: has({ an: admin, binh: admin, chi: admin }),
      c: has({ an: admin, binh: admin, chi: person({ admin: 'true', enabled: 'false' }) }),
      d: has({ an: admin, binh: admin, chi: unsure }),
      e: has({ an: unsure, binh: unsure }),
    };
    expect(await judged(accountsKind, fleet, { params: { check: 'admins', most: 2 } })).toEqual([
      'a met few-admins',
      'b not-met many-admins',
      'c met few-admins',
      'd not-assessed not-known',
      'e met few-admins',
    ]);
  });
});

describe('shared accounts', () => {
  /** Each place as `host address`. */
  const use = (user: string, ...places: string[]): SharedUse => ({
    user,
    atMs: AT_MS - DAY_MS,
    places: (places.length === 0 ? ['a 1', 'a 2', 'a 3'] : places).map((place) => {
      const [agentId = '', source = ''] = place.split(' ');
      return { agentId, source };
    }),
  });
  const told = (...uses: SharedUse[]) => ({ uses, isCut: false });
  const fleet: Fleet = { a: { events: { logon: DAY_MS } }, b: { events: { 'logon-failed': DAY_MS } }, c: {} };
  const asked = (lists: ReturnType<typeof aList>[]) => ({
    lists,
    more: { sharedUse: () => Promise.resolve(told(use('vanthu'), use('kiosk'))) },
  });

  it('are those used from several places at once', async () => {
    expect(await judged(sharedAccountsKind, fleet, asked([]))).toEqual([
      'a not-met shared',
      'b met own',
      'c not-assessed no-logons',
    ]);
  });

  it('are seen across the hosts of a system, and not across systems', async () => {
    const across = use('vanthu', 'a 1', 'b 2', 'x 3');
    const logged: Fleet[string] = { events: { logon: DAY_MS } };
    const all: Fleet = { a: logged, b: logged, c: logged, x: logged };
    const of = (ids: string[], uses = told(across)) =>
      judged(sharedAccountsKind, all, {
        more: { sharedUse: () => Promise.resolve(uses) },
        system: aSystem(ids.map((id) => aHost(id))),
      });
    expect(await of(['a', 'b', 'c'])).toEqual(['a met own', 'b met own', 'c met own']);
    expect(await of(['a', 'b', 'c', 'x'])).toEqual([
      'a not-met shared-across',
      'b not-met shared-across',
      'c met own',
      'x not-met shared-across',
    ]);
    // One address on three hosts is one person.
    expect(await of(['a', 'b', 'x'], told(use('an', 'a 1', 'b 1', 'x 1')))).toEqual([
      'a met own',
      'b met own',
      'x met own',
    ]);
    // On the host itself it is shared already, which says more.
    expect(await of(['a', 'b'], told(use('an', 'a 1', 'a 2', 'a 3', 'b 4')))).toEqual([
      'a not-met shared',
      'b not-met shared-across',
    ]);
  });

  it('are not ruled out by an answer that was cut', async () => {
    const sharedUse = () => Promise.resolve({ uses: [use('vanthu')], isCut: true });
    expect(await judged(sharedAccountsKind, fleet, { more: { sharedUse } })).toEqual([
      'a not-met shared',
      'b not-assessed cut',
      'c not-assessed no-logons',
    ]);
  });

  it('may be approved, until the approval ends', async () => {
    const until = (ms: number) => [aList('shared-accounts', ['vanthu', { value: 'kiosk*', untilMs: ms }])];
    expect((await judged(sharedAccountsKind, fleet, asked(until(AT_MS + 1))))[0]).toBe('a met own');
    expect((await judged(sharedAccountsKind, fleet, asked(until(AT_MS))))[0]).toBe('a not-met shared');
  });
});

describe('sessions from afar', () => {
  const from = (agentId: string, source: string): FleetLogon => ({
    agentId,
    user: 'an',
    source,
    way: 'ssh',
    count: 2,
    lastMs: AT_MS - DAY_MS,
  });
  const told: Fleet = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((id) => [id, { events: { logon: DAY_MS } }]),
  );
  const fleet: Fleet = { ...told, e: {} };
  const logons = () =>
    Promise.resolve([from('a', '10.0.0.5'), from('b', '10.0.0.5'), from('b', '203.113.1.1'), from('c', '')]);

  it('come over the VPN or from within', async () => {
    expect(await judged(remoteAccessKind, fleet, { more: { logons } })).toEqual([
      'a met inside',
      'b not-met outside',
      'c met inside',
      'd met no-sessions',
      'e not-assessed no-logons',
    ]);
    const lists = [aList('vpn', ['203.113.1.0/24'])];
    expect((await judged(remoteAccessKind, fleet, { more: { logons }, lists }))[1]).toBe('b met inside');
  });

  it.each([
    ['admin-sources', adminSourcesKind],
    ['jump-hosts', jumpHostsKind],
  ] as const)('come only from the list %s', async (list, kind) => {
    expect(await judged(kind, fleet, { more: { logons } })).toEqual(['system not-assessed list-missing']);
    const lists = [aList(list, ['10.0.0.5'])];
    expect(await judged(kind, fleet, { more: { logons }, lists })).toEqual([
      'a met inside',
      'b not-met outside',
      'c met inside',
      'd met no-sessions',
      'e not-assessed no-logons',
    ]);
    const ended = [aList(list, [{ value: '10.0.0.5', untilMs: AT_MS - 1 }])];
    expect((await judged(kind, fleet, { more: { logons }, lists: ended }))[0]).toBe('a not-met outside');
  });
});
