/** The agency tree: list, also as of a day, read, add, put right, codes. A caller sees its part of the tree only. */
import { z } from 'zod';
import { legalDayAt } from '../../agency/legal-day.ts';
import { createAgency, patchAgency } from '../../registry/agencies.ts';
import { listAgencyPage, readAgencyDetail } from '../../registry/agency-book.ts';
import { addCode, endCode, removeCode } from '../../registry/agency-codes.ts';
import { responsibleOn } from '../../registry/agency-history.ts';
import { inScope } from '../../registry/agencies.ts';
import { toAgencyDetailView, toAgencyView, toCodeView } from '../agency-view.ts';
import {
  agencyBodySchema,
  agencyCodeSchema,
  agencyDetailSchema,
  agencyPageSchema,
  agencyParamsSchema,
  agencyPatchSchema,
  agencyQuerySchema,
  agencySchema,
  codeBodySchema,
  codeEndBodySchema,
  responsibleQuerySchema,
  responsibleSchema,
} from '../contract-agencies.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;

const cursor = cursorCodec('agencies', z.strictObject({ id: z.int().min(1) }));
const codeParams = z.strictObject({
  id: z.coerce.number().int().min(1),
  codeId: z.coerce.number().int().min(1),
});

export function addAgencyRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addChanging(app, deps);
  addCodes(app, deps);
}

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agencies',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'Agencies in the order of their ids, also as the tree stood on a day',
        querystring: agencyQuerySchema,
        response: { 200: agencyPageSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { limit, after, withEnded, ...query } = request.query;
      const afterId = after === undefined ? undefined : cursor.decode(after).id;
      const wanted = { ...query, withEnded: withEnded === 'true', afterId, limit: limit + 1 };
      const found = await listAgencyPage(registry.db, wanted, scope, legalDayAt(registry.now()));
      const agencies = found.slice(0, limit).map((agency) => toAgencyView(agency, scope));
      const last = agencies.at(-1);
      const next = found.length > limit && last !== undefined ? cursor.encode({ id: last.id }) : null;
      return { agencies, next };
    },
  );

  app.get(
    '/agencies/:id',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'All that is known of an agency: codes, former names and places, successors, predecessors',
        params: agencyParamsSchema,
        response: { 200: agencyDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const agency = await readAgencyDetail(registry.db, request.params.id, scope);
      sendVersion(reply, agency.version);
      return toAgencyDetailView(agency, scope);
    },
  );

  app.get(
    '/agencies/:id/responsible',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'Who was responsible on a day for what the agency stands for',
        params: agencyParamsSchema,
        querystring: responsibleQuerySchema,
        response: { 200: responsibleSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { on } = request.query;
      const found = await responsibleOn(registry.db, request.params.id, on, scope);
      return { on, agencies: found.map((agency) => toAgencyView(agency, scope)) };
    },
  );
}

function addChanging(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/agencies',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Add an agency',
        body: agencyBodySchema,
        response: { 201: agencySchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = principalOf(request);
      const { parentId = agencyId } = request.body;
      if (!inScope(scope, parentId)) throw new ApiError('not-found', { field: 'parentId' });
      const agency = await createAgency(registry, { ...request.body, parentId }, actor);
      // The scope of this request was read before the agency was there.
      const view = toAgencyView(agency, { kind: 'all' });
      return reply.code(201).send(view);
    },
  );

  app.patch(
    '/agencies/:id',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Put an agency right, or move it from today on',
        params: agencyParamsSchema,
        body: agencyPatchSchema,
        response: { 200: agencySchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const agency = await patchAgency(registry, request.params.id, request.body, by);
      sendVersion(reply, agency.version);
      return toAgencyView(agency, scope);
    },
  );
}

function addCodes(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/agencies/:id/codes',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'The agency has a legal identity code from a day on',
        params: agencyParamsSchema,
        body: codeBodySchema,
        response: { 201: agencyCodeSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const code = await addCode(registry, request.params.id, request.body, { actor, scope });
      return reply.code(201).send(toCodeView(code));
    },
  );

  app.post(
    '/agencies/:id/codes/:codeId/end',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'The code no longer holds from a day on',
        params: codeParams,
        body: codeEndBodySchema,
        response: { 200: agencyCodeSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const { id, codeId } = request.params;
      return toCodeView(await endCode(registry, id, codeId, request.body.on, { actor, scope }));
    },
  );

  app.delete(
    '/agencies/:id/codes/:codeId',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Take back a code that was entered by mistake',
        params: codeParams,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await removeCode(registry, request.params.id, request.params.codeId, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}
