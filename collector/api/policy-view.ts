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

export function viewRollout(rollout: Rollout): RolloutView {
  const { group, version, previous, percent, failedPercentMax, state, reason, changedBy } = rollout;
  return {
    group,
    version,
    previous,
    percent,
    canaries: [...rollout.canaries],
    failedPercentMax,
    state,
    reason,
    changedAt: isoTime(rollout.changedMs),
    changedBy,
  };
}

export function viewPolicyStatus({ reportedMs, ...status }: PolicyStatus): PolicyStatusView {
  return { ...status, reportedAt: reportedMs === null ? null : isoTime(reportedMs) };
}
