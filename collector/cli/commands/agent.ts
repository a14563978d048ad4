/** `vonggac agent list | show | approve | revoke | move | proposals` */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  type AgentActs,
  agentApprove,
  agentList,
  agentMove,
  agentRevoke,
  AGENTS_AT_ONCE,
  agentShow,
  type AgentView,
  type StateFilter,
} from '../operations/agent.ts';
import { sameHostDecide, sameHostList } from '../operations/same-host.ts';
import { printable } from '../printable.ts';
import { shortIds } from '../short-id.ts';
import { formatTable } from '../table.ts';
import { printFacts } from './print-facts.ts';
import { readNamedText } from '../named-file.ts';

/** Those who wait for a decision come first, then those at work. */
const STATE_ORDER: Readonly<Record<AgentView['state'], number>> = {
  pending: 0,
  online: 1,
  offline: 2,
  unknown: 2,
  revoked: 3,
  replaced: 3,
};

export interface AgentListOptions {
  agency?: number;
  group?: string;
  state?: StateFilter;
  stale?: number;
  json?: boolean;
}

export async function listAgentsCommand(context: CommandContext, options: AgentListOptions): Promise<void> {
  const { m, print } = context;
  const { agency: agencyId, group, state, stale: staleDays } = options;
  const agents = await call(context, agentList, { agencyId, group, state, staleDays });
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

function factsOf({ m }: CommandContext, agent: AgentView, others: readonly AgentView[]): [string, string][] {
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
  if (agent.approvedMs !== null) {
    facts.push([m.identity.approved, `${at(agent.approvedMs)} (${agent.approvedBy ?? '-'})`]);
  }
  if (agent.revokedMs !== null) facts.push([m.facts.revoked, at(agent.revokedMs)]);
  if (agent.replacedMs !== null) facts.push([m.identity.replaced, at(agent.replacedMs)]);
  facts.push([m.identity.machine, agent.hostId]);
  for (const other of others) {
    facts.push([m.identity.alsoFrom, `${other.id} (${other.hostname}, ${m.states[other.state]})`]);
  }
  return facts;
}

export async function showAgentCommand(
  context: CommandContext,
  id: string,
  options: { json?: boolean },
): Promise<void> {
  const { others, ...agent } = await call(context, agentShow, { id });
  if (options.json === true) context.print(JSON.stringify({ ...agent, others }, undefined, 2));
  else printFacts(context, factsOf(context, agent, others));
}

export interface AgentActOptions {
  fromFile?: string;
  dryRun?: boolean;
  allPending?: boolean;
  sameHost?: boolean;
  agency?: number;
  json?: boolean;
}

export interface MoveOptions extends AgentActOptions {
  group?: string;
}

/** Ids as typed, and those of the file: the first word of each line; `#` begins a remark. */
function idsOf(context: CommandContext, ids: readonly string[], fromFile: string | undefined): string[] {
  const lines = fromFile === undefined ? [] : readNamedText(context, fromFile).split(/\r?\n/);
  const words = lines.map((line) => /^\s*([^\s#]+)/.exec(line)?.[1]);
  return [...new Set([...ids, ...words.flatMap((word) => word ?? [])])];
}

/** One after the other so many at a time. */
async function inParts(
  ids: readonly string[],
  act: (ids: string[]) => Promise<AgentActs>,
): Promise<AgentActs> {
  const all: AgentActs = { agents: [], changed: [], refused: [] };
  for (let from = 0; from < ids.length; from += AGENTS_AT_ONCE) {
    const { agents, changed, refused } = await act(ids.slice(from, from + AGENTS_AT_ONCE));
    all.agents.push(...agents);
    all.changed.push(...changed);
    all.refused.push(...refused);
  }
  return all;
}

function report(
  context: CommandContext,
  acts: AgentActs,
  how: { done: (agent: { id: string; hostname: string }) => string; dryRun: boolean; json: boolean },
): ExitCode {
  const { m, print, complain } = context;
  if (how.json) print(JSON.stringify(acts, undefined, 2));
  else {
    const changed = new Set(acts.changed);
    for (const { id, hostname } of acts.agents) {
      const agent = { id, hostname: printable(hostname) };
      if (how.dryRun) print(m.identity.wouldBe(agent));
      else print(changed.has(id) ? how.done(agent) : m.identity.unchanged(agent));
    }
    for (const { id, message } of acts.refused) complain(`vonggac: ${id}: ${message}`);
  }
  return acts.refused.length === 0 ? EXIT.ok : EXIT.failure;
}

/** Says that nobody was named, as wrong use. */
function nobody({ m, complain }: CommandContext): ExitCode {
  complain(`vonggac: ${m.identity.nobodyNamed}`);
  return EXIT.usage;
}

export async function approveAgentsCommand(
  context: CommandContext,
  typed: readonly string[],
  options: AgentActOptions,
): Promise<ExitCode> {
  const { dryRun = false, json = false } = options;
  const ids = idsOf(context, typed, options.fromFile);
  if (options.sameHost === true) return decideSameHosts(context, ids, { accept: true, dryRun, json });
  if (options.allPending === true) {
    const waiting = await call(context, agentList, { state: 'pending', agencyId: options.agency });
    ids.push(...waiting.map(({ id }) => id));
  } else if (ids.length === 0) return nobody(context);
  const acts = await inParts(ids, (part) => call(context, agentApprove, { ids: part, dryRun }));
  return report(context, acts, { done: context.m.identity.agentApproved, dryRun, json });
}

export async function revokeAgentsCommand(
  context: CommandContext,
  typed: readonly string[],
  options: AgentActOptions & { reason?: string },
): Promise<ExitCode> {
  const { dryRun = false, json = false, reason = '' } = options;
  const ids = idsOf(context, typed, options.fromFile);
  if (ids.length === 0) return nobody(context);
  const acts = await inParts(ids, (part) => call(context, agentRevoke, { ids: part, dryRun, reason }));
  return report(context, acts, { done: context.m.agentRevoked, dryRun, json });
}

export async function moveAgentsCommand(
  context: CommandContext,
  typed: readonly string[],
  options: MoveOptions,
): Promise<ExitCode> {
  const { dryRun = false, json = false, agency: agencyId, group } = options;
  const ids = idsOf(context, typed, options.fromFile);
  if (ids.length === 0) return nobody(context);
  if (agencyId === undefined && group === undefined) {
    context.complain(`vonggac: ${context.m.identity.moveWhere}`);
    return EXIT.usage;
  }
  const acts = await inParts(ids, (part) => call(context, agentMove, { ids: part, dryRun, agencyId, group }));
  return report(context, acts, { done: context.m.identity.agentMoved, dryRun, json });
}

export interface SameHostOptions {
  reject?: string[];
  json?: boolean;
}

export async function sameHostsCommand(context: CommandContext, options: SameHostOptions): Promise<ExitCode> {
  const { m, print } = context;
  const { json = false } = options;
  if (options.reject !== undefined) {
    return decideSameHosts(context, options.reject, { accept: false, dryRun: false, json });
  }
  const proposals = await call(context, sameHostList, {});
  if (json) {
    print(JSON.stringify(proposals, undefined, 2));
    return EXIT.ok;
  }
  const lines = formatTable(proposals, [
    { title: m.identity.columns.newAgent, value: ({ agentId }) => agentId },
    { title: m.columns.host, value: ({ hostname }) => hostname },
    { title: m.columns.agency, value: ({ agencyId, agencyName }) => `${agencyId} ${agencyName}` },
    { title: m.identity.columns.former, value: ({ formerId }) => formerId },
    { title: m.identity.columns.formerHost, value: ({ formerHostname }) => formerHostname },
    {
      title: m.columns.lastSeen,
      value: ({ formerLastSeenMs: ms }) => (ms === null ? m.never : localTime(ms)),
    },
    { title: m.identity.columns.agreeing, value: ({ agreeing }) => agreeing.join(', ') },
    { title: m.identity.columns.remark, value: ({ alive }) => (alive ? m.identity.formerAlive : '') },
  ]);
  lines.forEach(print);
  return EXIT.ok;
}

async function decideSameHosts(
  context: CommandContext,
  ids: readonly string[],
  how: { accept: boolean; dryRun: boolean; json: boolean },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const { accept, dryRun } = how;
  const outcome = await call(context, sameHostDecide, { ids: [...ids], accept, dryRun });
  if (how.json) print(JSON.stringify(outcome, undefined, 2));
  else {
    for (const proposal of outcome.decided) {
      const pair = {
        id: proposal.agentId,
        hostname: printable(proposal.hostname),
        formerId: proposal.formerId,
      };
      if (dryRun) print(m.identity.wouldBe(pair));
      else print(accept ? m.identity.sameHostAccepted(pair) : m.identity.sameHostRejected(pair));
    }
    if (outcome.decided.length === 0 && outcome.refused.length === 0) print(m.identity.nothingProposed);
    for (const { id, message } of outcome.refused) complain(`vonggac: ${id}: ${message}`);
  }
  return outcome.refused.length === 0 ? EXIT.ok : EXIT.failure;
}
