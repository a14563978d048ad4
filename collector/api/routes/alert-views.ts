/** Filters of alerts that people keep: listed, saved, renamed, shared, deleted, and which one begins with. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  beginWithAlertView,
  changeAlertView,
  deleteAlertView,
  listAlertViews,
  saveAlertView,
  type AlertView,
  type ViewBy,
} from '../../registry/alert-views.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { MASKS } from '../../personal/mask-personal.ts';
import { holds } from '../access.ts';
import {
  alertViewBodySchema,
  alertViewFirstSchema,
  alertViewListSchema,
  alertViewPatchSchema,
  alertViewSchema,
} from '../contract-alert-views.ts';
import { alertFilterSchema } from '../contract-alerts.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { personOf } from '../principal.ts';

const MASK_WORDS: ReadonlySet<string> = new Set(Object.values(MASKS));

const params = z.strictObject({ id: z.string().min(1).max(64) });

function byOf(request: FastifyRequest): ViewBy {
  const person = personOf(request);
  const { username, agencyId, scope } = person;
  return { username, agencyId, scope, maySharedToo: holds(person, 'alert:write') };
}

function viewOf(
  { owner, createdMs, updatedMs, ...view }: AlertView,
  { username }: ViewBy,
): z.infer<typeof alertViewSchema> {
  const times = { createdAt: isoTime(createdMs), updatedAt: isoTime(updatedMs) };
  return { ...view, ...times, createdBy: owner, own: owner === username };
}

/** @throws ApiError bad-request for what a list of alerts would refuse */
function mustBeFilter(filter: Readonly<Record<string, string>> | undefined): void {
  if (filter === undefined) return;
  // Who does not see the name would write what stands in its place over it.
  if (MASK_WORDS.has(filter['user'] ?? '')) {
    const message = 'the name is hidden from you: what stands in its place finds no alert; leave it out';
    throw new ApiError('bad-request', { field: 'filter.user', message });
  }
  const read = alertFilterSchema.safeParse(filter);
  if (read.success) return;
  const [issue] = read.error.issues;
  throw new ApiError('bad-request', {
    field: ['filter', ...(issue?.path ?? [])].join('.'),
    message: `no filter of alerts: ${issue?.message ?? ''}`,
  });
}

export function addAlertViewRoutes(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.get(
    '/alert-views',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Filters of alerts that one keeps, and those that are shared',
        response: { 200: alertViewListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const by = byOf(request);
      const views = await listAlertViews(registry.db, by);
      return { views: views.map((view) => viewOf(view, by)) };
    },
  );

  app.post(
    '/alert-views',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Keep a filter of alerts under a name',
        body: alertViewBodySchema,
        response: { 201: alertViewSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      mustBeFilter(request.body.filter);
      const by = byOf(request);
      const view = await saveAlertView(registry, request.body, by);
      sendVersion(reply, view.version);
      return reply.code(201).send(viewOf(view, by));
    },
  );

  app.patch(
    '/alert-views/:id',
    {
      config: { access: 'alert:read' },
      schema: {
        summary:
          'Rename a kept filter, change it, share it or take it back; with If-Match only if nobody else did',
        params,
        body: alertViewPatchSchema,
        response: { 200: alertViewSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      mustBeFilter(request.body.filter);
      const of = { id: request.params.id, change: request.body, version: versionWanted(request) };
      const by = byOf(request);
      const view = await changeAlertView(registry, of, by);
      sendVersion(reply, view.version);
      return viewOf(view, by);
    },
  );

  app.delete(
    '/alert-views/:id',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Delete a kept filter',
        params,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      await deleteAlertView(registry, request.params.id, byOf(request));
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/alert-views/first',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Which kept filter one begins with; null: none',
        body: alertViewFirstSchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      await beginWithAlertView(registry, request.body.id ?? undefined, byOf(request));
      return reply.code(204).send(null);
    },
  );
}
