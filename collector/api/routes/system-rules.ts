/** Which hosts belong to a system by what they are: rules, members and why, and the tags that rules go by. */
import { z } from 'zod';
import { hostRuleSchema } from '../../agency/host-rule.ts';
import { listTags, TAG_PATTERN, tagAgents } from '../../registry/agent-tags.ts';
import { readAgent } from '../../registry/agents.ts';
import { inScope } from '../../registry/agencies.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { findSystem } from '../../registry/system-book.ts';
import { listMembers } from '../../registry/system-members.ts';
import {
  addSystemRule,
  applySystemRules,
  explainMembership,
  listSystemRules,
  previewRule,
  removeSystemRule,
} from '../../registry/system-rules.ts';
import { errorSchema } from '../contract.ts';
import { hostSelectionSchema } from '../contract-retention.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';
import { explanationSchema, systemRuleSchema, toRuleView } from '../system-rule-view.ts';

type Deps = Pick<ApiDependencies, 'registry'>;

const id = z.coerce.number().int().min(1);
const params = z.strictObject({ id });
const NOTE_MAX = 1_024;
const PAGE_MAX = 1_000;
const tag = z.string().trim().max(64).regex(TAG_PATTERN, 'letters, digits and . _ : / - only');
const cursor = cursorCodec('system-hosts', z.strictObject({ id: z.string().max(64) }));

const ruleBodySchema = z.strictObject({
  rule: hostRuleSchema,
  note: z.string().trim().max(NOTE_MAX).default(''),
});
const foundSchema = z.object({
  count: z.number(),
  sample: z.array(z.object({ agentId: z.string(), hostname: z.string() })),
});
const memberSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  since: z.iso.datetime(),
  /** The rule that put it there; null: a person. */
  ruleId: z.number().nullable(),
});
export function addSystemRuleRoutes(app: ApiServer, deps: Deps): void {
  addRules(app, deps);
  addMembers(app, deps);
  addTags(app, deps);
}

function addRules(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/systems/:id/rules',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Rules by which hosts belong to the system',
        params,
        response: { 200: z.object({ rules: z.array(systemRuleSchema) }), '4xx': errorSchema },
      },
    },
    async (request) => ({
      rules: (await listSystemRules(registry.db, request.params.id, principalOf(request).scope)).map(
        toRuleView,
      ),
    }),
  );
  app.post(
    '/systems/:id/rules',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Hosts belong to the system by a rule; all conditions must hold, each by one of its values',
        params,
        body: ruleBodySchema,
        response: { 201: systemRuleSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const rule = await addSystemRule(registry, request.params.id, request.body, principalOf(request));
      return reply.code(201).send(toRuleView(rule));
    },
  );
  app.delete(
    '/systems/:id/rules/:ruleId',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Take a rule away; hosts that only it put there leave',
        params: z.strictObject({ id, ruleId: id }),
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      await removeSystemRule(registry, request.params.id, request.params.ruleId, principalOf(request));
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/systems/rules/preview',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Which of the caller’s hosts a rule means now',
        body: z.strictObject({ rule: hostRuleSchema }),
        response: { 200: foundSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const outside = (request.body.rule.agencyIds ?? []).find((agencyId) => !inScope(scope, agencyId));
      if (outside !== undefined) throw new ApiError('not-found', { field: 'rule.agencyIds' });
      return previewRule(registry.db, request.body.rule, scope);
    },
  );
}

function addMembers(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/systems/:id/hosts',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Hosts that belong to the system now, by id, and whether a person or a rule put them there',
        params,
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(200),
          after: z.string().max(512).optional(),
        }),
        response: {
          200: z.object({ hosts: z.array(memberSchema), next: z.string().nullable() }),
          '4xx': errorSchema,
        },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { limit, after } = request.query;
      const system = await findSystem(registry.db, request.params.id, scope);
      const afterId = after === undefined ? undefined : cursor.decode(after).id;
      const found = await listMembers(registry.db, system.id, scope, { afterId, limit: limit + 1 });
      const hosts = found
        .slice(0, limit)
        .map(({ sinceMs, ...host }) => ({ ...host, since: isoTime(sinceMs) }));
      const last = hosts.at(-1);
      const next = found.length > limit && last !== undefined ? cursor.encode({ id: last.agentId }) : null;
      return { hosts, next };
    },
  );
  app.get(
    '/systems/:id/hosts/:agentId/why',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Why a host belongs to a system, or does not: each condition of each rule',
        params: z.strictObject({ id, agentId: z.string().min(1).max(64) }),
        response: { 200: explanationSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { id: systemId, agentId } = request.params;
      return explainMembership(registry.db, systemId, agentId, principalOf(request).scope);
    },
  );
}

function addTags(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agents/:id/tags',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Tags of a host',
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: { 200: z.object({ tags: z.array(z.string()) }), '4xx': errorSchema },
      },
    },
    async (request) => {
      const agent = await readAgent(registry, request.params.id);
      if (agent === undefined || !inScope(principalOf(request).scope, agent.agencyId))
        throw new ApiError('not-found');
      return { tags: await listTags(registry.db, agent.id) };
    },
  );
  app.post(
    '/agents/tag',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'Give tags to hosts, or take them away; rules of systems follow',
        body: hostSelectionSchema.extend({
          add: z.array(tag).max(50).default([]),
          remove: z.array(tag).max(50).default([]),
        }),
        response: { 200: z.object({ hosts: z.number() }), '4xx': errorSchema },
      },
    },
    async (request) => {
      const { add, remove, ...selection } = request.body;
      const done = await tagAgents(registry, selection, { add, remove }, principalOf(request));
      await applySystemRules(registry);
      return done;
    },
  );
}
