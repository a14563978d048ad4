/** `vonggac agent list | show | revoke` */
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { agentList, agentRevoke, agentShow, type AgentView } from '../operations/agent.ts';
import { printable } from '../printable.ts';
import { shortIds } from '../short-id.ts';
import { displayWidth, formatTable } from '../table.ts';

/** Those at work come first. */
const STATE_ORDER: Readonly<Record<AgentView['state'], number>> = {
  online: 0,
  offline: 1,
  unknown: 1,
  revoked: 2,
};

export async function listAgentsCommand(context: CommandContext, options: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const agents = await call(context, agentList, {});
  if (options.json === true) {
    print(JSON.stringify(agents, undefined, 2));
    return;
  }
  const ids = shortIds(agents.map(({ id }) => id));
  const order = (one: AgentView, other: AgentView): number =>
    STATE_ORDER[one.state] - STATE_ORDER[other.state] || one.hostname.localeCompare(other.hostname);
  const lines = formatTable(agents.toSorted(order), [
    { title: m.columns.id, value: (agent) => ids.get(agent.id) ?? agent.id },
    { title: m.columns.host, value: (agent) => agent.hostname },
    { title: m.columns.state, value: (agent) => m.states[agent.state] },
    { title: m.columns.agency, value: (agent) => `${agent.agencyId} ${agent.agencyName}` },
    { title: m.columns.group, value: (agent) => agent.group ?? '-' },
    { title: m.columns.system, value: (agent) => `${agent.osName} ${agent.osVersion}` },
    { title: m.columns.version, value: (agent) => agent.agentVersion },
    {
      title: m.columns.lastSeen,
      value: (agent) => (agent.lastSeenMs === null ? m.never : localTime(agent.lastSeenMs)),
    },
  ]);
  lines.forEach(print);
}

function factsOf({ m }: CommandContext, agent: AgentView): [name: string, value: string][] {
  const at = (ms: number | null): string => (ms === null ? m.never : localTime(ms));
  const facts: [string, string][] = [
    [m.facts.id, agent.id],
    [m.facts.host, agent.hostname],
    [m.facts.state, m.states[agent.state]],
    [m.facts.agency, `${agent.agencyId} ${agent.agencyName}`],
    [m.facts.group, agent.group ?? '-'],
    [m.facts.system, `${agent.osName} ${agent.osVersion} (${agent.platform} ${agent.arch})`],
    [m.facts.timeZone, agent.timeZone],
    [m.facts.agentVersion, agent.agentVersion],
    [m.facts.machineId, agent.machineId === '' ? '-' : agent.machineId],
    [m.facts.joinToken, agent.joinTokenId],
    [m.facts.enrolled, at(agent.enrolledMs)],
    [m.facts.lastSeen, at(agent.lastSeenMs)],
    [m.facts.clockSkew, agent.clockSkewMs === null ? '-' : m.clockSkew(agent.clockSkewMs)],
  ];
  if (agent.revokedMs !== null) facts.push([m.facts.revoked, at(agent.revokedMs)]);
  return facts;
}

/** `Name    value`, the values under each other. */
export function printFacts(context: CommandContext, facts: readonly [name: string, value: string][]): void {
  const width = Math.max(...facts.map(([name]) => displayWidth(name)));
  for (const [name, value] of facts) {
    context.print(`${name}${' '.repeat(width - displayWidth(name))}  ${printable(value)}`);
  }
}

export async function showAgentCommand(
  context: CommandContext,
  id: string,
  options: { json?: boolean },
): Promise<void> {
  const agent = await call(context, agentShow, { id });
  if (options.json === true) context.print(JSON.stringify(agent, undefined, 2));
  else printFacts(context, factsOf(context, agent));
}

export async function revokeAgentCommand(context: CommandContext, id: string): Promise<void> {
  const agent = await call(context, agentRevoke, { id });
  context.print(context.m.agentRevoked({ id: agent.id, hostname: printable(agent.hostname) }));
}
