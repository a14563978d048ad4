/** What summaries say of vulnerabilities, and of agencies that merge. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCaseRules } from '../../../collector/case/legal-clocks.ts';
import { createAgency, ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { applyDueChanges, planChange } from '../../../collector/registry/agency-changes.ts';
import { createCase } from '../../../collector/registry/cases/case-acts.ts';
import { setIncident } from '../../../collector/registry/cases/incidents.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { pointFeed } from '../../../collector/registry/vulnerability/feeds.ts';
import { documentOf } from '../../../collector/report/document-of.ts';
import type { SummaryFacts } from '../../../collector/report/summary-facts.ts';
import { ReportDesk } from '../../../collector/services/reports/report-desk.ts';
import type { FeedForm } from '../../../collector/vulnerability/advisory.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const DAY_MS = 86_400_000;
const CASE_RULES = path.join(import.meta.dirname, '../../../rules/cases');
const at = (text: string): number => Date.parse(text);

let registry: Registry;
let clock: TestClock;
let desk: ReportDesk;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  clock.ms = at('2026-11-01T03:00:00Z');
  desk = new ReportDesk({ registry, dataDir: '/nonexistent' });
});
afterEach(() => registry.close());

async function host(hostname: string, agencyId = 1): Promise<string> {
  await ensureAgentGroup(registry.db, 'servers', 0);
  const token = await createJoinToken(registry, { group: 'servers' }, 'cli:root');
  const request = enrolRequest(token, { machineId: hostname });
  const outcome = await enrolAgent(registry, request, '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  const { agentId } = outcome;
  await registry.db
    .updateTable('agent')
    .set({ agency_id: agencyId, hostname, last_seen_ms: clock.ms })
    .where('id', '=', agentId)
    .execute();
  return agentId;
}

async function feed(form: FeedForm, releases: string[]): Promise<void> {
  const { id } = await registry.db
    .insertInto('vulnerability_upload')
    .values({ feed: form, added_ms: 1, added_by: 'test', facts: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  const counts = { vulnerabilities: 1, ranges: 1, refused: 0 };
  const facts = { form, releases, ...counts, dataMs: clock.ms - DAY_MS, fileName: 'f', sha256: 'a' };
  await registry.db
    .transaction()
    .execute((trx) => pointFeed(trx, { id, feed: form, facts }, 'user:lan', clock.ms));
}

async function software(agentId: string, toldMs = clock.ms): Promise<void> {
  const told = { system: 'Debian', release: 'debian:12', is_whole: 1, packages: 1, place: '', body: '' };
  await registry.db
    .insertInto('host_software')
    .values({ agent_id: agentId, ...told, told_ms: toldMs, matched_by: 'x', matched_ms: clock.ms })
    .execute();
}

async function finding(
  agentId: string,
  cve: string,
  change: { severity?: string; exploited?: number; first_ms?: number; fixed_ms?: number; until?: number },
): Promise<void> {
  const { until, ...rest } = change;
  await registry.db
    .insertInto('vulnerability_finding')
    .values({
      agent_id: agentId,
      cve,
      package: 'openssl',
      installed: '1',
      fixed: '2',
      advisory: '',
      severity: 'high',
      score_tenths: null,
      exploited: 0,
      epss_ppm: null,
      priority: 1,
      first_ms: clock.ms,
      last_ms: clock.ms,
      fixed_ms: null,
      exception_id: null,
      excepted_until_ms: until ?? null,
      ...rest,
    })
    .execute();
}

async function alert(id: string, agencyId: number, openedMs: number, closedMs: number | null): Promise<void> {
  await registry.db
    .insertInto('alert')
    .values({
      id,
      rule_id: 'r',
      group_key: id,
      severity: 'high',
      state: closedMs === null ? 'new' : 'closed',
      entity: '{}',
      rule: '{}',
      agency_id: agencyId,
      detections: 1,
      first_seen_ms: openedMs,
      last_seen_ms: openedMs,
      created_ms: openedMs,
      updated_ms: openedMs,
      closed_ms: closedMs,
      message: '',
    })
    .execute();
}

async function facts(period: string, agencyId = 1): Promise<SummaryFacts> {
  const body = await desk.bodyFor({ kind: 'monthly', period, agencyId, systemId: null }, ALL);
  documentOf(body);
  if (body.content.kind === 'mau-08') throw new TypeError('a summary was asked for');
  return body.content.facts;
}

describe('vulnerabilities in a summary', () => {
  it('are not assessed, with the reason, where there is no feed or no host that can be judged', async () => {
    const web = await host('web');
    expect((await facts('2026-11')).vulnerabilities).toEqual({
      known: false,
      why: 'lỗ hổng: chưa nạp dữ liệu lỗ hổng nào đến cuối kỳ',
    });
    await feed('debian-tracker', ['debian:12']);
    expect((await facts('2026-11')).vulnerabilities).toEqual({
      known: false,
      why: 'lỗ hổng: 1 máy chưa từng báo phần mềm đã cài',
    });
    await software(web);
    expect((await facts('2026-11')).vulnerabilities).toMatchObject({
      known: true,
      value: { hosts: 1, notAssessed: [], exposedHosts: 0, exploitedHosts: null },
    });
  });

  it('are counted by severity as they stood at the end, with what is attacked with, age and feeds', async () => {
    clock.ms = at('2026-11-10T03:00:00Z');
    await feed('debian-tracker', ['debian:12']);
    await feed('kev', []);
    const [web, mail, old] = [await host('web'), await host('mail'), await host('old')];
    await software(web);
    await software(mail);
    await software(old, clock.ms - 40 * DAY_MS);
    const older = at('2026-11-04T17:00:00Z');
    await finding(web, 'CVE-2026-1', { severity: 'critical', exploited: 1, first_ms: older });
    await finding(web, 'CVE-2026-2', {});
    await finding(mail, 'CVE-2026-2', { fixed_ms: at('2026-11-20T00:00:00Z') });
    await finding(mail, 'CVE-2026-3', { fixed_ms: at('2026-11-12T00:00:00Z') });
    await finding(mail, 'CVE-2026-4', { until: at('2027-01-01T00:00:00Z') });
    await finding(mail, 'CVE-2026-5', { first_ms: at('2026-11-16T00:00:00Z') });
    await finding(old, 'CVE-2026-1', { severity: 'critical', exploited: 1 });
    clock.ms = at('2026-11-14T17:00:00Z');
    const found = async () => (await facts('2026-11')).vulnerabilities;
    const state = await found();
    expect(state).toMatchObject({
      known: true,
      value: {
        hosts: 2,
        notAssessed: [{ why: 'danh sách phần mềm quá cũ', hosts: 1 }],
        exposedHosts: 2,
        exploitedHosts: 1,
        feeds: [
          { name: 'debian-tracker', day: '2026-11-09', old: false },
          { name: 'kev', day: '2026-11-09', old: false },
        ],
      },
    });
    const rows = state?.known === true ? state.value.rows : [];
    expect(rows.slice(0, 3)).toEqual([
      { severity: 'critical', open: 1, hosts: 1, exploited: 1, oldestDays: 10 },
      { severity: 'high', open: 2, hosts: 2, exploited: 0, oldestDays: 4 },
      { severity: 'medium', open: 0, hosts: 0, exploited: 0, oldestDays: null },
    ]);
    clock.ms = at('2026-11-20T03:00:00Z');
    await feed('debian-tracker', ['debian:12']);
    expect(await found()).toEqual(state);
  });
});

describe('a summary of a province that merges', () => {
  it('is right before, across and after the day', async () => {
    const add = async (name: string, parentId = 1): Promise<number> =>
      (await createAgency(registry, { name, kind: 'department', parentId }, 'test')).id;
    const system = (name: string, agencyId: number) =>
      createSystem(registry, { name, agencyId, lawProfile: 'vn-2026' }, 'test');
    const [anGiang, kienGiang] = [await add('UBND tỉnh An Giang'), await add('UBND tỉnh Kiên Giang')];
    const tourism = await add('Sở Du lịch Kiên Giang', kienGiang);
    await system('Cổng DVC An Giang', anGiang);
    await system('Cổng DVC Kiên Giang', kienGiang);
    await system('Du lịch Phú Quốc', tourism);
    for (const [name, agencyId] of [
      ['ag-1', anGiang],
      ['kg-1', kienGiang],
      ['kg-2', kienGiang],
      ['dl-1', tourism],
    ] as const)
      await host(name, agencyId);
    await alert('open', kienGiang, at('2026-11-10T00:00:00Z'), null);
    await alert('shut', kienGiang, at('2026-11-20T00:00:00Z'), at('2026-11-25T00:00:00Z'));
    const plan = {
      kind: 'merge' as const,
      on: '2026-12-01',
      sources: [kienGiang],
      into: { agencyId: anGiang },
      twins: 'refuse' as const,
      reason: 'NQ 202/2025/QH15',
    };
    await planChange(registry, plan, { actor: 'user:lead', scope: ALL });
    const counts = async (period: string, agencyId: number) => {
      const { coverage, levels } = await facts(period, agencyId);
      if (!coverage.known || !levels.known) throw new TypeError('it is known');
      const { agencies, systems, hosts } = coverage.value;
      return [agencies, systems, hosts, levels.value.reduce((sum, row) => sum + row.systems, 0)];
    };
    const alerts = async (period: string, agencyId: number) => {
      const { incidents } = await facts(period, agencyId);
      const high = incidents.known
        ? incidents.value.alerts.find((row) => row.severity === 'high')
        : undefined;
      return [high?.opened, high?.closed, high?.open];
    };
    clock.ms = at('2026-11-14T17:00:00Z');
    const before = [await counts('2026-11', anGiang), await counts('2026-11', kienGiang)];
    expect(before).toEqual([
      [1, 1, 1, 1],
      [2, 2, 3, 2],
    ]);
    clock.ms = at('2026-12-20T03:00:00Z');
    await applyDueChanges(registry);
    expect([await counts('2026-11', anGiang), await counts('2026-11', kienGiang)]).toEqual(before);
    expect([await alerts('2026-11', anGiang), await alerts('2026-11', kienGiang)]).toEqual([
      [0, 0, 0],
      [1, 0, 1],
    ]);
    for (const agencyId of [anGiang, kienGiang]) {
      expect(await alerts('2026-12', agencyId)).toEqual([1, 1, 1]);
      expect(await alerts('2027-01', agencyId)).toEqual([0, 0, 1]);
    }
    for (const period of ['2026-12', '2027-01'])
      expect([await counts(period, anGiang), await counts(period, kienGiang)]).toEqual([
        [2, 3, 4, 3],
        [2, 3, 4, 3],
      ]);
  });

  it('counts cases and legal clocks once, where they were on the last day', async () => {
    const rules = (await loadCaseRules(CASE_RULES, undefined)).clocks;
    const add = async (name: string): Promise<number> =>
      (await createAgency(registry, { name, kind: 'department', parentId: 1 }, 'test')).id;
    const [anGiang, kienGiang] = [await add('UBND tỉnh An Giang'), await add('UBND tỉnh Kiên Giang')];
    const lead = { actor: 'user:lead', scope: ALL };
    /** A leak of personal data that is found at that moment: to be told within 72 hours. */
    const leak = async (moment: string, ownAgencyId: number, drill = false): Promise<string> => {
      clock.ms = at(moment);
      const wanted = {
        title: 'Lộ dữ liệu',
        severity: 'high',
        class: 'data-leak',
        ownAgencyId,
        drill,
      } as const;
      const id = await createCase(registry, wanted, lead);
      await setIncident(
        registry,
        id,
        { detectedAt: new Date(clock.ms).toISOString(), personalData: true },
        rules,
        lead,
      );
      return id;
    };
    await leak('2026-11-02T00:00:00Z', anGiang);
    const shut = await leak('2026-11-03T00:00:00Z', kienGiang);
    await leak('2026-11-05T00:00:00Z', kienGiang, true);
    await leak('2026-11-13T12:00:00Z', kienGiang);
    const closed = { state: 'closed', closed_ms: at('2026-11-10T00:00:00Z') } as const;
    await registry.db.updateTable('case_file').set(closed).where('id', '=', shut).execute();
    const plan = {
      kind: 'merge' as const,
      on: '2026-12-01',
      sources: [kienGiang],
      into: { agencyId: anGiang },
      twins: 'refuse' as const,
      reason: 'NQ 202/2025/QH15',
    };
    await planChange(registry, plan, lead);
    const told = async (period: string, agencyId: number) => {
      const { incidents } = await facts(period, agencyId);
      if (!incidents.known) throw new TypeError('it is known');
      const { cases, clocks } = incidents.value;
      return [
        cases.map(({ opened, closed: ended, open }) => [opened, ended, open]),
        clocks.map(({ due, kept, late, running }) => [due, kept, late, running]),
      ];
    };
    const november = async () => [await told('2026-11', anGiang), await told('2026-11', kienGiang)];
    const before = [
      [[[1, 0, 1]], [[1, 0, 1, 0]]],
      // One was shut, one is open; the clock of the first was missed, that of the second runs into the next period.
      [[[2, 1, 1]], [[1, 0, 1, 1]]],
    ];
    clock.ms = at('2026-11-14T16:00:00Z');
    expect(await november()).toEqual(before);
    clock.ms = at('2026-12-20T03:00:00Z');
    await applyDueChanges(registry);
    expect(await november()).toEqual(before);
    // Across it the one that took over answers for both, and asked by the name of the one that ended it is the same.
    for (const agencyId of [anGiang, kienGiang]) {
      expect(await told('2026-12', agencyId)).toEqual([[[0, 0, 2]], [[1, 0, 1, 0]]]);
      clock.ms = at('2027-02-01T03:00:00Z');
      expect(await told('2027-01', agencyId)).toEqual([[[0, 0, 2]], []]);
    }
    const root = await told('2026-11', 1);
    expect(root).toEqual([[[3, 1, 2]], [[2, 0, 2, 1]]]);
  });
});
