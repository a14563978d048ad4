/** Policies as the API and the command line show them. */
import type { PolicyStatus } from '../registry/policy-assignment.ts';
import type { PolicyVersion, Rollout } from '../registry/policies.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { PolicyStatusView, PolicyVersionView, RolloutView } from './contract-policy.ts';

export function viewPolicy({
  createdMs,
  group,
  version,
  sha256,
  comment,
  author,
}: PolicyVersion): PolicyVersionView {
  return { group, version, sha256, comment, author, createdAt: isoTime(createdMs) };
}

export function viewRollout({ groupId: _, changedMs, canaries, ...rollout }: Rollout): RolloutView {
  return { ...rollout, canaries: [...canaries], changedAt: isoTime(changedMs) };
}

export function viewPolicyStatus({ reportedMs, ...status }: PolicyStatus): PolicyStatusView {
  return { ...status, reportedAt: reportedMs === null ? null : isoTime(reportedMs) };
}
