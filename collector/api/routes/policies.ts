/**
 * Policies of agent groups: list, read, set, let out, roll back, and what agents make of them. A group is of no agency, so
 * only who administers all of them may change one; of the hosts a caller sees those of its part of the tree.
 */
import { z } from 'zod';
import { checkPolicyText, describePolicyFault } from '../../protocol/policy-settings.ts';
import { policyStatus } from '../../registry/policy-assignment.ts';
import {
  canonicalPolicy,
  listPolicies,
  listRollouts,
  readPolicy,
  rollBackPolicy,
  setPolicy,
  widenRollout,
} from '../../registry/policies.ts';
import { visibleCanaries } from '../../registry/visible-canaries.ts';
import {
  checkPolicySchema,
  madePolicySchema,
  newPolicySchema,
  policyCheckSchema,
  policyDetailSchema,
  policyGroupSchema,
  policyListSchema,
  policyStatusListSchema,
  policyStatusQuerySchema,
  rollBackPolicySchema,
  rolloutSchema,
  widenRolloutSchema,
} from '../contract-policy.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { viewPolicy, viewPolicyStatus, viewRollout } from '../policy-view.ts';
import { type Principal, principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'policies'>;

/** The longest document, and what JSON adds to it. */
const BODY_BYTES_MAX = 2 * 1_048_576;

const groupParams = z.strictObject({ group: policyGroupSchema });

/** @throws ApiError forbidden */
function mustSeeAll({ scope }: Principal): void {
  if (scope.kind !== 'all') throw new ApiError('forbidden');
}

/** What is wrong with a policy, and with which of its settings; undefined: nothing. */
function faultOf(text: string): { setting: string; message: string } | undefined {
  const checked = checkPolicyText(text);
  if (!('fault' in checked)) return undefined;
  const { fault } = checked;
  return {
    setting: fault.kind === 'local-only' ? fault.setting : '',
    message: describePolicyFault(fault),
  };
}

export function addPolicyRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addChanging(app, deps);
}

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/policies',
    {
      config: { access: 'policy:read' },
      schema: {
        summary: 'All versions of all groups’ policies, and how far each is let out',
        response: { 200: policyListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const rollouts = await visibleCanaries(registry, await listRollouts(registry), scope);
      return {
        policies: (await listPolicies(registry)).map(viewPolicy),
        rollouts: rollouts.map(viewRollout),
      };
    },
  );

  app.get(
    '/policies/:group/:version',
    {
      config: { access: 'policy:read' },
      schema: {
        summary: 'One version of a policy with its settings',
        params: groupParams.extend({ version: z.coerce.number().int().min(1) }),
        response: { 200: policyDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { group, version } = request.params;
      const { document, ...policy } = await readPolicy(registry, group, version);
      return { ...viewPolicy(policy), document: JSON.parse(document) as Record<string, unknown> };
    },
  );

  app.get(
    '/policy-status',
    {
      config: { access: 'policy:read' },
      schema: {
        summary: 'What each host is to run and what it says it runs',
        querystring: policyStatusQuerySchema,
        response: { 200: policyStatusListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      return { agents: (await policyStatus(registry, scope, request.query.group)).map(viewPolicyStatus) };
    },
  );
}

function addChanging(app: ApiServer, { registry, policies }: Deps): void {
  app.post(
    '/policies/check',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'policy:write' },
      schema: {
        summary: 'What is wrong with a policy while it is written, and with which setting',
        body: checkPolicySchema,
        response: { 200: policyCheckSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({ fault: faultOf(JSON.stringify(request.body.document)) ?? null }),
  );

  app.post(
    '/policies',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'policy:write' },
      schema: {
        summary: 'Set a group’s policy: a new version, let out to all of its hosts or to some first',
        body: newPolicySchema,
        response: { 200: madePolicySchema, 201: madePolicySchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      mustSeeAll(principal);
      const { document, dryRun, ...wanted } = request.body;
      const text = JSON.stringify(document);
      if (dryRun) {
        canonicalPolicy(text);
        return { policy: null, rollout: null };
      }
      const made = await setPolicy(registry, { ...wanted, text }, principal.actor);
      await policies.look();
      return reply.code(201).send({ policy: viewPolicy(made.policy), rollout: viewRollout(made.rollout) });
    },
  );

  app.post(
    '/policies/:group/rollout',
    {
      config: { access: 'policy:write' },
      schema: {
        summary: 'Let the wanted version out further; ends a halt',
        params: groupParams,
        body: widenRolloutSchema,
        response: { 200: rolloutSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      mustSeeAll(principal);
      const rollout = await widenRollout(registry, request.params.group, request.body, principal.actor);
      await policies.look();
      return viewRollout(rollout);
    },
  );

  app.post(
    '/policies/:group/rollback',
    {
      config: { access: 'policy:write' },
      schema: {
        summary: 'The group runs an older version again, or none',
        params: groupParams,
        body: rollBackPolicySchema,
        response: { 200: rolloutSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      mustSeeAll(principal);
      const rollout = await rollBackPolicy(registry, request.params.group, request.body.to, principal.actor);
      await policies.look();
      return viewRollout(rollout);
    },
  );
}
