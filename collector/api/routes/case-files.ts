/**
 * Files of cases: attachments in and out, and exports. Invariants: a file is streamed and never held whole; what leaves is never
 * shown in a browser's page; what cannot be masked leaves for who reads personal data, or for a reason on record.
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { zipStream } from '../../case/zip-stream.ts';
import { writeAudit } from '../../registry/audit.ts';
import {
  addAttachment,
  listAttachments,
  removeAttachment,
  requireAttachment,
  roomForFile,
  setQuarantine,
  type Attachment,
} from '../../registry/cases/case-attachments.ts';
import { findCase } from '../../registry/cases/find-case.ts';
import { countParts } from '../../registry/cases/read-case.ts';
import { caseDocument, forReader, timelineCsv, zipEntries } from '../case-export.ts';
import { viewAttachment } from '../case-view.ts';
import {
  attachmentListSchema,
  attachQuery,
  downloadQuery,
  downloadReasonSchema,
  exportBodySchema,
  fileParams,
  quarantineBodySchema,
} from '../contract-case-parts.ts';
import { caseParams, caseReasonSchema } from '../contract-cases.ts';
import { unmaskBodySchema } from '../contract-personal.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf, type Principal } from '../principal.ts';
import { takeFile } from '../take-file.ts';
import { Turns } from '../turns.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;

const ERRORS = { '4xx': errorSchema } as const;
/** Exports under way at once: each holds a document of some megabytes. */
const EXPORTS_MAX = 4;
/** Uploads under way at once: each holds a connection and an open file, and no more of the file than a piece. */
const UPLOADS = { runningMax: 32, runningPerKeyMax: 4, waitingPerKeyMax: 0 } as const;

export async function addCaseFileRoutes(app: ApiServer, deps: Deps): Promise<void> {
  addListing(app, deps);
  addDownloads(app, deps);
  addExports(app, deps);
  // Alone here a body may be bytes: they go on as they come.
  await app.register(async (child: ApiServer) => {
    child.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    addUpload(child, deps);
  });
}

async function listOf({ registry }: Deps, id: string, { scope }: Principal) {
  const { row } = await findCase(registry.db, id, scope);
  const { hidden } = await countParts(registry.db, row.id, scope);
  const files = await listAttachments(registry.db, row.id, scope);
  return { attachments: files.map(viewAttachment), hidden: hidden.attachments };
}

function addListing(app: ApiServer, deps: Deps): void {
  const { registry, cases } = deps;
  app.get(
    '/cases/:id/attachments',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Attachments of a case; those that were deleted say who did it and why',
        params: caseParams,
        response: { 200: attachmentListSchema, ...ERRORS },
      },
    },
    async (request) => listOf(deps, request.params.id, principalOf(request)),
  );
  app.put(
    '/cases/:id/attachments/:partId/quarantine',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Put an attachment under quarantine, or release it',
        params: fileParams,
        body: quarantineBodySchema,
        response: { 200: attachmentListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id, partId } = request.params;
      const caseId = await setQuarantine(registry, id, partId, request.body.quarantined, principal);
      await cases.changed([caseId]);
      return listOf(deps, caseId, principal);
    },
  );
  app.post(
    '/cases/:id/attachments/:partId/delete',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Delete the content of an attachment; that it was there, and why it is not, stays',
        params: fileParams,
        body: caseReasonSchema,
        response: { 200: attachmentListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id, partId } = request.params;
      const caseId = await removeAttachment(registry, id, partId, request.body.reason, principal);
      await cases.files.remove(partId);
      await cases.changed([caseId]);
      return listOf(deps, caseId, principal);
    },
  );
}

