/** Cases from the command line: the same acts as the API's, over all agencies. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { caseDocument, timelineCsv, zipEntries } from '../../api/case-export.ts';
import { toCaseFilter } from '../../api/case-query.ts';
import { detailOfCase, isoOrNull, viewCases, viewClock, viewLine, viewTask } from '../../api/case-view.ts';
import {
  clockListSchema,
  handoverDetailSchema,
  handoverWantedSchema,
  taskBodySchema,
  taskListSchema,
  timelineSchema,
} from '../../api/contract-case-parts.ts';
import {
  caseBodySchema,
  caseCloseSchema,
  caseDetailSchema,
  casePageSchema,
  caseQuerySchema,
} from '../../api/contract-cases.ts';
import { AttachmentFiles } from '../../case/attachment-files.ts';
import { zipStream } from '../../case/zip-stream.ts';
import { readCaseRules } from '../../services/cases/case-control.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { writeAudit } from '../../registry/audit.ts';
import { closeCase, createCase } from '../../registry/cases/case-acts.ts';
import { addAlerts } from '../../registry/cases/case-alerts.ts';
import { listAttachments } from '../../registry/cases/case-attachments.ts';
import { listClocks } from '../../registry/cases/case-clocks.ts';
import { addCaseNote } from '../../registry/cases/case-notes.ts';
import { addTask, changeTask, listTasks } from '../../registry/cases/case-tasks.ts';
import { readWholeTimeline } from '../../registry/cases/export-case.ts';
import { writeHandover } from '../../registry/cases/handovers.ts';
import { pageCases } from '../../registry/cases/list-cases.ts';
import { invalidCase } from '../../registry/cases/write-case.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
const ROOT = path.join(import.meta.dirname, '../../..');
/** The newest lines that `show` prints. */
const LINES_SHOWN = 20;
const idSchema = z.string().min(1).max(64);
const wordsSchema = z.record(z.string().max(32), z.union([z.string().max(512), z.number()]));

async function changed({ registry, live }: OperationContext, id: string) {
  await live?.cases.changed([id]);
  return detailOfCase(registry, id, EVERYWHERE);
}

export const caseList = defineOperation({
  name: 'case.list',
  needs: 'data',
  input: z.strictObject({ query: wordsSchema }),
  output: casePageSchema,
  async run({ registry }, { query }) {
    const { after: _after, limit, sort, order, ...words } = caseQuerySchema.parse(query);
    const filter = await toCaseFilter(registry, words, { scope: EVERYWHERE, username: undefined });
    const { rows, next } = await pageCases(registry.db, { filter, sort, order, limit }, EVERYWHERE);
    return { cases: await viewCases(registry, rows, EVERYWHERE), next: next === undefined ? null : '' };
  },
});

export const caseShow = defineOperation({
  name: 'case.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: z.object({
    case: caseDetailSchema,
    tasks: taskListSchema.shape.tasks,
    clocks: clockListSchema.shape.clocks,
    timeline: timelineSchema.shape.lines,
  }),
  async run({ registry }, { id }) {
    const { db, now } = registry;
    const detail = await detailOfCase(registry, id, EVERYWHERE);
    const lines = await readWholeTimeline(db, detail.id, EVERYWHERE);
    return {
      case: detail,
      tasks: (await listTasks(db, detail.id, EVERYWHERE)).map(viewTask),
      clocks: (await listClocks(db, detail.id, EVERYWHERE)).map((clock) => viewClock(clock, now())),
      timeline: lines.slice(-LINES_SHOWN).map((line) => viewLine(line, true)),
    };
  },
});

export const caseCreate = defineOperation({
  name: 'case.create',
  needs: 'data',
  input: caseBodySchema.omit({ dueAt: true }),
  output: caseDetailSchema,
  async run(context, { checklist, ...wanted }) {
    const { registry, actor, dataDir } = context;
    const ownAgencyId = await rootAgencyId(registry.db);
    const checklists = checklist ? (await readCaseRules(ROOT, dataDir)).checklists : undefined;
    const by = { actor, scope: EVERYWHERE };
    return changed(context, await createCase(registry, { ...wanted, ownAgencyId, checklists }, by));
  },
});

