/** The policies that settings give as whole documents, checked: everything in one is bounded, as it may be anybody's. */
import { posturePolicySchema, type PosturePolicy } from '#protocol/posture-policy.ts';
import { ConfigError } from '../config-error.ts';
import { en } from '../messages/en.ts';
import type { PosturePolicies } from '../posture-config.ts';

/** @throws ConfigError naming the field of the document that is wrong */
export function readPolicies(policies: PosturePolicies): (string | PosturePolicy)[] | undefined {
  return policies?.map((policy, index) => {
    if (typeof policy === 'string') return policy;
    const result = posturePolicySchema.safeParse(policy, { reportInput: true });
    if (result.success) return result.data;
    const issues = result.error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
    throw new ConfigError({ kind: 'fields', file: 'posture.policies', issues }, en);
  });
}
