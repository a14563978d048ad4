/** Failed checks that a request is to be about, looked up where postures are kept. */
import type { Registry } from '../registry/database.ts';
import { type AgencyScope, inScope } from '../registry/agencies.ts';
import { readAgent } from '../registry/agents.ts';
import { RefusalError } from '../registry/refusal.ts';
import { invalidRequest, type RequestFinding } from '../registry/requests/request-findings.ts';
import type { PostureReader } from '../store/posture-store.ts';
import { severitySchema } from './contract-vocabulary.ts';

export interface Gap {
  agentId: string;
  policy: string;
  check: string;
}

/** Hosts tell everything again within this time. */
const REACH_MS = 62 * 86_400_000;
const DETAIL_CHARS_MAX = 500;

/** @throws RefusalError agent-unknown, request-invalid for a check that is not failed now */
export async function gapFindings(
  { registry, posture }: { registry: Registry; posture: PostureReader },
  gaps: readonly Gap[],
  scope: AgencyScope,
): Promise<RequestFinding[]> {
  const findings: RequestFinding[] = [];
  const atMs = registry.now();
  for (const { agentId, policy, check } of gaps) {
    const agent = await readAgent(registry, agentId);
    if (agent === undefined || !inScope(scope, agent.agencyId))
      throw new RefusalError('agent-unknown', agentId, `there is no agent ${agentId}`);
    const asked = { agentIds: [agentId], policy, check, atMs, fromMs: atMs - REACH_MS, limit: 1 };
    const [state] = await posture.states(asked);
    if (state === undefined || state.result !== 'fail')
      throw invalidRequest('gaps', `host ${agent.hostname} does not fail ${policy}/${check} now`);
    findings.push({
      kind: 'posture',
      ref: `${policy}/${check}`,
      ruleId: check,
      tags: [],
      agencyId: agent.agencyId,
      agentId,
      hostname: agent.hostname,
      title: state.title,
      detail: state.reason.slice(0, DETAIL_CHARS_MAX),
      advice: '',
      severity: severitySchema.catch('medium').parse(state.severity),
      firstMs: state.timeMs,
      lastMs: state.timeMs,
    });
  }
  return findings;
}
