/** `vonggac system create | list | set-level | assign | unassign` and `vonggac hold create | list | release` */
import type { HoldSubjectView, HoldView, SystemView } from '../../api/contract-retention.ts';
import type { LawProfile } from '../../registry/tables/agency.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  holdCreate,
  holdList,
  holdRelease,
  systemAssign,
  systemCreate,
  systemList,
  systemSetLevel,
  systemUnassign,
} from '../operations/system.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface HostFlags {
  agent?: string[];
  host?: string[];
  group?: string[];
}

const levelText = ({ m }: CommandContext, level: number | null): string =>
  level === null ? m.retention.undecided : String(level);

export async function createSystemCommand(
  context: CommandContext,
  name: string,
  flags: { agency?: number; level?: number; law: LawProfile },
): Promise<void> {
  const { agency: agencyId, level, law: lawProfile } = flags;
  const system = await call(context, systemCreate, { name, agencyId, level, lawProfile });
  context.print(context.m.retention.systemCreated({ id: system.id, name: printable(system.name) }));
}

export async function listSystemsCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const systems = await call(context, systemList, {});
  if (flags.json === true) return print(JSON.stringify(systems, undefined, 2));
  const lines = formatTable<SystemView>(systems, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.columns.name, value: ({ name }) => name },
    { title: m.columns.agency, value: ({ agencyId, agencyName }) => `${agencyId} ${agencyName}` },
    { title: m.retention.columns.level, value: ({ level }) => levelText(context, level) },
    { title: m.retention.columns.law, value: ({ lawProfile }) => lawProfile },
    { title: m.retention.columns.hosts, value: ({ hosts }) => String(hosts), align: 'right' },
  ]);
  lines.forEach(print);
}

export async function setLevelCommand(
  context: CommandContext,
  id: number,
  level: number | null,
  flags: { law?: LawProfile },
): Promise<void> {
  const system = await call(context, systemSetLevel, { id, level, lawProfile: flags.law });
  const told = { id: system.id, name: printable(system.name), level: levelText(context, system.level) };
  context.print(context.m.retention.levelSet(told));
}

function selectionOf({ agent, host, group }: HostFlags) {
  const isEmpty = agent === undefined && host === undefined && group === undefined;
  return isEmpty ? undefined : { agentIds: agent, hostnames: host, groups: group };
}

export async function assignCommand(
  context: CommandContext,
  id: number,
  flags: HostFlags & { since?: string },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const selection = selectionOf(flags);
  if (selection === undefined) {
    complain(m.retention.hostsMissing);
    return EXIT.usage;
  }
  const done = await call(context, systemAssign, { id, ...selection, since: flags.since });
  print(m.retention.assigned(done.changed, done.unchanged, printable(done.system.name)));
  return EXIT.ok;
}

export async function unassignCommand(
  context: CommandContext,
  id: number,
  flags: HostFlags,
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const selection = selectionOf(flags);
  if (selection === undefined) {
    complain(m.retention.hostsMissing);
    return EXIT.usage;
  }
  const done = await call(context, systemUnassign, { id, ...selection });
  print(m.retention.unassigned(done.changed, done.unchanged, printable(done.system.name)));
  return EXIT.ok;
}

export interface HoldFlags {
  agent?: string;
  system?: number;
  agency?: number;
  from?: string;
  to?: string;
  reason: string;
}

function subjectsOf({ agent, system, agency }: HoldFlags): HoldSubjectView[] {
  return [
    ...(agent === undefined ? [] : [{ kind: 'agent' as const, agentId: agent }]),
    ...(system === undefined ? [] : [{ kind: 'system' as const, systemId: system }]),
    ...(agency === undefined ? [] : [{ kind: 'agency' as const, agencyId: agency }]),
  ];
}

export async function createHoldCommand(context: CommandContext, flags: HoldFlags): Promise<ExitCode> {
  const [subject, ...others] = subjectsOf(flags);
  if (subject === undefined || others.length > 0) {
    context.complain(context.m.retention.subjectMissing);
    return EXIT.usage;
  }
  const { from, to, reason } = flags;
  const hold = await call(context, holdCreate, { subject, from, to, reason });
  context.print(context.m.retention.holdCreated(hold.id));
  return EXIT.ok;
}

function subjectText({ m }: CommandContext, { subject }: HoldView): string {
  if (subject.kind === 'agent') return `${m.retention.subjects.agent} ${subject.agentId}`;
  if (subject.kind === 'system') return `${m.retention.subjects.system} ${subject.systemId}`;
  return `${m.retention.subjects.agency} ${subject.agencyId}`;
}

export async function listHoldsCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const holds = await call(context, holdList, {});
  if (flags.json === true) return print(JSON.stringify(holds, undefined, 2));
  const at = (time: string | null): string => (time === null ? '-' : localTime(Date.parse(time)));
  const lines = formatTable<HoldView>(holds, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.retention.columns.subject, value: (hold) => subjectText(context, hold) },
    { title: m.retention.columns.from, value: ({ from }) => at(from) },
    { title: m.retention.columns.to, value: ({ to }) => at(to) },
    { title: m.columns.by, value: ({ createdBy }) => createdBy },
    { title: m.columns.created, value: ({ createdAt }) => at(createdAt) },
    { title: m.retention.columns.released, value: ({ releasedAt }) => at(releasedAt) },
    { title: m.retention.columns.reason, value: ({ reason }) => reason },
  ]);
  lines.forEach(print);
}

export async function releaseHoldCommand(
  context: CommandContext,
  id: number,
  flags: { reason: string },
): Promise<void> {
  const hold = await call(context, holdRelease, { id, reason: flags.reason });
  context.print(context.m.retention.holdReleased(hold.id));
}
