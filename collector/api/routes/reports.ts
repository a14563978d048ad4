/** Reports: previewed, locked, corrected, sent; their files as Office documents and PDF. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { REPORT_LIMITS } from '../../report/report-words.ts';
import { mediaTypeOf } from '../../report/render.ts';
import { createReport, noteSent } from '../../registry/reports/report-acts.ts';
import {
  findReport,
  listReports,
  readReportHistory,
  type Report,
} from '../../registry/reports/report-rows.ts';
import { ReportDesk } from '../../services/reports/report-desk.ts';
import type { ReportBody } from '../../report/body.ts';
import {
  amendBodySchema,
  dueListSchema,
  dueQuerySchema,
  fileQuerySchema,
  lockBodySchema,
  newReportSchema,
  previewQuerySchema,
  reportDetailSchema,
  type ShownFormat,
  reportHistorySchema,
  reportPageSchema,
  reportParams,
  reportQuerySchema,
  sentBodySchema,
  signedPdfSchema,
} from '../contract-reports.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';
import { calendarOf, dueReports, viewAct, viewDetail, viewReport } from '../report-view.ts';
import { readAgency } from '../../registry/agencies.ts';
import { Turns } from '../turns.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'dataDir'>;
interface Room extends Pick<Deps, 'registry'> {
  desk: ReportDesk;
  /** Files are written in threads of much memory. */
  turns: Turns;
}

const PDF_TYPES = ['application/pdf', 'application/octet-stream'];
const ERRORS = { '4xx': errorSchema } as const;
const FILES = { runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 4 } as const;
const places = cursorCodec('reports', z.object({ createdMs: z.number(), id: z.string() }));

export async function addReportRoutes(app: ApiServer, { registry, dataDir }: Deps): Promise<void> {
  const room: Room = { registry, desk: new ReportDesk({ registry, dataDir }), turns: new Turns(FILES) };
  addLists(app, room);
  addFiles(app, room);
  addActs(app, room);
  // Alone here a body may be bytes.
  await app.register(async (child: ApiServer) => {
    child.addContentTypeParser(
      PDF_TYPES,
      { parseAs: 'buffer', bodyLimit: REPORT_LIMITS.fileBytes },
      (_request, body, done) => done(null, body),
    );
    addSigned(child, room);
  });
}

