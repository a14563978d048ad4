/** Lists of administrators that hosts are compared with: allowed software, addresses to administer from ... */
import { currentLists, dropList, findList, setList } from '../../registry/compliance/assessment-lists.ts';
import { scopeOf, toListsView, toListView } from '../compliance-list-view.ts';
import {
  listBodySchema,
  listParamsSchema,
  listSchema,
  listScopeQuerySchema,
  listsSchema,
} from '../contract-compliance-lists.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';
import { z } from 'zod';

const URL = '/compliance/lists/:kind';

export function addComplianceListRoutes(
  app: ApiServer,
  { registry }: Pick<ApiDependencies, 'registry'>,
): void {
  const asked = { params: listParamsSchema, querystring: listScopeQuerySchema };

  app.get(
    '/compliance/lists',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Lists that hosts are compared with, and the kinds there are',
        response: { 200: listsSchema, '4xx': errorSchema },
      },
    },
    async (request) => toListsView(await currentLists(registry.db, principalOf(request).scope)),
  );

  app.get(
    URL,
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'The list of a kind for everybody, an agency or a system',
        ...asked,
        response: { 200: listSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { kind } = request.params;
      const list = await findList(registry.db, kind, scopeOf(request.query), principalOf(request).scope);
      sendVersion(reply, list.version);
      return toListView(list);
    },
  );

  app.put(
    URL,
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Give a list, in place of the one before; what held on past days stays known',
        ...asked,
        body: listBodySchema,
        response: { 200: listSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { note, entries } = request.body;
      const wanted = {
        kind: request.params.kind,
        scope: scopeOf(request.query),
        note,
        entries: entries.map(({ value, until }) => ({
          value,
          untilMs: until === undefined ? undefined : Date.parse(until),
        })),
      };
      const list = await setList(registry, wanted, { actor, scope, version: versionWanted(request) });
      sendVersion(reply, list.version);
      return toListView(list);
    },
  );

  app.delete(
    URL,
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Nobody gives the list any more: what goes by it is not assessed',
        ...asked,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      await dropList(registry, request.params.kind, scopeOf(request.query), by);
      return reply.code(204).send(null);
    },
  );
}