function addUpload(app: ApiServer, deps: Deps): void {
  const { registry, cases } = deps;
  const turns = new Turns(UPLOADS);
  app.post(
    '/cases/:id/attachments',
    {
      // The room that a case still has is counted as the bytes come.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { access: 'case:write', body: 'paced' },
      schema: {
        summary: 'Attach a file: the body is its bytes (application/octet-stream)',
        params: caseParams,
        querystring: attachQuery,
        body: z.unknown().describe('bytes'),
        response: { 201: attachmentListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope } = principal;
      const { name, agencyId } = request.query;
      if (!(request.body instanceof Readable))
        throw new ApiError('unsupported-media-type', {
          message: 'send the bytes, as application/octet-stream',
        });
      const by = { actor, scope };
      const content = request.body;
      await turns.run(actor, async () => {
        const room = await roomForFile(registry.db, request.params.id, { agencyId }, by);
        const target = `case:${request.params.id}`;
        await takeFile(deps, { principal, name, content, bytesMax: room, target }, async (file) => {
          const caseId = await addAttachment(registry, request.params.id, { file, name, agencyId }, by);
          await cases.changed([caseId]);
        });
      });
      return reply.code(201).send(await listOf(deps, request.params.id, principal));
    },
  );
}

async function sendFile(reply: FastifyReply, { cases }: Deps, file: Attachment, risk: string | undefined) {
  if (file.quarantined === 1 && risk !== 'accepted')
    throw new ApiError('conflict', {
      field: 'risk',
      message:
        'this file is under quarantine: it may be dangerous; say risk=accepted to have it all the same',
    });
  return reply
    .header('content-type', 'application/octet-stream')
    .header(
      'content-disposition',
      attachmentHeader(file.quarantined === 1 ? `${file.name}.quarantined` : file.name),
    )
    .header('content-length', String(file.bytes))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`)
    .send(await cases.files.read(file.id));
}

function addDownloads(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  const fileOf = async (id: string, fileId: string, { scope }: Principal) => {
    const { row } = await findCase(registry.db, id, scope);
    return requireAttachment(registry.db, row, fileId, scope);
  };
  app.get(
    '/cases/:id/attachments/:partId',
    {
      config: { access: 'case:read' },
      schema: {
        summary:
          'The content of an attachment, always as a file to keep; it cannot be masked, so it takes personal:read',
        params: fileParams,
        querystring: downloadQuery,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const file = await fileOf(request.params.id, request.params.partId, principal);
      if (!seesPersonal(principal))
        throw new ApiError('forbidden', {
          message: 'a file cannot be masked: ask for it with a reason, POST .../unmask',
        });
      return sendFile(reply, deps, file, request.query.risk);
    },
  );
  app.post(
    '/cases/:id/attachments/:partId/unmask',
    {
      config: { access: 'personal:unmask' },
      schema: {
        summary:
          'The content of an attachment for who may not read personal data; the reason goes into the audit trail',
        params: fileParams,
        body: downloadReasonSchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { reason, risk } = request.body;
      const file = await fileOf(request.params.id, request.params.partId, principal);
      await writeAudit(registry.db, registry.now(), {
        actor: principal.actor,
        action: 'personal.unmask',
        target: `case-attachment:${file.id}`,
        agencyId: file.agencyId,
        detail: { reason, name: file.name },
      });
      return sendFile(reply, deps, file, risk);
    },
  );
}

function addExports(app: ApiServer, { registry, cases }: Deps): void {
  let running = 0;
  const note = (
    principal: Principal,
    number: string,
    agencyId: number,
    action: string,
    detail: Record<string, unknown>,
  ) =>
    writeAudit(registry.db, registry.now(), {
      actor: principal.actor,
      action,
      target: `case:${number}`,
      agencyId,
      detail,
    });
  app.post(
    '/cases/:id/export',
    {
      config: { access: 'case:read' },
      schema: {
        summary:
          'A case as JSON, its timeline as CSV, or both with attachments and hashes as a zip; on record',
        params: caseParams,
        body: exportBodySchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { format, language } = request.body;
      if (running >= EXPORTS_MAX)
        throw new ApiError('too-many-requests', {
          message: 'too many exports are under way; try again soon',
        });
      running += 1;
      try {
        const reader = { ...principal, seesPersonal: seesPersonal(principal) };
        const document = forReader(await caseDocument(registry, request.params.id, reader), reader);
        const { number, id, agencyId } = document.case;
        await note(principal, number, agencyId, 'case.export', { format, masked: !reader.seesPersonal });
        const send = (type: string, ending: string, content: string | Readable) =>
          reply
            .header('content-type', type)
            .header('content-disposition', attachmentHeader(`${number}.${ending}`))
            .send(content);
        if (format === 'csv')
          return await send('text/csv; charset=utf-8', 'csv', timelineCsv(document, language));
        if (format === 'json')
          return await send(
            'application/octet-stream',
            'json',
            `${JSON.stringify(document, undefined, 2)}\n`,
          );
        const kept = await listAttachments(registry.db, id, principal.scope);
        const sums = new Map(kept.map((file) => [file.id, file.crc32]));
        const entries = zipEntries(document, cases.files, reader, { language, sums });
        return await send('application/zip', 'zip', Readable.from(zipStream(entries)));
      } finally {
        running -= 1;
      }
    },
  );
  app.post(
    '/cases/:id/unmask',
    {
      config: { access: 'personal:unmask' },
      schema: {
        summary: 'A case with the personal data in it; the reason goes into the audit trail',
        params: caseParams,
        body: unmaskBodySchema,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const document = await caseDocument(registry, request.params.id, { ...principal, seesPersonal: true });
      const { number, agencyId } = document.case;
      await note(principal, number, agencyId, 'personal.unmask', { reason: request.body.reason });
      return document;
    },
  );
}
