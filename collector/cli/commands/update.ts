/** `vonggac update plan | start | pause | resume | halt | end | status` */
import type { UpdateRolloutView } from '../../api/contract-updates.ts';
import { ringsSchema } from '../../registry/updates/rings.ts';
import { asPerson, type PersonFlags } from '../as-person.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readNamedText } from '../named-file.ts';
import { updateAct, updatePlan, updateRollouts, updateStatusRead } from '../operations/update.ts';
import { printable } from '../printable.ts';
import { shortIds } from '../short-id.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface PlanFlags extends PersonFlags {
  rings?: string;
  healthy?: number;
  haltAbove?: number;
  soakHours?: number;
  reason: string;
}

export interface ActFlags {
  user?: string;
  reason?: string;
}

/** @throws UsageError naming what is wrong with the file */
function readRings(context: CommandContext, file: string) {
  let json: unknown;
  try {
    json = JSON.parse(readNamedText(context, file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(context.m.policy.unreadable(file, String(error)), { cause: error });
  }
  const rings = ringsSchema.safeParse(json);
  if (rings.success) return rings.data;
  const [issue] = rings.error.issues;
  throw new UsageError(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function tell({ m, print }: CommandContext, rollout: UpdateRolloutView): void {
  const ring = rollout.rings[rollout.ring]?.name ?? '-';
  print(
    m.update.rollout(
      rollout.version,
      m.update.states[rollout.state],
      printable(ring),
      printable([rollout.reason, rollout.stateReason].filter((one) => one !== '').join('; ')),
    ),
  );
}

export async function planUpdateCommand(
  context: CommandContext,
  version: string,
  flags: PlanFlags,
): Promise<void> {
  const { healthy: healthyPercent, haltAbove: failedPercentMax, soakHours, reason } = flags;
  const rings = flags.rings === undefined ? undefined : readRings(context, flags.rings);
  const planned = await asPerson(context, flags, (person) =>
    call(context, updatePlan, {
      version,
      rings,
      healthyPercent,
      failedPercentMax,
      soakHours,
      reason,
      person,
    }),
  );
  tell(context, planned);
  context.print(context.m.update.second);
}

export async function actOnUpdateCommand(
  context: CommandContext,
  act: 'start' | 'pause' | 'resume' | 'halt' | 'end',
  { user, reason }: ActFlags,
): Promise<void> {
  const done =
    user === undefined
      ? await call(context, updateAct, { act, reason })
      : await asPerson(context, { user }, (person) => call(context, updateAct, { act, reason, person }));
  tell(context, done);
}

/** Exits with 1 when the rollout is halted. */
export async function updateStatusCommand(
  context: CommandContext,
  flags: { hosts?: boolean; json?: boolean },
): Promise<ExitCode> {
  const { m, print } = context;
  const { rollouts, totals } = await call(context, updateRollouts, {});
  const agents = flags.hosts === true ? (await call(context, updateStatusRead, {})).agents : [];
  const open = rollouts.find(({ state }) => state !== 'ended');
  const exitCode = open?.state === 'halted' ? EXIT.failure : EXIT.ok;
  if (flags.json === true) {
    print(JSON.stringify({ rollouts, totals, ...(flags.hosts === true ? { agents } : {}) }, undefined, 2));
    return exitCode;
  }
  if (open === undefined) print(m.update.none);
  else tell(context, open);
  const number = (value: number): string => String(value);
  const rings = formatTable(totals, [
    { title: m.update.columns.ring, value: ({ name }) => printable(name) },
    { title: m.update.outcomes.held, value: ({ held }) => number(held), align: 'right' },
    { title: m.update.outcomes.applied, value: ({ applied }) => number(applied), align: 'right' },
    { title: m.update.outcomes.trying, value: ({ trying }) => number(trying), align: 'right' },
    { title: m.update.outcomes.waiting, value: ({ waiting }) => number(waiting), align: 'right' },
    { title: m.update.outcomes.failed, value: ({ failed }) => number(failed), align: 'right' },
    { title: m.update.outcomes.silent, value: ({ silent }) => number(silent), align: 'right' },
    { title: m.update.outcomes.unable, value: ({ unable }) => number(unable), align: 'right' },
  ]);
  if (totals.length > 0) rings.forEach(print);
  if (agents.length === 0) return exitCode;
  const ids = shortIds(agents.map(({ agentId }) => agentId));
  const lines = formatTable(agents, [
    { title: m.columns.id, value: ({ agentId }) => ids.get(agentId) ?? agentId },
    { title: m.columns.host, value: ({ hostname }) => printable(hostname) },
    { title: m.update.columns.running, value: ({ running }) => printable(running ?? '-') },
    { title: m.update.columns.ring, value: ({ ring }) => printable(ring ?? '-') },
    {
      title: m.columns.state,
      value: ({ outcome }) => (outcome === null ? '-' : m.update.outcomes[outcome]),
    },
    {
      title: m.policy.columns.why,
      value: ({ code, message }) => (code === null ? '' : printable(`${code}: ${message ?? ''}`)),
    },
  ]);
  lines.forEach(print);
  return exitCode;
}
