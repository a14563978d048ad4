/** `vonggac user invite | show | change | enable | unlock | reset-factor | sessions | sign-out | link | unlink`, `vonggac oidc ...` */
import { externalGroupsSchema } from '../../api/contract-oidc.ts';
import type { PersonRole } from '../../api/contract.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readJsonFile } from '../json-file.ts';
import { localTime } from '../local-time.ts';
import {
  oidcCheck,
  oidcGroups,
  oidcSet,
  userChange,
  userInvite,
  userLink,
  userResetFactor,
  userSessions,
  userShow,
  userSignOut,
  userUnlink,
  userUnlock,
} from '../operations/people.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

const timeOf = (ms: number | null): string => (ms === null ? '-' : localTime(ms));

export async function inviteUserCommand(
  context: CommandContext,
  username: string,
  { role, agency: agencyId, until: endsMs }: { role: PersonRole; agency?: number; until?: number },
): Promise<void> {
  const { m, print } = context;
  const made = await call(context, userInvite, { username, role, agencyId, endsMs });
  print(m.people.invited(made.username, localTime(made.expiresMs)));
  print(made.invitation);
}

export async function showUserCommand(
  context: CommandContext,
  username: string,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const user = await call(context, userShow, { username });
  if (flags.json === true) return print(JSON.stringify(user, undefined, 2));
  const { facts } = m.people;
  const lines: readonly (readonly [string, string])[] = [
    [facts.name, user.displayName ?? '-'],
    [facts.email, user.email ?? '-'],
    [facts.role, m.roles[user.role]],
    [facts.agency, String(user.agencyId)],
    [facts.state, m.states[user.state === 'pending' ? 'unmapped' : user.state]],
    [facts.secondFactor, user.hasSecondFactor ? m.people.yes : m.people.no],
    [
      facts.provider,
      user.external === null ? '-' : `${user.external.subject} (${m.people.roleBy[user.external.role]})`,
    ],
    [facts.created, localTime(user.createdMs)],
    [facts.lastLogin, timeOf(user.lastLoginMs)],
    [facts.ends, timeOf(user.endsMs)],
  ];
  print(printable(user.username));
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, value] of lines) print(`  ${name.padEnd(width)}  ${printable(value)}`);
}

export interface ChangeFlags {
  role?: PersonRole;
  agency?: number;
  /** Milliseconds UTC. */
  until?: number;
  /** False with `--no-end`. */
  end: boolean;
}

export async function changeUserCommand(
  context: CommandContext,
  username: string,
  { role, agency: agencyId, until, end }: ChangeFlags,
): Promise<void> {
  const { m, print } = context;
  const endsMs = end ? until : null;
  if (role === undefined && agencyId === undefined && endsMs === undefined)
    throw new UsageError(m.people.nothingToChange);
  const done = await call(context, userChange, { username, role, agencyId, endsMs });
  print(m.people.changed(done.username));
}

export async function enableUserCommand(context: CommandContext, username: string): Promise<void> {
  const done = await call(context, userChange, { username, disabled: false });
  context.print(context.m.people.enabled(done.username));
}

export async function unlockUserCommand(context: CommandContext, username: string): Promise<void> {
  context.print(context.m.people.unlocked((await call(context, userUnlock, { username })).username));
}

export async function resetFactorCommand(context: CommandContext, username: string): Promise<void> {
  context.print(context.m.people.factorReset((await call(context, userResetFactor, { username })).username));
}

export async function listSessionsCommand(
  context: CommandContext,
  username: string,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const sessions = await call(context, userSessions, { username });
  if (flags.json === true) return print(JSON.stringify(sessions, undefined, 2));
  if (sessions.length === 0) return print(m.people.noSessions);
  const { columns } = m.people;
  formatTable(sessions, [
    { title: m.columns.id, value: ({ id }) => id },
    { title: columns.began, value: ({ createdMs }) => localTime(createdMs) },
    { title: columns.used, value: ({ lastUsedMs }) => localTime(lastUsedMs) },
    { title: columns.ends, value: ({ expiresMs }) => localTime(expiresMs) },
    { title: columns.address, value: ({ address }) => address ?? '-' },
    { title: columns.client, value: ({ client }) => printable(client ?? '-') },
  ]).forEach(print);
}

export async function signOutCommand(
  context: CommandContext,
  username: string,
  { session }: { session?: string },
): Promise<void> {
  const { ended } = await call(context, userSignOut, { username, session });
  context.print(context.m.people.signedOut(ended));
}

export async function linkUserCommand(
  context: CommandContext,
  username: string,
  subject: string,
): Promise<void> {
  context.print(context.m.people.linked((await call(context, userLink, { username, subject })).username));
}

export async function unlinkUserCommand(context: CommandContext, username: string): Promise<void> {
  context.print(context.m.people.unlinked((await call(context, userUnlink, { username })).username));
}

export async function checkProviderCommand(context: CommandContext): Promise<ExitCode> {
  const { m, print, complain } = context;
  const { issuer, answers, detail } = await call(context, oidcCheck, {});
  if (answers) print(m.people.providerAnswers(issuer, printable(detail)));
  else complain(m.people.providerAway(issuer, printable(detail)));
  return answers ? EXIT.ok : EXIT.failure;
}

export async function listGroupsCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const { groups } = await call(context, oidcGroups, {});
  if (flags.json === true) return print(JSON.stringify({ groups }, undefined, 2));
  if (groups.length === 0) return print(m.people.noGroups);
  formatTable(groups, [
    { title: m.people.columns.group, value: ({ name }) => printable(name) },
    { title: m.columns.role, value: ({ role }) => m.roles[role] },
    { title: m.columns.agency, value: ({ agencyId }) => String(agencyId), align: 'right' },
  ]).forEach(print);
}

export async function setGroupsCommand(context: CommandContext, file: string): Promise<void> {
  const { m, print } = context;
  const groups = readJsonFile(context, file, externalGroupsSchema, m.people.unreadable);
  print(m.people.groupsSet((await call(context, oidcSet, groups)).groups));
}
