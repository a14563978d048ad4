/**
 * Quotas and bandwidth caps: list, set, change, take away; what runs takes them over at once. A caller sees those of its
 * part of the tree and those of everybody, and changes only the former.
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import {
  changeBandwidthCap,
  clearBandwidthCap,
  listBandwidthCaps,
  setBandwidthCap,
} from '../../registry/bandwidth-caps.ts';
import {
  changeQuota,
  clearQuota,
  type LimitBy,
  listQuotas,
  setQuota,
  type Quota,
} from '../../registry/quotas.ts';
import {
  bandwidthBodySchema,
  bandwidthCapListSchema,
  bandwidthCapSchema,
  bandwidthFiguresSchema,
  quotaBodySchema,
  quotaFiguresSchema,
  quotaListSchema,
  quotaSchema,
} from '../contract-limits.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { versionWanted } from '../etag.ts';
import type { SendingControl } from '../ports.ts';
import { type Principal, principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'sending'>;

const params = z.strictObject({ id: z.coerce.number().int().min(1) });

/** Those of everybody are seen by everybody: they slow down their agents, too. */
const isSeen = ({ scope }: Principal, { agencyId }: { agencyId: number | null }): boolean =>
  agencyId === null || inScope(scope, agencyId);

/** @throws ApiError not-found, forbidden for what concerns everybody */
function mustBeOwn<T extends { agencyId: number | null }>(principal: Principal, limit: T | undefined): T {
  if (limit === undefined || !isSeen(principal, limit)) throw new ApiError('not-found');
  if (limit.agencyId === null && principal.scope.kind !== 'all') throw new ApiError('forbidden');
  return limit;
}

/** @throws ApiError not-found for an agency elsewhere, forbidden for everybody's */
function mustBeOwnAgency(principal: Principal, agencyId: number | null): void {
  if (agencyId !== null && !inScope(principal.scope, agencyId))
    throw new ApiError('not-found', { message: `there is no agency ${agencyId}`, field: 'agencyId' });
  mustBeOwn(principal, { agencyId });
}

/** With `If-None-Match: *` nothing that is there is written over. */
const mustBeNew = ({ headers }: FastifyRequest): { mustBeNew: boolean } => ({
  mustBeNew: headers['if-none-match'] === '*',
});
const byOf = (request: FastifyRequest): LimitBy => ({
  actor: principalOf(request).actor,
  version: versionWanted(request),
});

export function addLimitRoutes(app: ApiServer, deps: Deps): void {
  addQuotas(app, deps);
  addBandwidthCaps(app, deps);
}

function view(quota: Quota, sending: SendingControl): z.infer<typeof quotaSchema> {
  const { groupId: _, ...seen } = quota;
  return { ...seen, slowing: sending.slowing(quota.id) };
}

function addQuotas(app: ApiServer, { registry, sending }: Deps): void {
  const find = async (id: number): Promise<Quota | undefined> =>
    (await listQuotas(registry)).find((quota) => quota.id === id);

  app.get(
    '/quotas',
    {
      config: { access: 'quota:read' },
      schema: {
        summary: 'What agencies and groups may send, and whom that slows down now',
        response: { 200: quotaListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const quotas = (await listQuotas(registry)).filter((quota) => isSeen(principal, quota));
      return { quotas: quotas.map((quota) => view(quota, sending)) };
    },
  );

  app.post(
    '/quotas',
    {
      config: { access: 'quota:write' },
      schema: {
        summary:
          'Set a quota; it takes the place of one of the same agency, group and kind, unless If-None-Match: * forbids it',
        body: quotaBodySchema,
        response: { 201: quotaSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      mustBeOwnAgency(principal, request.body.agencyId ?? null);
      const quota = await setQuota(registry, request.body, principal.actor, mustBeNew(request));
      await sending.reload();
      return reply.code(201).send(view(quota, sending));
    },
  );

  app.put(
    '/quotas/:id',
    {
      config: { access: 'quota:write' },
      schema: {
        summary: 'Change the figures of a quota; what is left out is no longer limited',
        params,
        body: quotaFiguresSchema,
        response: { 200: quotaSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id } = mustBeOwn(principal, await find(request.params.id));
      const quota = await changeQuota(registry, id, request.body, byOf(request));
      await sending.reload();
      return view(quota, sending);
    },
  );

  app.delete(
    '/quotas/:id',
    {
      config: { access: 'quota:write' },
      schema: { summary: 'Take a quota away', params, response: { 204: z.null(), '4xx': errorSchema } },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = mustBeOwn(principal, await find(request.params.id));
      await clearQuota(registry, id, byOf(request));
      await sending.reload();
      return reply.code(204).send(null);
    },
  );
}

function addBandwidthCaps(app: ApiServer, { registry, sending }: Deps): void {
  const find = async (id: number) => (await listBandwidthCaps(registry)).find((cap) => cap.id === id);

  app.get(
    '/bandwidth-caps',
    {
      config: { access: 'bandwidth:read' },
      schema: {
        summary: 'What the lines of sites may carry, by hour',
        response: { 200: bandwidthCapListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      return { caps: (await listBandwidthCaps(registry)).filter((cap) => isSeen(principal, cap)) };
    },
  );

  app.post(
    '/bandwidth-caps',
    {
      config: { access: 'bandwidth:write' },
      schema: {
        summary:
          'Cap a line; it takes the place of a cap of the same site and hours, unless If-None-Match: * forbids it',
        body: bandwidthBodySchema,
        response: { 201: bandwidthCapSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      mustBeOwnAgency(principal, request.body.agencyId);
      const cap = await setBandwidthCap(registry, request.body, principal.actor, mustBeNew(request));
      await sending.reload();
      return reply.code(201).send(cap);
    },
  );

  app.put(
    '/bandwidth-caps/:id',
    {
      config: { access: 'bandwidth:write' },
      schema: {
        summary: 'Change hours and figures of a cap',
        params,
        body: bandwidthFiguresSchema,
        response: { 200: bandwidthCapSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id } = mustBeOwn(principal, await find(request.params.id));
      const cap = await changeBandwidthCap(registry, id, request.body, byOf(request));
      await sending.reload();
      return cap;
    },
  );

  app.delete(
    '/bandwidth-caps/:id',
    {
      config: { access: 'bandwidth:write' },
      schema: { summary: 'Take a cap away', params, response: { 204: z.null(), '4xx': errorSchema } },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = mustBeOwn(principal, await find(request.params.id));
      await clearBandwidthCap(registry, id, byOf(request));
      await sending.reload();
      return reply.code(204).send(null);
    },
  );
}
