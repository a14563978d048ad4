/** `vonggac policy list | show | diff | set | rollout | rollback | status | rotate-key` */
import { call, type CommandContext } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  policyList,
  policyRollback,
  policyRollout,
  policySet,
  policyShow,
  policyStatusRead,
  signingKeyRotate,
} from '../operations/policy.ts';
import { printable, printableJson } from '../printable.ts';
import { shortIds } from '../short-id.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { settingsDiff } from './settings-diff.ts';
import { readNamedText } from '../named-file.ts';

export interface RolloutFlags {
  percent?: number;
  canary?: string[];
  haltAbove?: number;
}

export interface SetPolicyFlags extends RolloutFlags {
  file: string;
  comment?: string;
  dryRun?: boolean;
}

interface JsonFlag {
  json?: boolean;
}

export async function listPoliciesCommand(
  context: CommandContext,
  flags: JsonFlag & { group?: string },
): Promise<void> {
  const { m, print } = context;
  const found = await call(context, policyList, { group: flags.group });
  if (flags.json === true) return print(JSON.stringify(found, undefined, 2));
  if (found.policies.length === 0) return print(m.policy.none);
  const lines = formatTable(found.policies, [
    { title: m.columns.group, value: ({ group }) => printable(group) },
    { title: m.policy.columns.version, value: ({ version }) => String(version), align: 'right' },
    { title: m.policy.columns.created, value: ({ createdAt }) => localTime(Date.parse(createdAt)) },
    { title: m.policy.columns.author, value: ({ author }) => printable(author) },
    { title: m.policy.columns.comment, value: ({ comment }) => printable(comment) },
  ]);
  lines.forEach(print);
  for (const rollout of found.rollouts) print(m.policy.rollout(rollout));
}

export async function showPolicyCommand(
  context: CommandContext,
  group: string,
  flags: JsonFlag & { at?: number },
): Promise<void> {
  const { m, print } = context;
  const policy = await call(context, policyShow, { group, version: flags.at });
  if (flags.json === true) return print(JSON.stringify(policy, undefined, 2));
  print(m.policy.head(policy, localTime(Date.parse(policy.createdAt))));
  print(printableJson(policy.document, 2));
}

function parseSettings(context: CommandContext, file: string): unknown {
  try {
    return JSON.parse(readNamedText(context, file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(context.m.policy.unreadable(file, reason), { cause: error });
  }
}

export async function diffPolicyCommand(
  context: CommandContext,
  group: string,
  flags: { from?: number; to?: number; file?: string },
): Promise<void> {
  const { m, print } = context;
  const newest = await call(context, policyShow, { group, version: flags.to });
  const to = flags.file === undefined ? newest.document : parseSettings(context, flags.file);
  const fromVersion = flags.from ?? (flags.file === undefined ? newest.version - 1 : newest.version);
  const from =
    fromVersion < 1 ? {} : (await call(context, policyShow, { group, version: fromVersion })).document;
  const lines = settingsDiff(from, to);
  if (lines.length === 0) return print(m.policy.same);
  lines.forEach((line) => print(printable(line)));
}

export async function setPolicyCommand(
  context: CommandContext,
  group: string,
  flags: SetPolicyFlags,
): Promise<void> {
  const { m, print } = context;
  const { percent, canary: canaries, haltAbove: failedPercentMax, comment, dryRun = false } = flags;
  const { policy, rollout } = await call(context, policySet, {
    group,
    text: readNamedText(context, flags.file),
    comment,
    percent,
    canaries,
    failedPercentMax,
    dryRun,
  });
  if (policy === null || rollout === null) return print(m.policy.wouldBeTaken);
  print(m.policy.set(policy));
  print(m.policy.rollout(rollout));
}

export async function rolloutPolicyCommand(
  context: CommandContext,
  group: string,
  flags: RolloutFlags,
): Promise<void> {
  if (Object.keys(flags).length === 0) throw new UsageError(context.m.policy.nothingToChange);
  const { percent, canary: canaries, haltAbove: failedPercentMax } = flags;
  const rollout = await call(context, policyRollout, { group, percent, canaries, failedPercentMax });
  context.print(context.m.policy.rollout(rollout));
}

export async function rollbackPolicyCommand(
  context: CommandContext,
  group: string,
  flags: { to?: number },
): Promise<void> {
  const rollout = await call(context, policyRollback, { group, to: flags.to });
  context.print(context.m.policy.rollout(rollout));
}

/** Exits with 1 when a host refused its policy or took it back. */
export async function policyStatusCommand(
  context: CommandContext,
  flags: JsonFlag & { group?: string },
): Promise<ExitCode> {
  const { m, print } = context;
  const { agents } = await call(context, policyStatusRead, { group: flags.group });
  const failed = agents.some(({ outcome }) => outcome === 'failed');
  const exitCode = failed ? EXIT.failure : EXIT.ok;
  if (flags.json === true) {
    print(JSON.stringify(agents, undefined, 2));
    return exitCode;
  }
  if (agents.length === 0) {
    print(m.policy.noAgents);
    return exitCode;
  }
  const ids = shortIds(agents.map(({ agentId }) => agentId));
  const version = (value: number | null): string => (value === null || value === 0 ? '-' : String(value));
  const lines = formatTable(agents, [
    { title: m.columns.id, value: ({ agentId }) => ids.get(agentId) ?? agentId },
    { title: m.columns.host, value: ({ hostname }) => printable(hostname) },
    { title: m.columns.group, value: ({ group }) => (group === null ? '-' : printable(group)) },
    { title: m.policy.columns.wanted, value: ({ wanted }) => version(wanted), align: 'right' },
    { title: m.policy.columns.running, value: ({ running }) => version(running), align: 'right' },
    { title: m.policy.columns.outcome, value: ({ outcome }) => m.policy.outcomes[outcome] },
    {
      title: m.policy.columns.why,
      value: ({ code, message }) => (code === null ? '' : printable(`${code}: ${message ?? ''}`)),
    },
  ]);
  lines.forEach(print);
  return exitCode;
}

export async function rotateSigningKeyCommand(
  context: CommandContext,
  purpose: 'policy' | 'command',
): Promise<void> {
  const { publicKey } = await call(context, signingKeyRotate, { purpose });
  context.print(context.m.policy.keyRotated(purpose, publicKey));
}
