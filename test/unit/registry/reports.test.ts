import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency, rootAgencyId } from '../../../collector/registry/agencies.ts';
import { scoreOf } from '../../../collector/compliance/score.ts';
import type { SnapshotBody } from '../../../collector/compliance/snapshot.ts';
import { centreFacts } from '../../../collector/registry/compliance/centre-facts.ts';
import { setOffice as setSecurityOffice } from '../../../collector/registry/compliance/offices.ts';
import { writeRun } from '../../../collector/registry/compliance/snapshots.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { render } from '../../../collector/report/render.ts';
import { createReport, noteSent, type ReportActor } from '../../../collector/registry/reports/report-acts.ts';
import {
  findReport,
  listReports,
  lockedBody,
  readReportHistory,
} from '../../../collector/registry/reports/report-rows.ts';
import { setOffice } from '../../../collector/registry/requests/request-offices.ts';
import { createSystem, setSystemLevel } from '../../../collector/registry/systems.ts';
import { ReportWatch } from '../../../collector/services/reports/report-watch.ts';
import { ReportDesk } from '../../../collector/services/reports/report-desk.ts';
import { emptyRegistry } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const by: ReportActor = { actor: 'user:lan', scope: ALL };
let nowMs: number;
let registry: Registry;
let desk: ReportDesk;
let root: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 26, 8);
  registry = await emptyRegistry(() => nowMs);
  desk = deskWith(quick);
  root = await rootAgencyId(registry.db);
});
afterEach(() => registry.close());

/** Of what is locked here the bytes do not count, only that they are the same again. */
const quick: typeof render = (document) => render(document, 'docx');
const deskWith = (renderer: typeof render) =>
  new ReportDesk({ registry, dataDir: '/nonexistent', render: renderer });

const yearly = () => ({ kind: 'mau-08', period: '2026', agencyId: root, systemId: null }) as const;

async function systemWithLevel(name: string): Promise<number> {
  const { id } = await createSystem(registry, { name, level: 3, lawProfile: 'vn-2026' }, 'user:lan');
  return id;
}

