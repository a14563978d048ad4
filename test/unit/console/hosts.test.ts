/** The list of hosts: joined, filtered and sorted; commands as their form makes them. */
import { describe, expect, test } from 'vitest';
import {
  commandOf,
  emptyForm,
  faultsOf,
  undoOf,
  type CommandForm,
} from '../../../dashboards/console/src/hosts/command-form.ts';
import {
  countMarks,
  filterHosts,
  hostQuery,
  joinHosts,
  parseHostFilters,
  scoreOf,
  sortHosts,
} from '../../../dashboards/console/src/hosts/host-rows.ts';
import type { Agent, HostFacts } from '../../../dashboards/console/src/hosts/hosts-types.ts';

const agentOf = (id: string, change: Partial<Agent> = {}): Agent => ({
  id,
  hostname: id,
  osName: 'Debian GNU/Linux',
  osVersion: '12',
  agentVersion: '1.0.0',
  agencyId: 1,
  agencyName: 'Sở Nội vụ',
  group: null,
  hostId: id,
  state: 'online',
  enrolledAt: '2026-11-01T00:00:00.000Z',
  lastSeenAt: '2026-11-26T00:00:00.000Z',
  clockSkewMs: 0,
  ...change,
});
const factsOf = (agentId: string, change: Partial<HostFacts> = {}): HostFacts => ({
  agentId,
  system: null,
  role: null,
  openAlerts: 0,
  worst: null,
  vulnerabilities: { open: 0, exploited: 0 },
  ...change,
});
const checks = (pass: number, fail: number) => ({
  pass,
  fail,
  'not-applicable': 4,
  'not-assessed': 2,
  excepted: 1,
});

const rows = joinHosts({
  agents: [
    agentOf('web-2', { clockSkewMs: 60_000 }),
    agentOf('web-10', { state: 'offline', agencyId: 2, agencyName: 'Xã Bình Minh' }),
    agentOf('old', { state: 'revoked' }),
    agentOf('new', { state: 'pending' }),
  ],
  facts: [
    factsOf('web-2', { openAlerts: 1, worst: 'critical', system: { id: 1, name: 'Cổng', level: 3 } }),
    factsOf('web-10', { openAlerts: 9, worst: 'low', vulnerabilities: { open: 4, exploited: 1 } }),
  ],
  postures: [{ agentId: 'web-2', checks: checks(9, 1) }],
  silences: [
    {
      id: 's',
      kind: 'channel',
      agencyId: 2,
      agencyName: 'Xã Bình Minh',
      agentId: 'web-10',
      hostname: 'web-10',
      channel: 'log/sshd',
      network: null,
      sinceAt: '2026-11-25T00:00:00.000Z',
      noticedAt: '2026-11-25T06:00:00.000Z',
      endedAt: null,
    },
  ],
});
const found = (address: string) => {
  const filters = parseHostFilters(new URLSearchParams(address));
  return sortHosts(filterHosts(rows, filters), filters, 'vi').map(({ agent }) => agent.id);
};

describe('the list of hosts', () => {
  test('leaves out those that are gone until they are asked for, and orders names as people count', () => {
    expect(found('')).toEqual(['new', 'web-2', 'web-10']);
    expect(found('state=gone')).toEqual(['old']);
    expect(found('state=online,pending')).toEqual(['new', 'web-2']);
  });

  test('is searched without accents, in names of systems and agencies too', () => {
    expect(found('q=binh+minh')).toEqual(['web-10']);
    expect(found('q=cong')).toEqual(['web-2']);
  });

  test('is filtered by what needs a look', () => {
    expect(found('mark=silent')).toEqual(['web-10']);
    expect(found('mark=skewed')).toEqual(['web-2']);
    expect(found('mark=exploited')).toEqual(['web-10']);
    expect(found('level=3')).toEqual(['web-2']);
    expect(countMarks(rows)).toEqual({ silent: 1, alerts: 2, exploited: 1, vulnerable: 1, skewed: 1 });
  });

  test('sorts by the worst alert before their number', () => {
    expect(found('sort=alerts.down')).toEqual(['web-2', 'web-10', 'new']);
  });

  test('scores only what was judged', () => {
    expect(scoreOf(checks(9, 1))).toBe(90);
    expect(scoreOf(checks(0, 0))).toBeUndefined();
    expect(scoreOf(checks(199, 1))).toBe(99);
  });

  test('writes its filters into the address and reads the same back', () => {
    const filters = parseHostFilters(new URLSearchParams('q=a&state=online&mark=alerts&os=X&sort=seen.down'));
    const written = new URLSearchParams(
      Object.entries(hostQuery(filters)).map(([key, value]): [string, string] => [key, String(value)]),
    );
    expect(parseHostFilters(written)).toEqual(filters);
    expect(parseHostFilters(new URLSearchParams('state=none&mark=x&sort=y'))).toEqual(
      parseHostFilters(new URLSearchParams('')),
    );
  });
});

describe('a command', () => {
  const form = (change: Partial<CommandForm>): CommandForm => ({ ...emptyForm, ...change });

  test.each<[Partial<CommandForm>, ReturnType<typeof commandOf>]>([
    [
      { action: 'isolate', minutes: '30' },
      { action: 'isolate', durationMs: 1_800_000 },
    ],
    [{ action: 'isolate', minutes: '0' }, null],
    [{ action: 'isolate', minutes: '1.5' }, null],
    [{ action: 'collect-bundle' }, { action: 'collect-bundle' }],
    [
      { action: 'disable-account', user: ' an ' },
      { action: 'disable-account', user: 'an' },
    ],
    [{ action: 'disable-account', user: 'an; rm' }, null],
    [
      { action: 'quarantine-file', path: '/tmp/x', sha256: 'AB'.repeat(32) },
      { action: 'quarantine-file', path: '/tmp/x', sha256: 'ab'.repeat(32) },
    ],
    [{ action: 'quarantine-file', path: 'tmp/x', sha256: 'ab'.repeat(32) }, null],
  ])('of %j', (change, command) => {
    expect(commandOf(form(change))).toEqual(command);
  });

  test('names each field that will not do', () => {
    expect(faultsOf(form({ action: 'kill-process' }))).toEqual(['pid', 'started', 'executable']);
  });

  test('knows what takes it back', () => {
    expect(undoOf({ action: 'isolate', durationMs: 60_000 }, 'x')).toEqual({ action: 'release' });
    expect(undoOf({ action: 'collect-bundle' }, 'x')).toBeUndefined();
  });
});
