/** How a host stands against one check of a policy. */
import type { PostureRecord } from '../protocol/posture-record.ts';
import type { NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';

const POSTURE = logSources({ product: 'vonggac', service: 'posture' });

export function readPosture(event: NormalEvent, record: PostureRecord): void {
  const { change, policy, policyVersion, check, result, previousResult, reason } = record;
  event.logsources = POSTURE;
  event.parsed = true;
  putAction(event, `posture_${change}`);
  put(event, 'posture.change', change);
  put(event, 'posture.policy', policy);
  put(event, 'posture.policy_version', policyVersion);
  put(event, 'posture.check', check);
  put(event, 'posture.result', result);
  put(event, 'posture.previous_result', previousResult);
  put(event, 'posture.reason', reason);
  put(event, 'posture.reason_code', record.reasonCode);
  put(event, 'posture.title', record.title);
  put(event, 'posture.severity', record.severity);
  put(event, 'posture.controls', record.controls);
  put(event, 'rule.id', check);
  put(event, 'rule.name', record.title);
  put(event, 'rule.ruleset', policy);
  put(event, 'rule.version', policyVersion);
  put(event, 'posture.observed', record.observed);
  put(event, 'posture.expected', record.expected);
  put(event, 'posture.excepted_by', record.exceptedBy);
  put(event, 'posture.excepted_until_ms', record.exceptedUntilMs);
  const before = previousResult === undefined || previousResult === result ? '' : ` (was ${previousResult})`;
  event.message = `${policy} ${check}: ${result}${before}${reason === undefined ? '' : `: ${reason}`}`;
}