function addSigned(app: ApiServer, { desk, turns }: Room): void {
  app.post(
    '/reports/:id/signed',
    {
      bodyLimit: REPORT_LIMITS.fileBytes,
      config: { access: 'report:write' },
      schema: {
        summary: 'Verify the PDF of a locked report that was signed elsewhere: the body is the file',
        consumes: PDF_TYPES,
        params: reportParams,
        body: z.unknown().describe('the file'),
        response: { 200: signedPdfSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { body } = request;
      if (!Buffer.isBuffer(body) || body.length === 0)
        throw new ApiError('bad-request', { message: 'the body is to be the signed PDF', field: 'body' });
      const by = { actor, scope, version: versionWanted(request) };
      const { report, found } = await turns.run(actor, () => desk.verify(request.params.id, body, by));
      sendVersion(reply, report.version);
      return found;
    },
  );
}

async function sendDetail(
  { registry, desk }: Room,
  reply: FastifyReply,
  report: Report,
  { scope }: Pick<Principal, 'scope'>,
) {
  sendVersion(reply, report.version);
  const body = await desk.bodyOf(report, scope);
  const calendar = await calendarOf(registry.db, report.agencyId);
  const confirmed = await desk.confirmed();
  return viewDetail(report, body, { calendar, confirmed, nowMs: registry.now() });
}

async function sendFile(
  { desk, turns }: Room,
  reply: FastifyReply,
  body: ReportBody,
  { format, actor }: { format: ShownFormat; actor: string },
) {
  const { name, content } = await turns.run(actor, () => desk.file(body, format));
  return reply
    .header('content-type', mediaTypeOf(format))
    .header('content-disposition', attachmentHeader(name))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(content);
}

function addLists(app: ApiServer, room: Room): void {
  const { registry, desk } = room;
  app.get(
    '/reports',
    {
      config: { access: 'report:read' },
      schema: {
        summary: 'Reports, newest first',
        querystring: reportQuerySchema,
        response: { 200: reportPageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { after, limit, ...filter } = request.query;
      const { scope } = principalOf(request);
      const place = after === undefined ? undefined : places.decode(after);
      const page = await listReports(registry.db, { filter, scope, limit, after: place });
      return {
        reports: page.reports.map(viewReport),
        next: page.next === undefined ? null : places.encode(page.next),
      };
    },
  );
  app.get(
    '/reports/deadlines',
    {
      config: { access: 'report:read' },
      schema: {
        summary: 'The report of each kind that is made now, and how many days are left for it',
        querystring: dueQuerySchema,
        response: { 200: dueListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { agencyId: own, scope } = principalOf(request);
      const agency = await readAgency(registry.db, request.query.agencyId ?? own, scope);
      return dueReports(registry.db, agency, { nowMs: registry.now(), confirmed: await desk.confirmed() });
    },
  );
  app.get(
    '/reports/:id',
    {
      config: { access: 'report:read' },
      schema: {
        summary:
          'One report: deadlines, what does not fit together, who has not confirmed, what was corrected',
        params: reportParams,
        response: { 200: reportDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      return sendDetail(room, reply, await findReport(registry.db, request.params.id, scope), { scope });
    },
  );
  app.get(
    '/reports/:id/history',
    {
      config: { access: 'report:read' },
      schema: {
        summary: 'What was done to a report, oldest first',
        params: reportParams,
        response: { 200: reportHistorySchema, ...ERRORS },
      },
    },
    async (request) => {
      const { id } = await findReport(registry.db, request.params.id, principalOf(request).scope);
      return { history: (await readReportHistory(registry.db, id)).map(viewAct) };
    },
  );
}

function addFiles(app: ApiServer, room: Room): void {
  const { registry, desk } = room;
  app.get(
    '/reports/preview',
    {
      config: { access: 'report:read' },
      schema: {
        summary: 'A report as a file: the newest locked version, or a preview of what would be locked',
        querystring: previewQuerySchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { agencyId: own, scope, actor } = principalOf(request);
      const { format, kind, period, agencyId = own, systemId = null } = request.query;
      const body = await desk.bodyFor({ kind, period, agencyId, systemId }, scope);
      return sendFile(room, reply, body, { format, actor });
    },
  );
  app.get(
    '/reports/:id/file',
    {
      config: { access: 'report:read' },
      schema: {
        summary:
          'A report as DOCX, XLSX, PDF, JSON, or as blocks to be shown; of a locked one always the same',
        params: reportParams,
        querystring: fileQuerySchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope, actor } = principalOf(request);
      const report = await findReport(registry.db, request.params.id, scope);
      const body = await desk.bodyOf(report, scope);
      return sendFile(room, reply, body, { format: request.query.format, actor });
    },
  );
}

function addActs(app: ApiServer, room: Room): void {
  const { registry, desk } = room;
  const answers = { response: { 200: reportDetailSchema, ...ERRORS } };
  app.post(
    '/reports',
    {
      config: { access: 'report:write' },
      schema: {
        summary: 'Begin a report: it is previewed until its data is locked',
        body: newReportSchema,
        response: { 201: reportDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { agencyId: own, actor, scope } = principalOf(request);
      const { kind, period, agencyId = own, systemId = null } = request.body;
      const report = await createReport(registry, { kind, period, agencyId, systemId }, { actor, scope });
      return reply.code(201).send(await sendDetail(room, reply, report, { scope }));
    },
  );
  app.post(
    '/reports/:id/lock',
    {
      config: { access: 'report:write' },
      schema: {
        summary: 'Lock the data of a report, when the last day of its period is over',
        params: reportParams,
        body: lockBodySchema,
        ...answers,
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request), ...request.body };
      return sendDetail(room, reply, await desk.lock(request.params.id, by), { scope });
    },
  );
  app.post(
    '/reports/:id/amend',
    {
      config: { access: 'report:write' },
      schema: {
        summary: 'Correct a locked or sent report: a new version that says what changed and why',
        params: reportParams,
        body: amendBodySchema,
        ...answers,
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request), reason: request.body.reason };
      return sendDetail(room, reply, await desk.amend(request.params.id, by), { scope });
    },
  );
  app.post(
    '/reports/:id/sent',
    {
      config: { access: 'report:write' },
      schema: {
        summary: 'Write down that a report was sent: number, day, channel and the hash of the file',
        params: reportParams,
        body: sentBodySchema,
        ...answers,
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const report = await noteSent(registry, request.params.id, request.body, by);
      return sendDetail(room, reply, report, { scope });
    },
  );
}
