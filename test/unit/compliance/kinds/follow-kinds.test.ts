/** What is followed over time: snapshots day by day, feeds, and what came since risks were assessed. */
import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../../../collector/compliance/attestation.ts';
import type {
  CentreEvidence,
  WeaknessFact,
} from '../../../../collector/compliance/evidence/centre-evidence.ts';
import type { AnyEvidenceKind, Parameters } from '../../../../collector/compliance/evidence/evidence-kind.ts';
import { baselineSnapshotKind } from '../../../../collector/compliance/evidence/kinds/baseline-snapshot.ts';
import { logStoreKind } from '../../../../collector/compliance/evidence/kinds/log-store.ts';
import { riskTriggersKind } from '../../../../collector/compliance/evidence/kinds/risk-triggers.ts';
import { snapshotsKeptKind } from '../../../../collector/compliance/evidence/kinds/snapshots-kept.ts';
import { threatFeedsKind } from '../../../../collector/compliance/evidence/kinds/threat-feeds.ts';
import { vulnerabilityScanKind } from '../../../../collector/compliance/evidence/kinds/vulnerability-scan.ts';
import { aHost, AT_MS, aSystem, DAY_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

async function ask(kind: AnyEvidenceKind, params: Parameters, centre: Partial<CentreEvidence>) {
  const sources = { centre: centre as CentreEvidence };
  return shortFindings(await judgeKind(kind, params, { sources, system: aSystem([]) }));
}

const snapshots = (firstDay?: string, days = 0) => ({
  snapshots: () => Promise.resolve(new Map(firstDay === undefined ? [] : [[7, { firstDay, days }]])),
});

describe('snapshots of a month', () => {
  it.each([
    ['system met kept', '2026-09-01', 31],
    ['system met kept', '2026-10-26', 25],
    ['system not-met gaps', '2026-09-01', 24],
    ['system not-assessed too-short', '2026-10-27', 31],
    ['system not-met none', undefined, 0],
  ])('%s of one from %s on %i days', async (wanted, firstDay, days) => {
    expect(await ask(snapshotsKeptKind, { within: 'P1M' }, snapshots(firstDay, days))).toEqual([wanted]);
  });

  it('begin with the one that says how the system was taken over', async () => {
    expect(await ask(baselineSnapshotKind, {}, snapshots('2026-09-01'))).toEqual(['system met written-down']);
    expect(await ask(baselineSnapshotKind, {}, snapshots())).toEqual(['system not-met none']);
  });
});

describe('feeds', () => {
  const feeds = (...daysAgo: number[]) => ({
    feeds: () =>
      Promise.resolve(daysAgo.map((days) => ({ name: `f${days}`, lastMs: AT_MS - days * DAY_MS }))),
  });

  it.each([
    ['centre met followed', feeds(30, 90), 1],
    ['centre not-met too-few', feeds(31), 1],
    ['centre not-met too-few', feeds(2, 90), 2],
    ['centre not-met nothing-yet', feeds(), 1],
  ])('%s', async (wanted, centre, sources) => {
    expect(await ask(threatFeedsKind, { within: 'P30D', sources }, centre)).toEqual([wanted]);
  });
});

describe('risks', () => {
  async function since(signedOn: string | undefined, enrolledMs: readonly number[]) {
    const word: Attestation | undefined =
      signedOn === undefined ? undefined : { id: 1, signer: 'An', signedOn, dueMs: undefined };
    const reviews = { at: () => Promise.resolve({ attestationOf: () => word }) };
    const system = aSystem(enrolledMs.map((ms, index) => aHost(String(index), { enrolledMs: ms })));
    return shortFindings(
      await judgeKind(riskTriggersKind, { control: 'GV-05' }, { sources: { reviews }, system }),
    );
  }

  it.each([
    ['system met quiet', '2026-11-20', [AT_MS - 100 * DAY_MS]],
    ['system met quiet', '2026-11-20', [Date.UTC(2026, 10, 20, 16, 59)]],
    ['system not-met grew', '2026-11-20', [AT_MS - 100 * DAY_MS, Date.UTC(2026, 10, 20, 17)]],
    ['system met quiet', '2026-11-20', []],
    ['system not-assessed never-assessed', undefined, [AT_MS]],
  ])('%s', async (wanted, signedOn, enrolled) => {
    expect(await since(signedOn, enrolled)).toEqual([wanted]);
  });
});

describe('weaknesses of hosts', () => {
  const known = { why: [], matchedMs: AT_MS - DAY_MS, dataMs: AT_MS - 2 * DAY_MS, open: 3, exploited: 1 };
  async function scan(facts: Readonly<Record<string, WeaknessFact>>, system = aSystem([aHost('a')])) {
    const centre = { weaknesses: () => Promise.resolve(new Map(Object.entries(facts))) };
    const sources = { centre: centre as Partial<CentreEvidence> as CentreEvidence };
    return shortFindings(await judgeKind(vulnerabilityScanKind, { every: 'P30D' }, { sources, system }));
  }

  it.each<[string, Partial<WeaknessFact>]>([
    ['a met scanned', {}],
    ['a met scanned', { open: 0, exploited: 0 }],
    ['a not-met old-advisories', { dataMs: AT_MS - 31 * DAY_MS }],
    ['a not-assessed not-known', { why: ['no-feed'] }],
    ['a not-assessed not-known', { matchedMs: undefined }],
    ['a not-assessed only-later', { matchedMs: AT_MS + 1 }],
  ])('%s', async (wanted, facts) => {
    expect(await scan({ a: { ...known, ...facts } })).toEqual([wanted]);
  });

  it('are not known of a host that is silent, tells nothing, or is not there', async () => {
    const hosts = [aHost('a', { seenMs: AT_MS - 9 * DAY_MS }), aHost('b'), aHost('c')];
    expect(await scan({ a: known, c: known }, aSystem(hosts))).toEqual([
      'a not-assessed silent',
      'b not-assessed no-facts',
      'c met scanned',
    ]);
    expect(await scan({}, aSystem([]))).toEqual(['system not-assessed no-hosts']);
  });
});

describe('the store of logs', () => {
  it.each([
    ['centre met encrypted', 'here', true],
    ['centre not-met not-encrypted', 'here', false],
    ['centre not-assessed not-told', 'here', undefined],
    ['centre not-assessed elsewhere', 'elsewhere', undefined],
  ] as const)('%s', async (wanted, place, isEncrypted) => {
    const logStore = () => Promise.resolve({ place, isEncrypted });
    expect(await ask(logStoreKind, {}, { logStore })).toEqual([wanted]);
  });
});