describe('the life of a report', () => {
  it('is signed by the head of the office that answers for systems, until the agency says who signs', async () => {
    const scoped = { ...by, version: undefined };
    await setSecurityOffice(registry, root, 'owner', { head: 'Lê Lan', headTitle: 'Giám đốc' }, scoped);
    const report = await createReport(registry, yearly(), by);
    const { office } = await desk.bodyOf(report, ALL);
    expect(office).toMatchObject({ capacity: ['Giám đốc'], signer: 'Lê Lan' });
    await setOffice(registry, root, { ...office, capacity: ['KT. Giám đốc'], signer: '' }, scoped);
    expect((await desk.bodyOf(report, ALL)).office).toMatchObject({ capacity: ['KT. Giám đốc'], signer: '' });
  });

  it('is previewed, locked when its last day is over, and then stays as it was', async () => {
    desk = deskWith(render);
    await systemWithLevel('Cổng dịch vụ công');
    const report = await createReport(registry, yearly(), by);
    expect(report.state).toBe('draft');
    expect((await desk.bodyOf(report, ALL)).draft).toBe(true);
    await expect(desk.lock(report.id, by)).rejects.toMatchObject({ code: 'report-too-early' });
    nowMs = Date.UTC(2026, 11, 14, 17);
    await expect(desk.lock(report.id, by)).rejects.toMatchObject({ code: 'report-findings' });
    const locked = await desk.lock(report.id, { ...by, acceptFindings: 'Hồ sơ đang bổ sung' });
    expect(locked).toMatchObject({ state: 'locked', lockedBy: 'user:lan', revision: 1 });
    const before = await desk.file(await desk.bodyOf(locked, ALL), 'pdf');
    expect(before.content.length).toBe(locked.pdfBytes);
    await systemWithLevel('Hệ thống đến sau');
    nowMs += 86_400_000;
    const after = await desk.file(
      await desk.bodyOf(await findReport(registry.db, report.id, ALL), ALL),
      'pdf',
    );
    expect(after.content.equals(before.content)).toBe(true);
    expect(after.name).toBe('bao-cao-mau-08-2026.pdf');
  });

  it('is corrected by a version that says what changed and why, and the newest counts', async () => {
    await systemWithLevel('Cổng dịch vụ công');
    const { id } = await createReport(registry, yearly(), by);
    nowMs = Date.UTC(2026, 11, 15);
    const locked = await desk.lock(id, { ...by, acceptFindings: 'x' });
    await systemWithLevel('Hệ thống bị sót');
    const amended = await desk.amend(id, { ...by, reason: 'Bổ sung hệ thống bị sót' });
    expect(amended).toMatchObject({ state: 'locked', revision: 2, amends: id });
    expect((await findReport(registry.db, id, ALL)).state).toBe('amended');
    const body = await lockedBody(registry.db, amended.id);
    expect(body?.amendment).toMatchObject({ of: locked.sha256, reason: 'Bổ sung hệ thống bị sót' });
    expect(body?.amendment?.differences.map(({ where }) => where)).toContain(
      'Phần 3, Hệ thống bị sót (cả dòng)',
    );
    expect((await desk.bodyFor(yearly(), ALL)).revision).toBe(2);
    await expect(desk.amend(id, { ...by, reason: 'x' })).rejects.toMatchObject({ code: 'report-state' });
  });

  it('is sent with its proof, and its history says who did what', async () => {
    const { id } = await createReport(registry, yearly(), by);
    const proof = {
      number: '123/BC-UBND',
      on: '2026-12-18',
      channel: 'document-system',
      sha256: 'a'.repeat(64),
      note: '',
    } as const;
    await expect(noteSent(registry, id, proof, by)).rejects.toMatchObject({ code: 'report-state' });
    nowMs = Date.UTC(2026, 11, 15);
    const { version } = await desk.lock(id, { ...by, acceptFindings: 'x' });
    await expect(noteSent(registry, id, proof, { ...by, version: version - 1 })).rejects.toMatchObject({
      code: 'version-conflict',
    });
    expect(await noteSent(registry, id, proof, { ...by, version })).toMatchObject({
      state: 'sent',
      sent: proof,
    });
    const history = await readReportHistory(registry.db, id);
    expect(history.map(({ action }) => action)).toEqual(['report.create', 'report.lock', 'report.send']);
    await expect(createReport(registry, yearly(), by)).rejects.toMatchObject({ code: 'report-exists' });
  });
});

describe('a PDF that comes back', () => {
  it('is told from another, and what was found stays with the report', async () => {
    desk = deskWith(render);
    const { id } = await createReport(registry, { ...yearly(), kind: 'monthly', period: '2026-10' }, by);
    await expect(desk.verify(id, Buffer.from('%PDF'), by)).rejects.toMatchObject({ code: 'report-state' });
    const locked = await desk.lock(id, by);
    const { content } = await desk.file(await desk.bodyOf(locked, ALL), 'pdf');
    expect((await desk.verify(id, content, by)).found).toMatchObject({
      verdict: 'unsigned',
      bytes: locked.pdfBytes,
    });
    const { report, found } = await desk.verify(id, Buffer.from('%PDF-1.7'), by);
    expect(found.verdict).toBe('other-file');
    expect(JSON.parse(report.signed ?? '')).toEqual(found);
    const history = await readReportHistory(registry.db, id);
    expect(history.at(-1)).toMatchObject({
      action: 'report.verify',
      detail: { verdict: 'other-file', signers: [] },
    });
  });
});

