import { describe, expect, it } from 'vitest';
import type { EvidenceSources } from '../../../../collector/compliance/evidence/evidence-sources.ts';
import { logCoverageKind } from '../../../../collector/compliance/evidence/kinds/log-coverage.ts';
import { logFieldsKind } from '../../../../collector/compliance/evidence/kinds/log-fields.ts';
import { processLogKind } from '../../../../collector/compliance/evidence/kinds/process-log.ts';
import type { LogCount, LogFieldCount } from '../../../../collector/store/assess-store.ts';
import { AT_MS, aHost, aSystem, DAY_MS, HOUR_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

const silent = { seenMs: AT_MS - 9 * DAY_MS };
const young = { enrolledMs: AT_MS - HOUR_MS };

function logsOf(facts: { counts?: LogCount[]; fields?: LogFieldCount[] }): EvidenceSources['logs'] {
  return {
    logCounts: () => Promise.resolve(facts.counts ?? []),
    logFields: () => Promise.resolve(facts.fields ?? []),
  };
}

describe('coverage by kinds of log', () => {
  const count = (agentId: string, kind: LogCount['kind'], lastMs = AT_MS - HOUR_MS): LogCount => ({
    agentId,
    kind,
    count: 1,
    lastMs,
  });
  const counts = [
    count('whole', 'system-access'),
    count('whole', 'application'),
    count('half', 'system-access'),
    count('late', 'system-access'),
    count('late', 'application', AT_MS - 25 * HOUR_MS),
    count('silent', 'system-access'),
    count('silent', 'application'),
  ];
  const ask = async (params: Record<string, unknown>, hosts = ['whole', 'half', 'late', 'silent', 'young']) =>
    judgeKind(logCoverageKind, params, {
      sources: { logs: logsOf({ counts }) },
      system: aSystem(hosts.map((id) => aHost(id, id === 'silent' ? silent : id === 'young' ? young : {}))),
    });

  it('is asked of each host, and a host that misses one kind is not met', async () => {
    const findings = await ask({
      within: 'P1D',
      kinds: ['system-access', 'application'],
      each: ['system-access', 'application'],
    });
    expect(shortFindings(findings)).toEqual([
      'whole met comes',
      'half not-met missing',
      'late not-met missing',
      'silent not-assessed silent',
      'young not-assessed new-host',
    ]);
    expect(findings[1]?.reason.args).toMatchObject({ kinds: 'application' });
  });

  it('may be asked of the system as a whole', async () => {
    expect(
      shortFindings(await ask({ within: 'P1D', kinds: ['system-access', 'application'], each: [] })),
    ).toEqual(['system met system-comes']);
    expect(
      shortFindings(await ask({ within: 'P1D', kinds: ['system-access', 'process'], each: [] })),
    ).toEqual(['system not-met system-missing']);
  });

  it('is not assessed where no host reports or there is none', async () => {
    expect(shortFindings(await ask({ within: 'P1D', kinds: ['process'], each: [] }, ['silent']))).toEqual([
      'system not-assessed system-missing',
    ]);
    expect(shortFindings(await ask({ within: 'P1D', kinds: ['system-access'] }, []))).toEqual([
      'system not-assessed no-hosts',
    ]);
  });
});

describe('fields of records', () => {
  const fields = (agentId: string, total: number, ...having: number[]): LogFieldCount => ({
    agentId,
    total,
    having,
    lastMs: AT_MS - HOUR_MS,
  });
  const hosts = ['whole', 'nearly', 'short', 'none', 'silent'].map((id) =>
    aHost(id, id === 'silent' ? silent : {}),
  );
  const sources = {
    logs: logsOf({
      fields: [
        fields('whole', 20, 20, 20),
        fields('nearly', 20, 19, 20),
        fields('short', 20, 18, 20),
        fields('silent', 20, 20, 20),
      ],
    }),
  };

  it('are met from the share on, and a host without such records is not judged', async () => {
    const params = { logs: ['system-access'], fields: ['source', 'account'], share: 95 };
    const findings = await judgeKind(logFieldsKind, params, { sources, system: aSystem(hosts) });
    expect(shortFindings(findings)).toEqual([
      'whole met whole',
      'nearly met whole',
      'short not-met fields-missing',
      'none not-assessed no-such-log',
      'silent not-assessed silent',
    ]);
    expect(findings[2]?.reason.args).toMatchObject({ fields: 'source 90 %' });
  });

  it('take the MAC addresses of hosts from the inventory where records have none', async () => {
    const standing = { category: 'network-interface', toldMs: AT_MS, truncated: 0, unread: '' };
    const fleet = {
      standing: () => Promise.resolve([{ ...standing, agentId: 'whole', state: 'complete', items: 2 }]),
    } as unknown as EvidenceSources['fleet'];
    const logs = logsOf({ fields: [fields('whole', 20, 0), fields('short', 20, 0)] });
    const system = aSystem([aHost('whole'), aHost('short')]);
    const findings = await judgeKind(
      logFieldsKind,
      { fields: ['mac'] },
      { sources: { logs, fleet }, system },
    );
    expect(shortFindings(findings)).toEqual(['whole met whole', 'short not-met fields-missing']);
  });

  it('of processes are a demand of their own: a host that logs none is not met', async () => {
    const params = { fields: ['process-name', 'account'] };
    const findings = await judgeKind(processLogKind, params, { sources, system: aSystem(hosts) });
    expect(shortFindings(findings)[3]).toBe('none not-met no-such-log');
  });
});
