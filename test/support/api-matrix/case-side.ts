/** Cases of one side of the tree with one of everything that lies in a case. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LegalClocks } from '../../../collector/case/legal-clocks.ts';
import { addAttachment } from '../../../collector/registry/cases/case-attachments.ts';
import { closeCase, createCase } from '../../../collector/registry/cases/case-acts.ts';
import { listClocks, startClock } from '../../../collector/registry/cases/case-clocks.ts';
import { lockNotice } from '../../../collector/registry/cases/notices.ts';
import { noteTold } from '../../../collector/registry/cases/told.ts';
import {
  addItems,
  keepEvents,
  listItems,
  listKeptEvents,
} from '../../../collector/registry/cases/case-items.ts';
import { addCaseNote, addEntry, linkCases } from '../../../collector/registry/cases/case-notes.ts';
import { addTask, listTasks } from '../../../collector/registry/cases/case-tasks.ts';
import { writeHandover } from '../../../collector/registry/cases/handovers.ts';
import { mergeCases } from '../../../collector/registry/cases/merge-cases.ts';
import { readTimeline } from '../../../collector/registry/cases/case-timeline.ts';
import { scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import type { Registry } from '../../../collector/registry/database.ts';

export const CLOCKS: LegalClocks = {
  version: 1,
  timeZone: 'Asia/Ho_Chi_Minh',
  clocks: ['one', 'two'].map((id) => ({
    id,
    profile: 'vn-2026',
    within: { hours: 24 },
    warnBeforeMinutes: 60,
    title: id,
    titleVi: id,
    text: '',
    textVi: '',
    receiver: '',
    source: 'none',
    confidence: 'D',
  })),
  holidays: { source: '', confidence: 'D', days: [], worked: [] },
};

export async function makeCases(
  registry: Registry,
  {
    mark,
    agencyId,
    alertId,
    username,
  }: { mark: string; agencyId: number; alertId: string; username: string },
) {
  const scope = await scopeOfAgency(registry.db, agencyId);
  const by = { actor: 'user:test', scope };
  const nowMs = registry.now();
  const open = (title: string, alertIds: string[] = []) =>
    createCase(
      registry,
      {
        title: `${title} of ${mark}`,
        summary: `summary of ${mark}`,
        severity: 'high',
        class: 'malware',
        agencyId,
        ownAgencyId: agencyId,
        alertIds,
        tags: [mark],
      },
      by,
    );
  const caseId = await open('case', [alertId]);
  const closedCaseId = await open('closed case');
  await closeCase(registry, closedCaseId, { outcome: 'attempt', reason: `reason of ${mark}` }, by);
  const spareCaseId = await open('spare case');
  const linkedCaseId = await open('linked case');
  await linkCases(registry, caseId, { other: linkedCaseId, note: mark, linked: true }, by);
  const merged = await open('merged case');
  const { moves } = await mergeCases(registry, linkedCaseId, { from: [merged], reason: mark }, by);
  await addItems(registry, caseId, [{ kind: 'host', value: `pc-${mark}` }], by);
  const shown = {
    id: `kept-${mark}`,
    time: '2026-11-22T03:00:00.000Z',
    receivedAt: '2026-11-22T03:00:00.000Z',
    agentId: 'a',
    hostname: `pc-${mark}`,
    agencyId,
    channel: 'log/sshd',
    origin: '',
    logsources: [],
    message: `kept message of ${mark}`,
    fields: {},
    ruleIds: [],
  };
  await keepEvents(
    registry,
    caseId,
    [{ id: shown.id, timeMs: nowMs, agencyId, hostname: shown.hostname, shown }],
    by,
  );
  await addTask(registry, caseId, { title: `task of ${mark}` }, by);
  await addCaseNote(registry, caseId, { text: `note of ${mark}` }, by);
  await addEntry(registry, caseId, { timeMs: nowMs, text: `entry of ${mark}` }, by);
  for (const kind of ['one', 'two'])
    await startClock(registry, caseId, { kind, startedMs: nowMs, note: mark }, CLOCKS, by);
  const attachmentIds: [string, string] = [
    registry.random(16).toString('hex'),
    registry.random(16).toString('hex'),
  ];
  for (const id of attachmentIds) {
    const file = {
      id,
      bytes: mark.length,
      sha256: '0'.repeat(64),
      crc32: 0,
      type: 'text/plain',
      scan: 'clean' as const,
    };
    await addAttachment(registry, caseId, { file, name: `file-of-${mark}.txt`, agencyId: undefined }, by);
  }
  const notice = { kind: 'final', rules: CLOCKS } as const;
  const { noticeId } = await lockNotice(registry, caseId, notice, by);
  const call = { channel: 'phone', number: '', dated: '', sha256: '', note: '' } as const;
  await noteTold(registry, caseId, { ...call, atMs: nowMs, receiver: `receiver of ${mark}` }, by);
  const wanted = { to: username, hours: 8, note: `hand-over of ${mark}`, nextSteps: [] };
  const handover = await writeHandover(registry, wanted, { ...by, agencyId });
  const [item] = await listItems(registry.db, caseId, scope);
  const [kept] = await listKeptEvents(registry.db, caseId, scope, { limit: 1 });
  const [task] = await listTasks(registry.db, caseId, scope);
  const [first, second] = await listClocks(registry.db, caseId, scope);
  const { lines } = await readTimeline(registry.db, {
    caseId,
    caseIds: [caseId],
    scope,
    kinds: ['entry'],
    limit: 1,
  });
  return {
    caseId,
    closedCaseId,
    spareCaseId,
    linkedCaseId,
    itemId: item?.id ?? 0,
    keptEventId: kept?.id ?? 0,
    taskId: task?.id ?? 0,
    entryId: Number(lines[0]?.ref ?? 0),
    clockIds: [first?.id ?? 0, second?.id ?? 0] as [number, number],
    noticeId,
    attachmentIds,
    moveId: moves[0] ?? 0,
    handoverId: handover.id,
  };
}

/** Contents of the side's attachments, each with its mark. */
export function putFiles(
  dataDir: string,
  {
    mark,
    attachmentIds,
    paperId,
    sparePaperId,
  }: { mark: string; attachmentIds: readonly string[]; paperId: string; sparePaperId: string },
): void {
  for (const id of [...attachmentIds, paperId, sparePaperId]) {
    const folder = path.join(dataFolder(dataDir).attachments, id.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, id), mark);
  }
}
