/** Lists of assets, who confirmed them, and how hosts are managed. */
import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../../../collector/compliance/attestation.ts';
import { accountsCentralKind } from '../../../../collector/compliance/evidence/kinds/accounts-central.ts';
import { inventoryFreshKind } from '../../../../collector/compliance/evidence/kinds/inventory-fresh.ts';
import { inventoryReviewKind } from '../../../../collector/compliance/evidence/kinds/inventory-review.ts';
import { listReviewedKind } from '../../../../collector/compliance/evidence/kinds/list-reviewed.ts';
import { performanceKind } from '../../../../collector/compliance/evidence/kinds/performance.ts';
import type { HostLoad } from '../../../../collector/store/fleet-store.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../a-system.ts';
import { aList, fleetSources, judged, type Fleet } from './a-fleet.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

describe('the list of assets', () => {
  const params = { categories: ['os', 'hardware', 'network-interface'] };
  const whole = {
    os: { os: { name: 'Debian', hostname: 'web' } },
    hardware: { system: { serial: 'S1' } },
    'network-interface': {
      lo: { mac: '00:00', addresses: '127.0.0.1', internal: 'true' },
      eth0: { mac: '52:54', addresses: '10.0.0.5' },
    },
  };
  const without = (
    more: Partial<Record<keyof typeof whole, Record<string, Record<string, string>>>>,
  ): Fleet[string] => ({
    items: { ...whole, ...more },
  });

  it('has hosts with a name, an identity and addresses', async () => {
    const fleet: Fleet = {
      a: { items: whole },
      b: without({ hardware: { system: { model: 'KVM' } } }),
      c: without({ hardware: { system: { uuid: 'U' } } }),
      d: without({ 'network-interface': { lo: { mac: '00:00', addresses: '127.0.0.1', internal: 'true' } } }),
      e: { items: { os: whole.os } },
      f: {},
      g: {
        ...without({ hardware: {} }),
        stands: { hardware: { state: 'partial', unread: 'firmware facts: permission denied' } },
      },
      h: { items: whole, stands: { os: { state: 'failed', unread: 'x' } } },
      i: { items: whole, stands: { hardware: { toldMs: AT_MS - 16 * DAY_MS } } },
    };
    expect(await judged(inventoryFreshKind, fleet, { params })).toEqual([
      'a met told',
      'b not-met fields-missing',
      'c met told',
      'd not-met fields-missing',
      'e not-assessed not-told',
      'f not-assessed no-facts',
      'g not-assessed fields-unread',
      'h not-assessed look-failed',
      'i not-assessed stale',
    ]);
  });
});

describe('a review', () => {
  const asked = async (attestation: Attestation | undefined, every = 'P6M') => {
    const reviews = { at: () => Promise.resolve({ attestationOf: () => attestation }) };
    return shortFindings(
      await judgeKind(
        inventoryReviewKind,
        { control: 'HW-02', every },
        { sources: { reviews }, system: aSystem([aHost('a')]) },
      ),
    );
  };
  const signed = (signedOn: string, dueMs?: number): Attestation => ({
    id: 1,
    signer: 'Lan',
    signedOn,
    dueMs,
  });

  it('counts for the period from the day it was signed', async () => {
    expect(await asked(signed('2026-05-26'))).toEqual(['system met confirmed']);
    expect(await asked(signed('2026-05-25'))).toEqual(['system not-met too-old']);
    expect(await asked(signed('2026-11-01', AT_MS))).toEqual(['system not-met too-old']);
    expect(await asked(undefined)).toEqual(['system not-assessed never-confirmed']);
  });
});

it('a list is gone through within the period, each that holds for the system', async () => {
  const asked = async (...days: number[]) => {
    const lists = days.map((ago, at) => ({
      ...aList('software', ['x'], at === 0 ? { kind: 'all' } : { kind: 'system', id: 7 }),
      setMs: AT_MS - ago * DAY_MS,
    }));
    const system = aSystem([aHost('a')]);
    const sources = fleetSources({}, { lists });
    return shortFindings(
      await judgeKind(listReviewedKind, { list: 'software', every: 'P1Y' }, { sources, system }),
    );
  };
  expect(await asked(365)).toEqual(['system met reviewed']);
  expect(await asked(10, 366)).toEqual(['system not-met too-old']);
  expect(await asked()).toEqual(['system not-assessed list-missing']);
});

describe('services of hosts', () => {
  const runs = (...services: string[]): Fleet[string] => ({
    items: {
      os: { os: {} },
      service: Object.fromEntries(services.map((name) => [name, { running: 'true' }])),
    },
  });

  it('show whether accounts are kept in one place', async () => {
    const windows = (domainJoined: string): Fleet[string] => ({ items: { os: { os: { domainJoined } } } });
    const fleet: Fleet = {
      a: runs('sssd.service'),
      b: runs('ssh.service'),
      c: windows('true'),
      d: windows('false'),
      e: { items: { os: { os: {} } } },
      f: { items: { os: { os: {} }, service: { 'sssd.service': { running: 'false' } } } },
    };
    expect(await judged(accountsCentralKind, fleet)).toEqual([
      'a met joined',
      'b not-met not-joined',
      'c met joined',
      'd not-met not-joined',
      'e not-assessed not-known',
      'f not-met not-joined',
    ]);
  });

  it('show who watches performance; that nobody does is not shown', async () => {
    const fleet = {
      a: runs('zabbix-agent2.service'),
      b: runs('ssh.service'),
      c: {},
      d: {},
      e: {},
      f: runs('zabbix-agent2.service'),
    };
    const load = (agentId: string, agoMs: number, told: Partial<HostLoad> = {}): HostLoad => ({
      agentId,
      timeMs: AT_MS - agoMs,
      overMs: 3_600_000,
      cpuPercent: 12.5,
      cpuPercentMax: 80,
      memoryTotalMb: 2_000,
      memoryUsedMb: 500,
      memoryUsedMbMax: 700,
      diskTotalMb: 0,
      diskUsedMb: 0,
      ...told,
    });
    const told = [load('d', DAY_MS), load('e', DAY_MS + 1), load('f', 2 * DAY_MS)];
    const more = { loads: () => Promise.resolve(told) };
    expect(await judged(performanceKind, fleet, { more })).toEqual([
      'a met monitored',
      'b not-assessed not-seen',
      'c not-assessed no-facts',
      'd met told',
      'e not-assessed too-old',
      'f met monitored',
    ]);
    const sources = fleetSources(
      { d: {} },
      { more: { loads: () => Promise.resolve([load('d', 0, { cpuPercent: undefined })]) } },
    );
    const [finding] = await judgeKind(performanceKind, {}, { sources, system: aSystem([aHost('d')]) });
    expect(finding?.reason.args).toMatchObject({ cpu: '?', memory: 25, disk: '?' });
  });
});
