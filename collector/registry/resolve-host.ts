/** A host as people name it: by its name, or by its agent's id or the first characters of it. */
import type { AgentRecord } from './agents.ts';
import { agentsNamed, resolveAgent } from './agents.ts';
import type { Registry } from './database.ts';
import { RefusalError } from './refusal.ts';

/** @throws RefusalError agent-unknown, agent-ambiguous */
export async function resolveHost(registry: Registry, text: string): Promise<AgentRecord> {
  // Agents that followed each other on one machine are one host: the last speaks for it.
  const hosts = new Map<string, AgentRecord>();
  for (const agent of await agentsNamed(registry, text)) {
    const before = hosts.get(agent.hostId);
    if (before === undefined || isRather(agent, before)) hosts.set(agent.hostId, agent);
  }
  const [only, other] = [...hosts.values()];
  if (other !== undefined) {
    throw new RefusalError('agent-ambiguous', text, `several hosts are called ${text}: give the agent's id`);
  }
  return only ?? resolveAgent(registry, text);
}

/** One at work before one that is not; then the later one. */
function isRather(agent: AgentRecord, other: AgentRecord): boolean {
  if ((agent.state === 'active') !== (other.state === 'active')) return agent.state === 'active';
  return agent.enrolledMs > other.enrolledMs;
}
