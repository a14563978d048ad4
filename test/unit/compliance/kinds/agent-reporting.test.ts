import { describe, expect, it } from 'vitest';
import { agentReportingKind } from '../../../../collector/compliance/evidence/kinds/agent-reporting.ts';
import { AT_MS, aHost, aSystem, HOUR_MS, MOMENT } from '../a-system.ts';
import { judgeKind, shortFindings, someSources } from './judge-kind.ts';

const PARAMS = { within: 'P1D' };

describe('hosts that report', () => {
  it('are met within the period, not met beyond it', async () => {
    const system = aSystem([
      aHost('a', { seenMs: AT_MS - 24 * HOUR_MS }),
      aHost('b', { seenMs: AT_MS - 24 * HOUR_MS - 1 }),
      aHost('c', { seenMs: undefined }),
      aHost('d', { seenMs: undefined, enrolledMs: AT_MS - HOUR_MS }),
    ]);
    expect(shortFindings(await judgeKind(agentReportingKind, PARAMS, { system }))).toEqual([
      'a met reports',
      'b not-met last-reported',
      'c not-met never-reported',
      'd not-assessed new-host',
    ]);
  });

  it('are not assessed where there are none', async () => {
    expect(shortFindings(await judgeKind(agentReportingKind, PARAMS, { system: aSystem([]) }))).toEqual([
      'system not-assessed no-hosts',
    ]);
  });

  it.each([
    [95, 'met'],
    [96, undefined],
  ])('may be %i percent of all', async (share, wanted) => {
    const hosts = Array.from({ length: 20 }, (_, index) =>
      aHost(String(index), index === 0 ? { seenMs: AT_MS - 90 * HOUR_MS } : {}),
    );
    const system = aSystem(hosts);
    const asked = await agentReportingKind.gather(someSources({}), { ...MOMENT, hosts, systems: [system] }, [
      { ...PARAMS, share },
    ]);
    expect(asked.fold(0, asked.judge(0, system))).toBe(wanted);
  });
});
