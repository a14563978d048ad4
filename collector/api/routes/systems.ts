/** Information systems with their levels and hosts, and legal holds. A caller sees those of its part of the tree only. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { createHold, listHolds, releaseHold } from '../../registry/holds.ts';
import { assignHosts, unassignHosts } from '../../registry/system-members.ts';
import { findSystem, patchSystem } from '../../registry/system-book.ts';
import { createSystem, listSystems } from '../../registry/systems.ts';
import { errorSchema } from '../contract.ts';
import {
  assignBodySchema,
  assignmentSchema,
  holdBodySchema,
  holdListSchema,
  holdSchema,
  hostSelectionSchema,
  releaseBodySchema,
  systemBodySchema,
  systemListSchema,
  systemPatchSchema,
  systemSchema,
} from '../contract-retention.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';
import { toHoldView, toSystemView } from '../retention-view.ts';

const params = z.strictObject({ id: z.coerce.number().int().min(1) });

export function addSystemRoutes(app: ApiServer, deps: Pick<ApiDependencies, 'registry'>): void {
  addSystems(app, deps);
  addMembers(app, deps);
  addHolds(app, deps);
}

function addSystems(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.get(
    '/systems',
    {
      config: { access: 'system:read' },
      schema: { summary: 'Information systems', response: { 200: systemListSchema, '4xx': errorSchema } },
    },
    async (request) => ({
      systems: (await listSystems(registry, principalOf(request).scope)).map(toSystemView),
    }),
  );

  app.post(
    '/systems',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Add an information system',
        body: systemBodySchema,
        response: { 201: systemSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: own } = principalOf(request);
      const { agencyId = own, ...wanted } = request.body;
      if (!inScope(scope, agencyId)) throw new ApiError('not-found', { field: 'agencyId' });
      const { operatorId } = wanted;
      if (operatorId !== undefined && !inScope(scope, operatorId))
        throw new ApiError('not-found', { field: 'operatorId' });
      const system = await createSystem(registry, { ...wanted, agencyId }, actor);
      return reply.code(201).send(toSystemView(system));
    },
  );

  app.get(
    '/systems/:id',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'One system, of those that the caller’s agencies own or run',
        params,
        response: { 200: systemSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const system = await findSystem(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, system.version);
      return toSystemView(system);
    },
  );

  app.patch(
    '/systems/:id',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Change a system, or decide its security level',
        params,
        body: systemPatchSchema,
        response: { 200: systemSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const system = await patchSystem(registry, request.params.id, request.body, by);
      sendVersion(reply, system.version);
      return toSystemView(system);
    },
  );
}

function addMembers(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.post(
    '/systems/:id/hosts',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Hosts belong to the system',
        params,
        body: assignBodySchema,
        response: { 200: assignmentSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const { since, ...selection } = request.body;
      const sinceMs = since === undefined ? undefined : Date.parse(since);
      const done = await assignHosts(registry, request.params.id, selection, actor, { sinceMs, scope });
      return { ...done, system: toSystemView(done.system) };
    },
  );

  app.post(
    '/systems/:id/hosts/remove',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Hosts leave the system; that they were in it stays on record',
        params,
        body: hostSelectionSchema,
        response: { 200: assignmentSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const done = await unassignHosts(registry, request.params.id, request.body, actor, scope);
      return { ...done, system: toSystemView(done.system) };
    },
  );
}

function addHolds(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.get(
    '/holds',
    {
      config: { access: 'hold:read' },
      schema: { summary: 'Legal holds', response: { 200: holdListSchema, '4xx': errorSchema } },
    },
    async (request) => ({
      holds: (await listHolds(registry, principalOf(request).scope)).map(toHoldView),
    }),
  );

  app.post(
    '/holds',
    {
      config: { access: 'hold:write' },
      schema: {
        summary: 'Put a legal hold on a host, a system or an agency',
        body: holdBodySchema,
        response: { 201: holdSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { subject, from, to, reason } = request.body;
      const fromMs = from === undefined ? undefined : Date.parse(from);
      const toMs = to === undefined ? undefined : Date.parse(to);
      const hold = await createHold(registry, { subject, fromMs, toMs, reason }, actor, scope);
      return reply.code(201).send(toHoldView(hold));
    },
  );

  app.post(
    '/holds/:id/release',
    {
      config: { access: 'hold:write' },
      schema: {
        summary: 'Release a legal hold',
        params,
        body: releaseBodySchema,
        response: { 200: holdSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      return toHoldView(await releaseHold(registry, request.params.id, request.body.reason, actor, scope));
    },
  );
}
