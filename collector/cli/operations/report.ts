/** Reports from the command line: over all agencies, as the agency at the top of the tree makes them. */
import { z } from 'zod';
import {
  amendBodySchema,
  dueListSchema,
  dueQuerySchema,
  fileQuerySchema,
  lockBodySchema,
  newReportSchema,
  reportDetailSchema,
  reportFilterSchema,
  reportPageSchema,
  sentBodySchema,
} from '../../api/contract-reports.ts';
import { calendarOf, dueReports, viewDetail, viewReport } from '../../api/report-view.ts';
import { readAgency, rootAgencyId } from '../../registry/agencies.ts';
import type { Registry } from '../../registry/database.ts';
import { createReport, noteSent } from '../../registry/reports/report-acts.ts';
import { findReport, listReports, type Report } from '../../registry/reports/report-rows.ts';
import { fileOf, ReportDesk } from '../../services/reports/report-desk.ts';
import { defineOperation } from './operation.ts';

const scope = { kind: 'all' } as const;
const one = z.strictObject({ id: z.uuid() });
const LIST_MAX = 200;

const fileSchema = z.object({ name: z.string(), base64: z.string() });

async function detail(registry: Registry, report: Report) {
  const body = await new ReportDesk({ registry }).bodyOf(report, scope);
  const calendar = await calendarOf(registry.db, report.agencyId);
  return viewDetail(report, body, { calendar, nowMs: registry.now() });
}

async function subjectOf({ db }: Registry, wanted: z.infer<typeof newReportSchema>) {
  const { kind, period, agencyId = await rootAgencyId(db), systemId = null } = wanted;
  return { kind, period, agencyId, systemId };
}

export const reportList = defineOperation({
  name: 'report.list',
  needs: 'data',
  input: reportFilterSchema,
  output: reportPageSchema,
  async run({ registry }, filter) {
    const { reports } = await listReports(registry.db, { filter, scope, limit: LIST_MAX });
    return { reports: reports.map(viewReport), next: null };
  },
});

export const reportDue = defineOperation({
  name: 'report.due',
  needs: 'data',
  input: dueQuerySchema,
  output: dueListSchema,
  async run({ registry }, { agencyId }) {
    const { id } = await readAgency(registry.db, agencyId ?? (await rootAgencyId(registry.db)));
    return { due: await dueReports(registry.db, id, registry.now()) };
  },
});

export const reportShow = defineOperation({
  name: 'report.show',
  needs: 'data',
  input: one,
  output: reportDetailSchema,
  run: async ({ registry }, { id }) => detail(registry, await findReport(registry.db, id, scope)),
});

export const reportPreview = defineOperation({
  name: 'report.preview',
  needs: 'data',
  input: newReportSchema.extend(fileQuerySchema.shape),
  output: fileSchema,
  async run({ registry }, { format, ...wanted }) {
    const body = await new ReportDesk({ registry }).bodyFor(await subjectOf(registry, wanted), scope);
    const { name, content } = await fileOf(body, format);
    return { name, base64: content.toString('base64') };
  },
});

export const reportFile = defineOperation({
  name: 'report.file',
  needs: 'data',
  input: one.extend(fileQuerySchema.shape),
  output: fileSchema,
  async run({ registry }, { id, format }) {
    const report = await findReport(registry.db, id, scope);
    const body = await new ReportDesk({ registry }).bodyOf(report, scope);
    const { name, content } = await fileOf(body, format);
    return { name, base64: content.toString('base64') };
  },
});

export const reportCreate = defineOperation({
  name: 'report.create',
  needs: 'data',
  input: newReportSchema,
  output: reportDetailSchema,
  run: async ({ registry, actor }, wanted) =>
    detail(registry, await createReport(registry, await subjectOf(registry, wanted), { actor, scope })),
});

export const reportLock = defineOperation({
  name: 'report.lock',
  needs: 'data',
  input: one.extend(lockBodySchema.shape),
  output: reportDetailSchema,
  run: async ({ registry, actor }, { id, acceptFindings }) =>
    detail(registry, await new ReportDesk({ registry }).lock(id, { actor, scope, acceptFindings })),
});

export const reportAmend = defineOperation({
  name: 'report.amend',
  needs: 'data',
  input: one.extend(amendBodySchema.shape),
  output: reportDetailSchema,
  run: async ({ registry, actor }, { id, reason }) =>
    detail(registry, await new ReportDesk({ registry }).amend(id, { actor, scope, reason })),
});

export const reportSent = defineOperation({
  name: 'report.sent',
  needs: 'data',
  input: one.extend(sentBodySchema.shape),
  output: reportDetailSchema,
  run: async ({ registry, actor }, { id, ...proof }) =>
    detail(registry, await noteSent(registry, id, proof, { actor, scope })),
});