describe('what happens by itself', () => {
  const alerts = () => registry.db.selectFrom('alert').select(['rule_id', 'state', 'message']).execute();
  let told: string[];
  let watch: ReportWatch;

  beforeEach(() => {
    told = [];
    const onFault = (error: unknown) => told.push(String(error));
    watch = new ReportWatch({
      registry,
      desk,
      leads: () => true,
      onAlerts: (ids) => told.push(...ids),
      onFault,
    });
  });

  it('begins the yearly report, locks it on its day, tells before it is due, and is silent when it was sent', async () => {
    nowMs = Date.UTC(2026, 10, 10);
    await watch.look();
    const reports = async () =>
      (await listReports(registry.db, { filter: {}, scope: ALL, limit: 9 })).reports;
    expect(await reports()).toEqual([]);
    nowMs = Date.UTC(2026, 10, 20);
    await watch.look();
    expect(await reports()).toEqual([]);
    await systemWithLevel('Cổng dịch vụ công');
    await watch.look();
    await watch.look();
    expect(
      (await reports()).map(({ kind, period, state, createdBy }) => [kind, period, state, createdBy]),
    ).toEqual([['mau-08', '2026', 'draft', 'system']]);
    nowMs = Date.UTC(2026, 11, 14, 17);
    await watch.look();
    const [report] = await reports();
    expect([report?.state, report?.lockedBy, await alerts()]).toEqual(['locked', 'system', []]);
    nowMs = Date.UTC(2026, 11, 20);
    await watch.look();
    await watch.look();
    expect(await alerts()).toMatchObject([
      {
        rule_id: 'vonggac:report-due',
        state: 'new',
        message: expect.stringContaining('còn 4 ngày') as string,
      },
    ]);
    const proof = {
      number: '9/BC',
      on: '2026-12-21',
      channel: 'paper',
      sha256: 'a'.repeat(64),
      note: '',
    } as const;
    await noteSent(registry, report?.id ?? '', proof, by);
    await watch.look();
    expect((await alerts()).map(({ state }) => state)).toEqual(['closed']);
    expect(new Set(told).size).toBe(1);
  });
});

describe('that the yearly report was sent', () => {
  it('is evidence from the day of its proof, also when it was corrected since', async () => {
    const { reports } = centreFacts(registry.db, () => nowMs);
    expect(await reports('mau-08', nowMs)).toEqual([]);
    const { id } = await createReport(registry, yearly(), by);
    nowMs = Date.UTC(2026, 11, 15);
    expect(await reports('mau-08', nowMs)).toEqual([
      { period: '2026', lockedMs: undefined, sent: undefined },
    ]);
    await desk.lock(id, { ...by, acceptFindings: 'x' });
    const proof = {
      number: '9/BC',
      on: '2026-12-18',
      channel: 'paper',
      sha256: 'a'.repeat(64),
      note: '',
    } as const;
    await noteSent(registry, id, proof, by);
    await desk.amend(id, { ...by, reason: 'x' });
    const [fact, ...more] = await reports('mau-08', nowMs);
    expect([fact?.lockedMs, fact?.sent?.on, more]).toEqual([nowMs, '2026-12-18', []]);
  });
});

