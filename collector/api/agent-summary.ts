/** An agent as the API shows it: the registry's row and whether it is connected now. */
import type { AgentRecord } from '../registry/agents.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { AgentSummary } from './contract.ts';

export function toAgentSummary(agent: AgentRecord, online: boolean): AgentSummary {
  return {
    id: agent.id,
    hostname: agent.hostname,
    osName: agent.osName,
    osVersion: agent.osVersion,
    agentVersion: agent.agentVersion,
    agencyId: agent.agencyId,
    agencyName: agent.agencyName,
    group: agent.group,
    hostId: agent.hostId,
    state: agent.state === 'active' ? (online ? 'online' : 'offline') : agent.state,
    enrolledAt: isoTime(agent.enrolledMs),
    lastSeenAt: agent.lastSeenMs === null ? null : isoTime(agent.lastSeenMs),
    clockSkewMs: agent.clockSkewMs,
  };
}
