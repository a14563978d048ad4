/** Looks at the host in this process, with all the memory that takes. */
import { LIMITS } from '#protocol/limits.ts';
import type { Host } from '../host/host.ts';
import { assess } from './assess.ts';
import type { CheckResult } from './assess.ts';
import type { PostureFacts, PostureLook, PostureQuestion } from './posture-look.ts';

export function lookHere(question: PostureQuestion & { host: Host }): PostureLook {
  return async function* look(context) {
    for await (const { policy, results } of assess({ ...question, ...context }))
      yield results.map((result) => factsOf(policy.policy, policy.version, result));
  };
}

function factsOf(policy: string, policyVersion: string, result: CheckResult): PostureFacts {
  const { check, reason, reasonCode, observed, expected, exception } = result;
  return {
    policy,
    policyVersion,
    check: check.id,
    result: result.result,
    ...(reason === undefined ? {} : { reason: cut(reason.vi) }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
    title: check.title.vi,
    severity: check.severity,
    controls: [...check.controls],
    ...(observed === '' ? {} : { observed: cut(observed) }),
    ...(expected === '' ? {} : { expected: cut(expected) }),
    ...(exception === undefined ? {} : { exceptedBy: exception.by, exceptedUntilMs: exception.untilMs }),
  };
}

function cut(text: string): string {
  return text.slice(0, LIMITS.shortStringMax).toWellFormed();
}
