/** Agent groups: which there are, and when their hosts are expected. A group is of all agencies, so only who administers all changes it. */
import { type AgentGroup, groupVersion, listGroups, setGroupProfile } from '../../registry/agent-groups.ts';
import {
  agentGroupListSchema,
  agentGroupSchema,
  groupParamsSchema,
  groupProfileBodySchema,
} from '../contract-groups.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;

const view = (group: AgentGroup) => ({ ...group, version: groupVersion(group) });

export function addAgentGroupRoutes(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agent-groups',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Agent groups, how many hosts they have and when those are expected',
        response: { 200: agentGroupListSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({ groups: (await listGroups(registry.db, principalOf(request).scope)).map(view) }),
  );
  app.put(
    '/agent-groups/:group/profile',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'Say when the hosts of a group are expected; null: the kind of host decides again',
        params: groupParamsSchema,
        body: groupProfileBodySchema,
        response: { 200: agentGroupSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      if (scope.kind !== 'all') throw new ApiError('forbidden');
      const by = { actor, version: versionWanted(request) };
      return view(await setGroupProfile(registry, request.params.group, request.body.profile, by));
    },
  );
}
