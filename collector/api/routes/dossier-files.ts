/**
 * Files of dossiers: papers in and out, and tables to take in. Invariants: a paper is streamed and never held whole; what leaves is never shown in
 * a browser's page; a table is bounded before it is read.
 */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { inScope } from '../../registry/agencies.ts';
import {
  addDocument,
  type DocumentOwner,
  findDocument,
  listDocuments,
  ownerOfDocument,
  removeDocument,
  roomForDocument,
} from '../../registry/compliance/documents.ts';
import { importDossiers } from '../../registry/compliance/dossier-import.ts';
import { listImports, undoImport } from '../../registry/compliance/undo-import.ts';
import { SheetError, WORKBOOK_LIMITS } from '../../spreadsheet/sheet.ts';
import {
  documentAddQuery,
  documentDownloadQuery,
  documentListSchema,
  documentParams,
  documentQuery,
  documentRemoveSchema,
  documentSchema,
  importedSchema,
  importListSchema,
  importQuery,
} from '../contract-dossier-files.ts';
import { idParams } from '../contract-dossiers.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { toDocumentView, toImportedView, toImportSummaryView } from '../dossier-view.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';
import { takeFile } from '../take-file.ts';
import { Turns } from '../turns.ts';
import { dossierByOf } from './dossiers.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;
const ERRORS = { '4xx': errorSchema } as const;
/** Uploads under way at once: each holds a connection and an open file. */
const UPLOADS = { runningMax: 32, runningPerKeyMax: 4, waitingPerKeyMax: 0 } as const;
/** Tables under way at once: each is held whole, and takes the engine's time. */
const IMPORTS = { runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 4 } as const;
const IMPORTS_SHOWN = 50;
const BYTES_WANTED = 'send the bytes, as application/octet-stream';

const ownerOf = ({
  systemId,
  agencyId,
}: {
  systemId?: number | undefined;
  agencyId?: number | undefined;
}): DocumentOwner => ({
  systemId: systemId ?? null,
  agencyId: agencyId ?? null,
});

export async function addDossierFileRoutes(app: ApiServer, deps: Deps): Promise<void> {
  addDocuments(app, deps);
  addImportList(app, deps);
  // Alone here a body may be bytes: they go on as they come.
  await app.register(async (child: ApiServer) => {
    child.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    addUpload(child, deps);
    addImport(child, deps);
  });
}

function addDocuments(app: ApiServer, { registry, cases }: Deps): void {
  app.get(
    '/compliance/documents',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Papers of a system or an agency; those that were removed say by whom and why',
        querystring: documentQuery,
        response: { 200: documentListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const found = await listDocuments(registry.db, ownerOf(request.query), principalOf(request).scope);
      return { documents: found.map(toDocumentView) };
    },
  );
  app.get(
    '/compliance/documents/:id',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'The content of a paper, always as a file to keep',
        params: documentParams,
        querystring: documentDownloadQuery,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const owner = await ownerOfDocument(registry.db, request.params.id, scope);
      const file = await findDocument(registry.db, owner, request.params.id, scope);
      if (file.quarantined === 1 && request.query.risk !== 'accepted')
        throw new ApiError('conflict', {
          field: 'risk',
          message: 'this file may be dangerous; say risk=accepted to have it all the same',
        });
      const name = file.quarantined === 1 ? `${file.name}.quarantined` : file.name;
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', attachmentHeader(name))
        .header('content-length', String(file.bytes))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`)
        .send(await cases.files.read(file.id));
    },
  );
  app.post(
    '/compliance/documents/:id/delete',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Remove the content of a paper that no attestation rests on; that it was there stays',
        params: documentParams,
        body: documentRemoveSchema,
        response: { 204: z.null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { id } = request.params;
      const owner = await ownerOfDocument(registry.db, id, scope);
      await removeDocument(registry, owner, id, request.body.reason, { actor, scope });
      await cases.files.remove(id);
      return reply.code(204).send(null);
    },
  );
}

function addUpload(app: ApiServer, { registry, cases }: Deps): void {
  const turns = new Turns(UPLOADS);
  app.post(
    '/compliance/documents',
    {
      // Counted as the bytes come.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { access: 'compliance:write', body: 'paced' },
      schema: {
        summary: 'Attach a paper: the body is its bytes (application/octet-stream)',
        querystring: documentAddQuery,
        body: z.unknown().describe('bytes'),
        response: { 201: documentSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope } = principal;
      const { name, kind } = request.query;
      const owner = ownerOf(request.query);
      if (!(request.body instanceof Readable))
        throw new ApiError('unsupported-media-type', { message: BYTES_WANTED });
      const content = request.body;
      const document = await turns.run(actor, async () => {
        const room = await roomForDocument(registry.db, owner, scope);
        const target = owner.systemId === null ? `agency:${owner.agencyId}` : `system:${owner.systemId}`;
        return takeFile({ registry, cases }, { principal, name, content, bytesMax: room, target }, (file) =>
          addDocument(registry, owner, { file, name, kind }, { actor, scope }),
        );
      });
      return reply.code(201).send(toDocumentView(document));
    },
  );
}

/** @throws ApiError too-large, bad-request */
async function bytesOf(content: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    if (!Buffer.isBuffer(part)) throw new ApiError('unsupported-media-type', { message: BYTES_WANTED });
    bytes += part.length;
    if (bytes > WORKBOOK_LIMITS.bytesMax)
      throw new ApiError('too-large', { message: `a table has at most ${WORKBOOK_LIMITS.bytesMax} bytes` });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function addImport(app: ApiServer, { registry }: Deps): void {
  const turns = new Turns(IMPORTS);
  app.post(
    '/compliance/dossier-imports',
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { access: 'compliance:write', body: 'paced' },
      schema: {
        summary:
          'Systems and dossiers from a table of Mẫu 08, XLSX or CSV (application/octet-stream): dryRun=true looks, then once as one act',
        querystring: importQuery,
        body: z.unknown().describe('bytes'),
        response: { 200: importedSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { name, columns = {}, skipBad, dryRun, agencyId = principal.agencyId } = request.query;
      if (!inScope(principal.scope, agencyId)) throw new ApiError('not-found', { field: 'agencyId' });
      if (!(request.body instanceof Readable))
        throw new ApiError('unsupported-media-type', { message: BYTES_WANTED });
      const content = request.body;
      return turns.run(principal.actor, async () => {
        const wanted = {
          bytes: await bytesOf(content),
          name,
          columns,
          skipBad: skipBad === 'true',
          dryRun: dryRun === 'true',
        };
        try {
          return toImportedView(
            await importDossiers(registry, wanted, { ...dossierByOf(principal), agencyId }),
          );
        } catch (error) {
          if (!(error instanceof SheetError)) throw error;
          throw new ApiError('bad-request', { message: error.message, field: 'body', cause: error });
        }
      });
    },
  );
}

function addImportList(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/compliance/dossier-imports',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Tables that were taken in, the newest first',
        response: { 200: importListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const found = await listImports(registry.db, principalOf(request).scope, IMPORTS_SHOWN);
      return { imports: found.map(toImportSummaryView) };
    },
  );
  app.post(
    '/compliance/dossier-imports/:id/undo',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Take an import back as one act, while nothing of it was changed since',
        params: idParams,
        response: { 200: importListSchema.shape.imports.element, ...ERRORS },
      },
    },
    async (request) =>
      toImportSummaryView(await undoImport(registry, request.params.id, dossierByOf(principalOf(request)))),
  );
}
