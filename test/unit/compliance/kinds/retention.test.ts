import { expect, it } from 'vitest';
import type {
  CentreEvidence,
  RetentionFact,
} from '../../../../collector/compliance/evidence/centre-evidence.ts';
import { retentionKind } from '../../../../collector/compliance/evidence/kinds/retention.ts';
import { AT_MS, aHost, aSystem, DAY_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

async function ask(
  fact: Partial<RetentionFact> | undefined,
  holes: Record<string, number> = {},
  hosts = ['a', 'b'],
) {
  const whole = {
    provedMs: AT_MS - DAY_MS,
    monthsInForce: 3,
    reason: 'kept',
    met: true,
    oldestMs: AT_MS - 200 * DAY_MS,
    hostsSinceMs: AT_MS - 200 * DAY_MS,
    missingRows: 0,
    ...fact,
  };
  const centre: Partial<CentreEvidence> = {
    retention: () => Promise.resolve(new Map(fact === undefined ? [] : [[7, whole]])),
    holes: () =>
      Promise.resolve(
        Object.entries(holes).map(([agentId, days]) => ({
          agentId,
          missing: 5,
          lastMs: AT_MS - days * DAY_MS,
        })),
      ),
  };
  return shortFindings(
    await judgeKind(
      retentionKind,
      { keep: 'P3M' },
      { sources: { centre: centre as CentreEvidence }, system: aSystem(hosts.map((id) => aHost(id))) },
    ),
  );
}

it.each([
  ['system met kept', {}],
  ['system met young', { hostsSinceMs: AT_MS - 20 * DAY_MS, oldestMs: AT_MS - 19 * DAY_MS }],
  ['system not-met set-short', { monthsInForce: 2 }],
  ['system not-met gone', { missingRows: 1 }],
  ['system not-met begins-late', { oldestMs: AT_MS - 70 * DAY_MS }],
  ['system met kept', { oldestMs: AT_MS - 80 * DAY_MS }],
  ['system not-assessed nothing-kept', { oldestMs: undefined }],
  ['system not-assessed unproved', { provedMs: AT_MS - 4 * DAY_MS }],
  ['system not-assessed unproved', undefined],
])('logs: %s', async (wanted, fact) => {
  expect(await ask(fact)).toEqual([wanted]);
});

it('a hole on one host counts within the time that is asked for', async () => {
  expect(await ask({}, { b: 30, c: 1 })).toEqual(['system met kept', 'b not-met holes']);
  expect(await ask({}, { b: 100 })).toEqual(['system met kept']);
});

it('logs of a system without hosts are not assessed', async () => {
  expect(await ask({}, {}, [])).toEqual(['system not-assessed no-hosts']);
});
