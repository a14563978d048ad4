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
  signedPdfSchema,
} from '../../api/contract-reports.ts';
import { calendarOf, dueReports, viewDetail, viewReport } from '../../api/report-view.ts';
import { REPORT_LIMITS } from '../../report/report-words.ts';
import { readAgency, rootAgencyId } from '../../registry/agencies.ts';
import type { Registry } from '../../registry/database.ts';
import { createReport, noteSent } from '../../registry/reports/report-acts.ts';
import { findReport, listReports, type Report } from '../../registry/reports/report-rows.ts';
import { ReportDesk } from '../../services/reports/report-desk.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const scope = { kind: 'all' } as const;
const one = z.strictObject({ id: z.uuid() });
const LIST_MAX = 200;

const fileSchema = z.object({ name: z.string(), base64: z.string() });

type Here = Pick<OperationContext, 'registry' | 'dataDir'>;

async function detail(here: Here, report: Report) {
  const { registry } = here;
  const desk = new ReportDesk(here);
  const body = await desk.bodyOf(report, scope);
  const confirmed = await desk.confirmed();
  const calendar = await calendarOf(registry.db, report.agencyId);
  return viewDetail(report, body, { calendar, confirmed, nowMs: registry.now() });
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
  async run(context, { agencyId }) {
    const { registry } = context;
    const confirmed = await new ReportDesk(context).confirmed();
    const agency = await readAgency(registry.db, agencyId ?? (await rootAgencyId(registry.db)));
    return dueReports(registry.db, agency, { nowMs: registry.now(), confirmed });
  },
});

export const reportShow = defineOperation({
  name: 'report.show',
  needs: 'data',
  input: one,
  output: reportDetailSchema,
  run: async (context, { id }) => detail(context, await findReport(context.registry.db, id, scope)),
});

export const reportPreview = defineOperation({
  name: 'report.preview',
  needs: 'data',
  input: newReportSchema.extend(fileQuerySchema.shape),
  output: fileSchema,
  async run(context, { format, ...wanted }) {
    const body = await new ReportDesk(context).bodyFor(await subjectOf(context.registry, wanted), scope);
    const { name, content } = await new ReportDesk(context).file(body, format);
    return { name, base64: content.toString('base64') };
  },
});

export const reportFile = defineOperation({
  name: 'report.file',
  needs: 'data',
  input: one.extend(fileQuerySchema.shape),
  output: fileSchema,
  async run(context, { id, format }) {
    const report = await findReport(context.registry.db, id, scope);
    const body = await new ReportDesk(context).bodyOf(report, scope);
    const { name, content } = await new ReportDesk(context).file(body, format);
    return { name, base64: content.toString('base64') };
  },
});

export const reportCreate = defineOperation({
  name: 'report.create',
  needs: 'data',
  input: newReportSchema,
  output: reportDetailSchema,
  async run(context, wanted) {
    const { registry, actor } = context;
    const subject = await subjectOf(registry, wanted);
    return detail(context, await createReport(registry, subject, { actor, scope }));
  },
});

export const reportLock = defineOperation({
  name: 'report.lock',
  needs: 'data',
  input: one.extend(lockBodySchema.shape),
  output: reportDetailSchema,
  run: async (context, { id, acceptFindings }) =>
    detail(context, await new ReportDesk(context).lock(id, { actor: context.actor, scope, acceptFindings })),
});

export const reportAmend = defineOperation({
  name: 'report.amend',
  needs: 'data',
  input: one.extend(amendBodySchema.shape),
  output: reportDetailSchema,
  run: async (context, { id, reason }) =>
    detail(context, await new ReportDesk(context).amend(id, { actor: context.actor, scope, reason })),
});

export const reportSent = defineOperation({
  name: 'report.sent',
  needs: 'data',
  input: one.extend(sentBodySchema.shape),
  output: reportDetailSchema,
  run: async (context, { id, ...proof }) =>
    detail(context, await noteSent(context.registry, id, proof, { actor: context.actor, scope })),
});

export const reportVerify = defineOperation({
  name: 'report.verify',
  needs: 'data',
  input: one.extend({ base64: z.base64().max(Math.ceil(REPORT_LIMITS.fileBytes / 3) * 4) }),
  output: signedPdfSchema,
  async run(context, { id, base64 }) {
    const by = { actor: context.actor, scope };
    return (await new ReportDesk(context).verify(id, Buffer.from(base64, 'base64'), by)).found;
  },
});