export const caseAddAlert = defineOperation({
  name: 'case.add-alert',
  needs: 'data',
  input: z.strictObject({ id: idSchema, alertIds: z.array(idSchema).min(1).max(1_000) }),
  output: caseDetailSchema,
  async run(context, { id, alertIds }) {
    const by = { actor: context.actor, scope: EVERYWHERE };
    return changed(context, (await addAlerts(context.registry, id, alertIds, by)).caseId);
  },
});

export const caseNote = defineOperation({
  name: 'case.note',
  needs: 'data',
  input: z.strictObject({ id: idSchema, text: z.string().min(1).max(16_384) }),
  output: caseDetailSchema,
  async run(context, { id, text }) {
    const by = { actor: context.actor, scope: EVERYWHERE };
    return changed(context, (await addCaseNote(context.registry, id, { text }, by)).caseId);
  },
});

/** Adds a task, or says that one is done. */
export const caseTask = defineOperation({
  name: 'case.task',
  needs: 'data',
  input: z.strictObject({
    id: idSchema,
    what: z.union([
      taskBodySchema.omit({ dueAt: true, agencyId: true }),
      z.strictObject({ done: z.int().min(1) }),
    ]),
  }),
  output: caseDetailSchema,
  async run(context, { id, what }) {
    const { registry, actor } = context;
    const by = { actor, scope: EVERYWHERE };
    const caseId =
      'done' in what
        ? await changeTask(registry, id, what.done, { done: true }, by)
        : await addTask(registry, id, what, by);
    return changed(context, caseId);
  },
});

export const caseClose = defineOperation({
  name: 'case.close',
  needs: 'data',
  input: z.strictObject({ id: idSchema, closing: caseCloseSchema.omit({ closeAlerts: true }) }),
  output: caseDetailSchema,
  async run(context, { id, closing }) {
    const by = { actor: context.actor, scope: EVERYWHERE };
    return changed(context, (await closeCase(context.registry, id, closing, by)).id);
  },
});

export const caseHandover = defineOperation({
  name: 'case.handover',
  needs: 'data',
  input: handoverWantedSchema,
  output: handoverDetailSchema,
  async run({ registry, actor }, wanted) {
    const agencyId = await rootAgencyId(registry.db);
    const made = await writeHandover(registry, wanted, { actor, scope: EVERYWHERE, agencyId });
    const { atMs, acknowledgedMs, body, ...rest } = made;
    return {
      ...rest,
      at: isoTime(atMs),
      acknowledgedAt: isoOrNull(acknowledgedMs),
      cases: body.cases.length,
      body,
    };
  },
});

/** Writes a file that is not there yet, for its owner alone. */
export const caseExport = defineOperation({
  name: 'case.export',
  needs: 'data',
  input: z.strictObject({
    id: idSchema,
    out: z
      .string()
      .min(1)
      .max(4_096)
      .refine((file) => path.isAbsolute(file), 'not a whole path'),
    format: z.enum(['json', 'csv', 'zip']),
    language: z.enum(['vi', 'en']),
  }),
  output: z.object({ number: z.string(), out: z.string() }),
  async run({ registry, actor, dataDir }, { id, out, format, language }) {
    const reader = { actor, scope: EVERYWHERE, seesPersonal: true };
    const document = await caseDocument(registry, id, reader);
    const { number, agencyId } = document.case;
    const contents = async () => {
      if (format === 'json') return [`${JSON.stringify(document, undefined, 2)}\n`];
      if (format === 'csv') return [timelineCsv(document, language)];
      const kept = await listAttachments(registry.db, document.case.id, EVERYWHERE);
      const sums = new Map(kept.map((file) => [file.id, file.crc32]));
      const files = new AttachmentFiles(dataFolder(dataDir).attachments);
      return zipStream(zipEntries(document, files, reader, { language, sums }));
    };
    const file = createWriteStream(out, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(Readable.from(await contents()), file);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      // A file that was there before is not ours.
      if (code === 'EEXIST') throw invalidCase('out', `${out} is there already: choose another name`);
      await rm(out, { force: true });
      if (code === undefined) throw error;
      throw new RefusalError('case-invalid', 'out', `${out} cannot be written (${code})`, { cause: error });
    }
    await writeAudit(registry.db, registry.now(), {
      actor,
      action: 'case.export',
      target: `case:${number}`,
      agencyId,
      detail: { format, masked: false },
    });
    return { number, out };
  },
});
