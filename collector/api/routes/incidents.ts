/** Incidents of cases: their facts, who was told when, notices made from them. */
import { demonstrationMark } from '../../registry/demonstration-mark.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { mediaTypeOf } from '../../report/render.ts';
import type { NoticeBody } from '../../report/notice-body.ts';
import { setIncident } from '../../registry/cases/incidents.ts';
import { buildNotice, lockedNotice, lockNotice } from '../../registry/cases/notices.ts';
import { noteTold } from '../../registry/cases/told.ts';
import { noticeFile } from '../../services/reports/notice-files.ts';
import { byOf } from '../case-route.ts';
import { caseParams } from '../contract-cases.ts';
import {
  incidentBodySchema,
  incidentViewSchema,
  noticeBodySchema,
  noticeListSchema,
  noticeParams,
  noticeQuerySchema,
  toldBodySchema,
  toldListSchema,
} from '../contract-incidents.ts';
import { fileQuerySchema, type ShownFormat } from '../contract-reports.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion } from '../etag.ts';
import { viewIncident, viewNotices, viewTold, wholeCase } from '../incident-view.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;
const ERRORS = { '4xx': errorSchema } as const;
/** Files are written in threads of much memory. */
const FILES = { runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 4 } as const;

export function addIncidentRoutes(app: ApiServer, deps: Deps): void {
  addFacts(app, deps);
  addTold(app, deps);
  addNotices(app, deps);
}

function addFacts(app: ApiServer, { registry, cases }: Deps): void {
  const show = async (reply: FastifyReply, id: string, scope: Parameters<typeof viewIncident>[2]) => {
    const view = await viewIncident(registry.db, id, scope);
    sendVersion(reply, view.version);
    return view;
  };
  app.get(
    '/cases/:id/incident',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'What is known of the incident of a case, whether it is serious and by which rule',
        params: caseParams,
        response: { 200: incidentViewSchema, ...ERRORS },
      },
    },
    async (request, reply) => show(reply, request.params.id, principalOf(request).scope),
  );
  app.patch(
    '/cases/:id/incident',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Say what is known of the incident; the clocks that the law sets start by themselves',
        params: caseParams,
        body: incidentBodySchema,
        response: { 200: incidentViewSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const by = byOf(request);
      const id = await setIncident(registry, request.params.id, request.body, cases.rules.clocks, by);
      await cases.changed([id]);
      return show(reply, id, by.scope);
    },
  );
}

function addTold(app: ApiServer, { registry, cases }: Deps): void {
  app.get(
    '/cases/:id/told',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Who was told of the incident when, with the proof of sending',
        params: caseParams,
        response: { 200: toldListSchema, ...ERRORS },
      },
    },
    async (request) => viewTold(registry.db, request.params.id, principalOf(request).scope),
  );
  app.post(
    '/cases/:id/told',
    {
      config: { access: 'case:write' },
      schema: {
        summary:
          'Write down who was told: number, day, receiver, channel, hash of the file; it may meet a clock',
        params: caseParams,
        body: toldBodySchema,
        response: { 201: toldListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { at, on, ...told } = request.body;
      const by = byOf(request);
      const atMs = at === undefined ? registry.now() : Date.parse(at);
      const id = await noteTold(registry, request.params.id, { ...told, atMs, dated: on }, by);
      await cases.changed([id]);
      return reply.code(201).send(await viewTold(registry.db, id, by.scope));
    },
  );
}

function addNotices(app: ApiServer, { registry, cases }: Deps): void {
  const turns = new Turns(FILES);
  const sendFile = async (
    reply: FastifyReply,
    body: NoticeBody,
    { format, actor }: { format: ShownFormat; actor: string },
  ) => {
    const { name, content } = await turns.run(actor, async () =>
      noticeFile(body, format, await demonstrationMark(registry.db)),
    );
    return reply
      .header('content-type', mediaTypeOf(format))
      .header('content-disposition', attachmentHeader(name))
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(content);
  };
  app.get(
    '/cases/:id/notices',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Notices of the incident that were locked, oldest first',
        params: caseParams,
        response: { 200: noticeListSchema, ...ERRORS },
      },
    },
    async (request) => viewNotices(registry.db, request.params.id, principalOf(request).scope),
  );
  app.get(
    '/cases/:id/notices/preview',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'A notice as the case stands now, as DOCX, XLSX, PDF or JSON; not locked',
        params: caseParams,
        querystring: noticeQuerySchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { kind, format } = request.query;
      const row = await wholeCase(registry.db, request.params.id, scope);
      const wanted = { kind, rules: cases.rules.clocks, scope, nowMs: registry.now(), draft: true };
      return sendFile(reply, await buildNotice(registry.db, row, wanted), { format, actor });
    },
  );
  app.post(
    '/cases/:id/notices',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Lock a notice as the case stands; what is missing is named in it',
        params: caseParams,
        body: noticeBodySchema,
        response: { 201: noticeListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const by = byOf(request);
      const wanted = { kind: request.body.kind, rules: cases.rules.clocks };
      const { caseId } = await lockNotice(registry, request.params.id, wanted, by);
      await cases.changed([caseId]);
      return reply.code(201).send(await viewNotices(registry.db, caseId, by.scope));
    },
  );
  app.get(
    '/cases/:id/notices/:partId/file',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'A locked notice as a file: always the same',
        params: noticeParams,
        querystring: fileQuerySchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const row = await wholeCase(registry.db, request.params.id, scope);
      const body = await lockedNotice(registry.db, row, request.params.partId);
      return sendFile(reply, body, { format: request.query.format, actor });
    },
  );
}
