/** Incidents in the control plane: clocks that start by themselves, proofs that meet them, notices that stay as they were locked. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import path from 'node:path';
import type { IncidentPatch } from '../../../collector/case/incident-facts.ts';
import { type LegalClocks, loadCaseRules } from '../../../collector/case/legal-clocks.ts';
import { changeCase, closeCase, createCase } from '../../../collector/registry/cases/case-acts.ts';
import { endClock, listClocks } from '../../../collector/registry/cases/case-clocks.ts';
import { addItems } from '../../../collector/registry/cases/case-items.ts';
import { findCase } from '../../../collector/registry/cases/find-case.ts';
import { readIncident, setIncident, settleIncidents } from '../../../collector/registry/cases/incidents.ts';
import {
  buildNotice,
  listNotices,
  lockedNotice,
  lockNotice,
} from '../../../collector/registry/cases/notices.ts';
import { tellClocks } from '../../../collector/registry/cases/tell-clocks.ts';
import { listTold, noteTold, type ToldWanted } from '../../../collector/registry/cases/told.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { writeAudit } from '../../../collector/registry/audit.ts';
import { readIncidentFacts } from '../../../collector/registry/compliance/incident-facts.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { missingOf } from '../../../collector/report/notice-body.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: ALL };
const HOUR_MS = 3_600_000;

let registry: Registry;
let clock: TestClock;
let rules: LegalClocks;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  rules = (await loadCaseRules(path.join(import.meta.dirname, '../../../rules/cases'), undefined)).clocks;
});
afterEach(() => registry.close());

const ago = (hours: number): string => new Date(clock.now() - hours * HOUR_MS).toISOString();
const openCase = (drill = false, severity: 'high' | 'critical' = 'high') =>
  createCase(registry, { title: 'Mã độc', severity, class: 'malware', ownAgencyId: 1, drill }, AN);
const set = (id: string, patch: IncidentPatch) => setIncident(registry, id, patch, rules, AN);
const kinds = async (id: string) =>
  (await listClocks(registry.db, id, ALL)).map(({ kind }) => kind).toSorted();
const rowOf = async (id: string) => (await findCase(registry.db, id, ALL)).row;
const proof = (change: Partial<ToldWanted> = {}): ToldWanted => ({
  atMs: clock.now(),
  receiver: 'Cục A05',
  channel: 'document-system',
  number: '12/TB-SKHCN',
  dated: '2026-11-22',
  sha256: 'ab'.repeat(32),
  note: '',
  ...change,
});

describe('clocks that facts start', () => {
  test('none before it is known when it was found, then those of the flags from that moment', async () => {
    const id = await openCase();
    await set(id, { seriousDisruption: true });
    expect(await kinds(id)).toEqual([]);
    await set(id, { detectedAt: ago(2), personalData: true });
    expect(await kinds(id)).toEqual(['personal-data-72h', 'vn-2026-24h', 'vn-2026-72h', 'vn-2026-at-once']);
    const day = (await listClocks(registry.db, id, ALL)).find(({ kind }) => kind === 'vn-2026-24h');
    expect(day?.dueMs).toBe(clock.now() + 22 * HOUR_MS);
  });

  test('move to an earlier start only, so that late stays late', async () => {
    const id = await openCase(false, 'critical');
    await set(id, { detectedAt: ago(30) });
    const due = async () => (await listClocks(registry.db, id, ALL))[0]?.dueMs;
    const late = await due();
    await set(id, { detectedAt: ago(1) });
    expect(await due()).toBe(late);
    await set(id, { detectedAt: ago(40) });
    expect(await due()).toBe(clock.now() - 16 * HOUR_MS);
  });

  test('follow the severity of the case and its systems at the next look; what was stopped stays so', async () => {
    const id = await openCase();
    await set(id, { detectedAt: ago(1) });
    await changeCase(registry, id, { severity: 'critical' }, AN);
    const system = await createSystem(
      registry,
      { name: 'Kho dữ liệu', level: 3, lawProfile: 'vn-2022', agencyId: 1 },
      'test',
    );
    await addItems(registry, id, [{ kind: 'system', value: String(system.id) }], AN);
    expect(await settleIncidents(registry, rules)).toEqual([id]);
    expect(await settleIncidents(registry, rules)).toEqual([]);
    expect(await kinds(id)).toEqual(['vn-2022-5d']);
    const [clockRow] = await listClocks(registry.db, id, ALL);
    await endClock(registry, id, clockRow?.id ?? 0, { stopped: { why: 'không áp dụng' } }, AN);
    await settleIncidents(registry, rules);
    expect(await kinds(id)).toEqual(['vn-2022-5d']);
  });

  test('of a drill run in its case and wake nobody', async () => {
    const id = await openCase(true, 'critical');
    await set(id, { detectedAt: ago(30) });
    expect(await kinds(id)).toEqual(['vn-2026-24h', 'vn-2026-72h']);
    expect(await tellClocks(registry)).toEqual([]);
  });
});

describe('who was told', () => {
  test('meets a clock with number, day and hash of the file, and not without', async () => {
    const id = await openCase(false, 'critical');
    await set(id, { detectedAt: ago(25) });
    const [first] = await listClocks(registry.db, id, ALL);
    const clockId = first?.id ?? 0;
    const bare = endClock(registry, id, clockId, { met: { atMs: clock.now(), note: 'gửi rồi' } }, AN);
    await expect(bare).rejects.toMatchObject({ code: 'case-clock-proof' });
    for (const lacking of [{ number: '' }, { sha256: '' }, { dated: '' }, { channel: 'phone' as const }])
      await expect(noteTold(registry, id, proof({ clockId, ...lacking }), AN)).rejects.toMatchObject({
        code: 'case-invalid',
      });
    await noteTold(registry, id, proof({ clockId }), AN);
    expect(await listTold(registry.db, id, ALL)).toMatchObject([
      { receiver: 'Cục A05', clock: 'vn-2026-24h' },
    ]);
    const met = (await listClocks(registry.db, id, ALL)).find((one) => one.id === clockId);
    expect((met?.metMs ?? 0) > (met?.dueMs ?? 0)).toBe(true);
    await expect(noteTold(registry, id, proof({ clockId }), AN)).rejects.toMatchObject({
      code: 'case-invalid',
    });
  });

  test('a call is enough for what is told at once', async () => {
    const id = await openCase();
    await set(id, { detectedAt: ago(0), nationalSecurity: true });
    const once = (await listClocks(registry.db, id, ALL)).find(({ kind }) => kind === 'vn-2026-at-once');
    const call = proof({ clockId: once?.id, channel: 'phone', number: '', dated: '', sha256: '' });
    await noteTold(registry, id, call, AN);
    expect(await listTold(registry.db, id, ALL)).toMatchObject([{ clock: 'vn-2026-at-once', number: '' }]);
  });
});

test('an incident of which facts were told is closed with all of them', async () => {
  const id = await openCase();
  await set(id, { detectedAt: ago(2), signs: 'tệp bị mã hóa' });
  const closing = { outcome: 'incident', reason: 'xong', lessons: 'vá sớm' } as const;
  await expect(closeCase(registry, id, closing, AN)).rejects.toMatchObject({
    code: 'case-incident-incomplete',
  });
  await set(id, {
    scopeAssets: '3 máy',
    cause: 'thư lừa đảo',
    causeCertainty: 'confirmed',
    measuresDone: 'cô lập',
    evidenceKept: 'ảnh đĩa',
  });
  await expect(closeCase(registry, id, closing, AN)).rejects.toMatchObject({ subject: 'systems' });
  const system = await createSystem(
    registry,
    { name: 'Kho', level: 2, lawProfile: 'vn-2026', agencyId: 1 },
    'test',
  );
  await addItems(registry, id, [{ kind: 'system', value: String(system.id) }], AN);
  expect((await readIncident(registry.db, await rowOf(id))).missing).toEqual([]);
  expect(await closeCase(registry, id, closing, AN)).toMatchObject({ state: 'closed' });
});

test('a locked notice stays, and the next one says what is different', async () => {
  const id = await openCase();
  await set(id, { detectedAt: ago(2), signs: 'tệp bị mã hóa', cause: 'chưa rõ' });
  const { noticeId } = await lockNotice(registry, id, { kind: 'report-72h', rules }, AN);
  const first = await lockedNotice(registry.db, await rowOf(id), noticeId);
  expect(missingOf(first.notice)).toContain('contactName');
  expect(first.amendment).toBeNull();
  await set(id, { cause: 'thư lừa đảo' });
  const wanted = { kind: 'update', rules, scope: ALL, nowMs: clock.now(), draft: true } as const;
  const update = await buildNotice(registry.db, await rowOf(id), wanted);
  expect(update.amendment?.differences).toContainEqual(
    expect.objectContaining({
      before: expect.stringContaining('chưa rõ'),
      after: expect.stringContaining('thư lừa đảo'),
    }),
  );
  expect(await lockedNotice(registry.db, await rowOf(id), noticeId)).toEqual(first);
  expect(await listNotices(registry.db, id)).toMatchObject([{ kind: 'report-72h', revision: 1 }]);
});

test('an incident is evidence for its systems, with its clocks, proofs and what is kept', async () => {
  const id = await openCase(false, 'critical');
  const system = await createSystem(
    registry,
    { name: 'Kho', level: 2, lawProfile: 'vn-2026', agencyId: 1 },
    'test',
  );
  await addItems(registry, id, [{ kind: 'system', value: String(system.id) }], AN);
  await openCase(false, 'critical');
  const read = () => readIncidentFacts(registry.db, 0, clock.now());
  expect(await read()).toEqual([]);
  await set(id, { detectedAt: ago(2) });
  const [first] = await listClocks(registry.db, id, ALL);
  await noteTold(registry, id, proof({ clockId: first?.id }), AN);
  const { number } = await rowOf(id);
  const target = `case:${number}`;
  const export_ = { actor: 'user:an', action: 'case.export', target, agencyId: 1 };
  await writeAudit(registry.db, clock.now(), { ...export_, detail: { format: 'csv' } });
  expect(await read()).toMatchObject([{ number, systemIds: [system.id], drill: false, exported: false }]);
  await writeAudit(registry.db, clock.now(), { ...export_, detail: { format: 'zip' } });
  const [fact] = await read();
  expect(fact).toMatchObject({ exported: true, kept: 0, contained: false });
  expect(fact?.clocks.map(({ kind, proven }) => [kind, proven]).toSorted()).toEqual([
    ['vn-2026-24h', true],
    ['vn-2026-72h', false],
  ]);
  expect(fact?.missing).toContain('signs');
});