describe('who sees a report', () => {
  it('is who sees its agency', async () => {
    const agency = await createAgency(
      registry,
      { name: 'Sở Y tế', kind: 'department', parentId: root },
      'user:lan',
    );
    const scope = { kind: 'some', agencyIds: [agency.id] } as const;
    const theirs = await createReport(
      registry,
      { ...yearly(), agencyId: agency.id },
      { actor: 'user:minh', scope },
    );
    const ours = await createReport(registry, yearly(), by);
    const seen = await listReports(registry.db, { filter: {}, scope, limit: 10 });
    expect(seen.reports.map(({ id }) => id)).toEqual([theirs.id]);
    await expect(findReport(registry.db, ours.id, scope)).rejects.toMatchObject({ code: 'report-unknown' });
    await expect(createReport(registry, yearly(), { actor: 'user:minh', scope })).rejects.toMatchObject({
      code: 'agency-unknown',
    });
    expect((await desk.bodyOf(theirs, scope)).addressees).toEqual([
      (await desk.bodyOf(ours, ALL)).agency.name,
    ]);
  });

  it('pages newest first, without gaps or doubles', async () => {
    for (const period of ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'])
      await createReport(registry, { kind: 'monthly', period, agencyId: root, systemId: null }, by);
    const seen: string[] = [];
    for (let after = undefined as Parameters<typeof listReports>[1]['after'], more = true; more;) {
      const page = await listReports(registry.db, {
        filter: { kind: 'monthly' },
        scope: ALL,
        limit: 2,
        after,
      });
      seen.push(...page.reports.map(({ period }) => period));
      after = page.next;
      more = after !== undefined;
    }
    expect(seen.toSorted()).toEqual(['2026-01', '2026-02', '2026-03', '2026-04', '2026-05']);
  });
});

describe('a periodic report', () => {
  it('takes levels as they stood on its last day, and says against the period before', async () => {
    const id = await systemWithLevel('Cổng dịch vụ công');
    const october = { kind: 'monthly', period: '2026-12', agencyId: root, systemId: null } as const;
    nowMs = Date.UTC(2026, 11, 15);
    const first = await createReport(registry, october, by);
    await desk.lock(first.id, by);
    nowMs = Date.UTC(2026, 11, 20);
    await setSystemLevel(registry, id, { level: 4 }, 'user:lan');
    await systemWithLevel('Hệ thống thứ hai');
    nowMs = Date.UTC(2027, 0, 16);
    const again = await desk.bodyFor(october, ALL);
    const next = await desk.bodyFor({ ...october, period: '2027-01' }, ALL);
    const levels = (body: typeof next) =>
      body.content.kind === 'mau-08' ? undefined : body.content.facts.levels;
    expect(levels(again)).toEqual({ known: true, value: [{ level: 3, systems: 1, hosts: 0 }] });
    expect(levels(next)).toEqual({
      known: true,
      value: [
        { level: 4, systems: 1, hosts: 0 },
        { level: 3, systems: 1, hosts: 0 },
      ],
    });
    const facts = next.content.kind === 'mau-08' ? undefined : next.content.facts;
    expect(facts?.changes.known === true ? facts.changes.value[0] : undefined).toEqual({
      what: 'Số hệ thống thông tin',
      as: 'count',
      before: 1,
      after: 2,
    });
    expect(facts?.assessment).toEqual({ known: false, why: 'chưa có kết quả đánh giá trong kỳ' });
  });

  it('takes scores and patches from the last snapshots of its period, and says of whom there are none', async () => {
    const id = await systemWithLevel('Cổng dịch vụ công');
    await systemWithLevel('Hệ thống chưa đánh giá');
    await writeRun(registry, { day: '2026-11-20', atMs: nowMs, actor: 'system' }, [snapshot(id)]);
    const body = await desk.bodyFor(
      { kind: 'quarterly', period: '2026-Q4', agencyId: root, systemId: null },
      ALL,
    );
    const facts = body.content.kind === 'mau-08' ? undefined : body.content.facts;
    expect(facts?.assessment).toMatchObject({
      known: true,
      value: {
        day: '2026-11-20',
        systems: [
          { system: 'Cổng dịch vụ công', score: 0.25, coverage: 1, why: null },
          { system: 'Hệ thống chưa đánh giá', score: null, why: 'chưa có kết quả đánh giá trong kỳ' },
        ],
        failed: [{ control: 'LG-07', systems: 1, clause: expect.stringContaining('5.8.2.1') as string }],
      },
    });
    expect(facts?.patches).toEqual({
      known: true,
      value: { inTime: 3, late: 1, excepted: 0, notAssessed: 2 },
    });
    const earlier = await desk.bodyFor(
      { kind: 'quarterly', period: '2026-Q3', agencyId: root, systemId: null },
      ALL,
    );
    expect(earlier.content.kind === 'mau-08' ? undefined : earlier.content.facts.assessment.known).toBe(
      false,
    );
  });

  it('refuses a period of another kind of report', async () => {
    await expect(desk.bodyFor({ ...yearly(), kind: 'quarterly' }, ALL)).rejects.toMatchObject({
      code: 'report-period',
    });
  });
});

function snapshot(systemId: number): SnapshotBody {
  const counts = { met: 3, notMet: 1, excepted: 0, notApplicable: 0, notAssessed: 2 };
  return {
    form: 1,
    systemId,
    systemName: 'x',
    agencyId: root,
    atMs: nowMs,
    profile: 'vn-2026',
    catalogue: 'x',
    level: 3,
    hosts: { total: 6, reporting: 4, shared: 0 },
    score: scoreOf(['partly', 'not-met']),
    controls: [
      {
        id: 'VU-02',
        mode: 'auto',
        status: 'partly',
        evidence: [{ kind: 'patched', parameters: {}, status: 'partly', counts, findings: [] }],
      },
      { id: 'LG-07', mode: 'auto', status: 'not-met', evidence: [] },
    ],
  };
}
