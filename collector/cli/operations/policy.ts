/** Policies of agent groups: versions, how far they are let out, what agents make of them, the key they are signed with. */
import { z } from 'zod';
import {
  keyPurposeSchema,
  policyDetailSchema,
  policyGroupSchema,
  policyListSchema,
  policyStatusListSchema,
  policyVersionSchema,
  rollBackPolicySchema,
  rolloutSchema,
  widenRolloutSchema,
} from '../../api/contract-policy.ts';
import { viewPolicy, viewPolicyStatus, viewRollout } from '../../api/policy-view.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { resolveAgent } from '../../registry/agents.ts';
import type { Registry } from '../../registry/database.ts';
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
import { RefusalError } from '../../registry/refusal.ts';
import { rotateSigningKey, SigningKeyError } from '../../registry/signing-keys.ts';
import { defineOperation } from './operation.ts';

/** What JSON may add to a document's characters in a request. */
const TEXT_MAX = 2 * LIMITS.policyCharsMax;

/** Ids of agents, given by their first characters. @throws RefusalError agent-unknown, agent-ambiguous */
async function canaryIds(
  registry: Registry,
  given: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (given === undefined) return undefined;
  const ids: string[] = [];
  for (const text of given) ids.push((await resolveAgent(registry, text)).id);
  return ids;
}

export const policyList = defineOperation({
  name: 'policy.list',
  needs: 'data',
  input: z.strictObject({ group: policyGroupSchema.optional() }),
  output: policyListSchema,
  run: async ({ registry }, { group }) => ({
    policies: (await listPolicies(registry, group)).map(viewPolicy),
    rollouts: (await listRollouts(registry))
      .filter((rollout) => group === undefined || rollout.group === group)
      .map(viewRollout),
  }),
});

export const policyShow = defineOperation({
  name: 'policy.show',
  needs: 'data',
  /** Left out, the newest version. */
  input: z.strictObject({ group: policyGroupSchema, version: z.int().min(1).optional() }),
  output: policyDetailSchema,
  async run({ registry }, { group, version }) {
    const newest = version ?? (await listPolicies(registry, group)).at(0)?.version;
    if (newest === undefined)
      throw new RefusalError(
        'policy-unknown',
        group,
        `group "${group}" has no policy; "vonggac policy set" makes one`,
      );
    const { document, ...policy } = await readPolicy(registry, group, newest);
    return { ...viewPolicy(policy), document: JSON.parse(document) as Record<string, unknown> };
  },
});

export const policySet = defineOperation({
  name: 'policy.set',
  needs: 'data',
  input: z.strictObject({
    group: policyGroupSchema,
    text: z.string().max(TEXT_MAX),
    comment: z.string().max(1_000).optional(),
    percent: widenRolloutSchema.shape.percent,
    /** Agents by the first characters of their ids. */
    canaries: z.array(z.string().max(64)).max(1_000).optional(),
    failedPercentMax: widenRolloutSchema.shape.failedPercentMax,
    dryRun: z.boolean(),
  }),
  output: z.object({ policy: policyVersionSchema.nullable(), rollout: rolloutSchema.nullable() }),
  async run({ registry, actor, live }, { dryRun, canaries: given, ...wanted }) {
    const canaries = await canaryIds(registry, given);
    if (dryRun) {
      canonicalPolicy(wanted.text);
      return { policy: null, rollout: null };
    }
    const { policy, rollout } = await setPolicy(registry, { ...wanted, canaries }, actor);
    await live?.policies.look();
    return { policy: viewPolicy(policy), rollout: viewRollout(rollout) };
  },
});

export const policyRollout = defineOperation({
  name: 'policy.rollout',
  needs: 'data',
  input: z.strictObject({
    group: policyGroupSchema,
    percent: widenRolloutSchema.shape.percent,
    canaries: z.array(z.string().max(64)).max(1_000).optional(),
    failedPercentMax: widenRolloutSchema.shape.failedPercentMax,
  }),
  output: rolloutSchema,
  async run({ registry, actor, live }, { group, canaries: given, ...wanted }) {
    const canaries = await canaryIds(registry, given);
    const rollout = await widenRollout(registry, group, { ...wanted, canaries }, actor);
    await live?.policies.look();
    return viewRollout(rollout);
  },
});

export const policyRollback = defineOperation({
  name: 'policy.rollback',
  needs: 'data',
  input: rollBackPolicySchema.extend({ group: policyGroupSchema }),
  output: rolloutSchema,
  async run({ registry, actor, live }, { group, to }) {
    const rollout = await rollBackPolicy(registry, group, to, actor);
    await live?.policies.look();
    return viewRollout(rollout);
  },
});

export const policyStatusRead = defineOperation({
  name: 'policy.status',
  needs: 'data',
  input: z.strictObject({ group: policyGroupSchema.optional() }),
  output: policyStatusListSchema,
  run: async ({ registry }, { group }) => ({
    agents: (await policyStatus(registry, { kind: 'all' }, group)).map(viewPolicyStatus),
  }),
});

export const signingKeyRotate = defineOperation({
  name: 'signing-key.rotate',
  needs: 'data',
  input: z.strictObject({ purpose: keyPurposeSchema }),
  output: z.object({ publicKey: z.string() }),
  async run({ registry, dataDir, actor, live }, { purpose }) {
    try {
      const key =
        live === undefined
          ? await rotateSigningKey(registry, dataDir, purpose, actor)
          : await live.policies.rotate(purpose, actor);
      return { publicKey: key.publicKey };
    } catch (error) {
      if (!(error instanceof SigningKeyError)) throw error;
      throw new RefusalError('signing-key-absent', purpose, error.message, { cause: error });
    }
  },
});
