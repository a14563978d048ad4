import { expect, it } from 'vitest';
import { clockKind } from '../../../../collector/compliance/evidence/kinds/clock.ts';
import type { FleetItem, FleetReader } from '../../../../collector/store/fleet-store.ts';
import { AT_MS, aHost, aSystem, DAY_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

const RIGHT = { service: 'chrony', synchronised: 'true', offsetMs: '3', source: '10.0.0.1' };

function item(agentId: string, facts: Record<string, string>, timeMs = AT_MS - DAY_MS): FleetItem {
  return { agentId, key: 'clock', timeMs, facts: { ...RIGHT, ...facts } };
}

const fleetOf = (...items: FleetItem[]) =>
  ({ items: () => Promise.resolve({ items, cutFrom: undefined }) }) as unknown as FleetReader;

it('clocks are met only where a service says so, close enough, and the collector sees the same', async () => {
  const items = [
    item('right', {}),
    item('unsynchronised', { synchronised: 'false' }),
    item('without-source', { synchronised: 'false', source: '' }),
    item('right-without-source', { source: '' }),
    item('off-by-service', { offsetMs: '-6000' }),
    item('off-by-session', {}),
    item('just-off', {}),
    item('bare', { service: 'none', synchronised: 'false', source: '' }),
    item('mute', { synchronised: '' }),
    item('old', {}, AT_MS - 40 * DAY_MS),
    item('silent', {}),
  ];
  const skews: Record<string, number> = { 'off-by-session': -5_001, 'just-off': 5_000 };
  const hosts = [...items.map(({ agentId }) => agentId), 'untold'].map((id) =>
    aHost(id, {
      clockSkewMs: skews[id],
      ...(id === 'silent' ? { seenMs: AT_MS - 9 * DAY_MS } : {}),
    }),
  );
  const findings = await judgeKind(
    clockKind,
    {},
    { sources: { fleet: fleetOf(...items) }, system: aSystem(hosts) },
  );
  expect(shortFindings(findings)).toEqual([
    'right met synchronised',
    'unsynchronised not-met not-synchronised',
    'without-source not-met no-source-yet',
    'right-without-source met synchronised-alone',
    'off-by-service not-met off',
    'off-by-session not-met off',
    'just-off met synchronised',
    'bare not-met no-service',
    'mute not-assessed unreadable',
    'old not-assessed stale',
    'silent not-assessed silent',
    'untold not-assessed no-facts',
  ]);
});
