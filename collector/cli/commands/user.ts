/** `vonggac user create | list | reset-password | disable` */
import type { PersonRole } from '../../api/contract.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { userCreate, userDisable, userList, userResetPassword } from '../operations/user.ts';
import { formatTable } from '../table.ts';

export async function createUserCommand(
  context: CommandContext,
  username: string,
  options: { role: PersonRole; agency?: number; until?: number },
): Promise<void> {
  const input = { username, role: options.role, agencyId: options.agency, endsMs: options.until };
  const made = await call(context, userCreate, input);
  context.print(context.m.userCreated(made.username));
  context.print(made.password);
}

export async function listUsersCommand(context: CommandContext, options: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const users = await call(context, userList, {});
  if (options.json === true) {
    print(JSON.stringify(users, undefined, 2));
    return;
  }
  const lines = formatTable(users, [
    { title: m.columns.name, value: (user) => user.username },
    { title: m.columns.role, value: (user) => m.roles[user.role] },
    { title: m.columns.state, value: (user) => m.states[user.state === 'pending' ? 'unmapped' : user.state] },
    { title: m.columns.agency, value: (user) => String(user.agencyId), align: 'right' },
    { title: m.columns.created, value: (user) => localTime(user.createdMs) },
    {
      title: m.people.columns.ends,
      value: (user) => (user.endsMs === null ? '-' : localTime(user.endsMs)),
    },
    {
      title: m.columns.passwordSince,
      value: (user) => (user.mustChangePassword ? m.mustChange : localTime(user.passwordChangedMs)),
    },
  ]);
  lines.forEach(print);
}

export async function resetPasswordCommand(context: CommandContext, username: string): Promise<void> {
  const made = await call(context, userResetPassword, { username });
  context.print(context.m.passwordReset(made.username));
  context.print(made.password);
}

export async function disableUserCommand(context: CommandContext, username: string): Promise<void> {
  await call(context, userDisable, { username });
  context.print(context.m.userDisabled(username));
}
