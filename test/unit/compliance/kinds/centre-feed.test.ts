/** Whether the data of a system's hosts reached the national centre: accepted within the time, with each host, nothing failed since. */
import { describe, expect, it } from 'vitest';
import type {
  CentreEvidence,
  ExchangeFact,
} from '../../../../collector/compliance/evidence/centre-evidence.ts';
import { centreFeedKind } from '../../../../collector/compliance/evidence/kinds/centre-feed.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

const OLD_MS = AT_MS - 100 * DAY_MS;
const one = aHost('a', { hostname: 'pc-a', enrolledMs: OLD_MS });
const two = aHost('b', { hostname: 'pc-b', enrolledMs: OLD_MS });
const fresh = aHost('c', { hostname: 'pc-c', enrolledMs: AT_MS - DAY_MS });

type Read = Extract<ExchangeFact, { kind: 'read' }>;

const accepted = (daysAgo: number, ...names: string[]): Read['accepted'][number] => ({
  acceptedMs: AT_MS - daysAgo * DAY_MS,
  machines: new Set(names),
});
const gone = { acceptedMs: AT_MS - DAY_MS, machines: undefined };

function read(reports: Read['accepted'], change: Partial<Read> = {}): Read {
  const lastAcceptedMs = reports[0]?.acceptedMs;
  return { kind: 'read', accepted: reports, lastAcceptedMs, failedSince: 0, lastFault: undefined, ...change };
}

async function ask(fact: ExchangeFact, hosts = [one, two]): Promise<string[]> {
  const centre: Partial<CentreEvidence> = { exchange: () => Promise.resolve(fact) };
  const sources = { centre: centre as CentreEvidence };
  return shortFindings(
    await judgeKind(centreFeedKind, { within: 'P7D' }, { sources, system: aSystem(hosts) }),
  );
}

describe('the connection to the centre', () => {
  it.each<[string, ExchangeFact]>([
    ['system met covered', read([accepted(1, 'pc-a', 'pc-b', 'pc-x')])],
    ['system met covered', read([accepted(1, 'pc-a'), accepted(6, 'pc-b')])],
    ['system met covered', read([gone, accepted(2, 'pc-a', 'pc-b')])],
    ['system not-met not-covered', read([accepted(1, 'pc-a')])],
    ['system not-met not-covered', read([accepted(1, 'pc-a'), accepted(8, 'pc-b')])],
    ['centre not-met too-old', read([], { lastAcceptedMs: AT_MS - 7 * DAY_MS - 1 })],
    [
      'centre not-met failing',
      read([accepted(1, 'pc-a', 'pc-b')], { failedSince: 1, lastFault: 'HTTP 500' }),
    ],
    ['centre not-met never', read([], { failedSince: 3 })],
    ['system not-assessed unread', read([gone])],
    ['centre not-assessed not-set', { kind: 'not-set' }],
    ['centre not-assessed no-folder', { kind: 'no-folder' }],
  ])('is %s', async (wanted, fact) => {
    expect(await ask(fact)).toEqual([wanted]);
  });

  it('does not ask for hosts that were enrolled within the time', async () => {
    const fact = read([accepted(1, 'pc-a')]);
    expect(await ask(fact, [one, fresh])).toEqual(['system met covered']);
    expect(await ask(fact, [fresh])).toEqual(['system not-assessed too-new']);
    expect(await ask(fact, [])).toEqual(['system not-assessed no-hosts']);
  });
});
