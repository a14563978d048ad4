/** `vonggac user` and `vonggac oidc` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { addDays, legalDaySchema, startOfDayMs } from '../agency/legal-day.ts';
import { personRoleSchema, type PersonRole } from '../api/contract.ts';
import type { ChangeFlags } from './commands/people.ts';
import type { SimulateProgram } from './program-simulate.ts';

export interface UserProgram extends Pick<
  SimulateProgram,
  'm' | 'help' | 'add' | 'jsonOption' | 'run' | 'integer'
> {}

/** The account is good through the day, as it is in Vietnam. */
function accountEndMs(text: string): number {
  const day = legalDaySchema.safeParse(text);
  if (!day.success) throw new InvalidArgumentError('YYYY-MM-DD');
  return startOfDayMs(addDays(day.data, 1));
}

const load = () => import('./commands/user.ts');
const loadPeople = () => import('./commands/people.ts');

export function addUsers(program: Command, options: UserProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const roleOption = (): Option => new Option('--role <role>', help.role).choices(personRoleSchema.options);
  const agencyOption = (): Option => new Option('--agency <id>', help.agency).argParser(integer);
  const untilOption = (): Option => new Option('--until <day>', help.userUntil).argParser(accountEndMs);
  const user = add(program, 'user', help.user);
  add(user, 'create', help.userCreate, [
    'vonggac user create lan --role analyst',
    'vonggac user create thanh-tra --role auditor --agency 12 --until 2026-12-31',
  ])
    .argument('<name>', help.username)
    .addOption(roleOption().makeOptionMandatory())
    .addOption(agencyOption())
    .addOption(untilOption())
    .action((name: string, flags: { role: PersonRole; agency?: number; until?: number }) =>
      run(async (context) => (await load()).createUserCommand(context, name, flags)),
    );
  add(user, 'invite', help.userInvite, ['vonggac user invite lan --role analyst --agency 12'])
    .argument('<name>', help.username)
    .addOption(roleOption().makeOptionMandatory())
    .addOption(agencyOption())
    .addOption(untilOption())
    .action((name: string, flags: { role: PersonRole; agency?: number; until?: number }) =>
      run(async (context) => (await loadPeople()).inviteUserCommand(context, name, flags)),
    );
  add(user, 'list', help.userList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listUsersCommand(context, flags)),
    );
  add(user, 'show', help.userShow)
    .argument('<name>', help.username)
    .addOption(jsonOption())
    .action((name: string, flags: { json?: boolean }) =>
      run(async (context) => (await loadPeople()).showUserCommand(context, name, flags)),
    );
  add(user, 'change', help.userChange, ['vonggac user change lan --role soc-lead --agency 1'])
    .argument('<name>', help.username)
    .addOption(roleOption())
    .addOption(agencyOption())
    .addOption(untilOption())
    .option('--no-end', help.userNoEnd)
    .action((name: string, flags: ChangeFlags) =>
      run(async (context) => (await loadPeople()).changeUserCommand(context, name, flags)),
    );
  add(user, 'reset-password', help.userResetPassword)
    .argument('<name>', help.username)
    .action((name: string) => run(async (context) => (await load()).resetPasswordCommand(context, name)));
  add(user, 'reset-factor', help.userResetFactor)
    .argument('<name>', help.username)
    .action((name: string) => run(async (context) => (await loadPeople()).resetFactorCommand(context, name)));
  add(user, 'disable', help.userDisable)
    .argument('<name>', help.username)
    .action((name: string) => run(async (context) => (await load()).disableUserCommand(context, name)));
  add(user, 'enable', help.userEnable)
    .argument('<name>', help.username)
    .action((name: string) => run(async (context) => (await loadPeople()).enableUserCommand(context, name)));
  add(user, 'unlock', help.userUnlock)
    .argument('<name>', help.username)
    .action((name: string) => run(async (context) => (await loadPeople()).unlockUserCommand(context, name)));
  add(user, 'sessions', help.userSessions)
    .argument('<name>', help.username)
    .addOption(jsonOption())
    .action((name: string, flags: { json?: boolean }) =>
      run(async (context) => (await loadPeople()).listSessionsCommand(context, name, flags)),
    );
  add(user, 'sign-out', help.userSignOut)
    .argument('<name>', help.username)
    .option('--session <id>', help.userSession)
    .action((name: string, flags: { session?: string }) =>
      run(async (context) => (await loadPeople()).signOutCommand(context, name, flags)),
    );
  add(user, 'link', help.userLink, ['vonggac user link lan 7f1c2f0e-subject'])
    .argument('<name>', help.username)
    .argument('<subject>', help.userSubject)
    .action((name: string, subject: string) =>
      run(async (context) => (await loadPeople()).linkUserCommand(context, name, subject)),
    );
  add(user, 'unlink', help.userUnlink)
    .argument('<name>', help.username)
    .action((name: string) => run(async (context) => (await loadPeople()).unlinkUserCommand(context, name)));
  addProvider(program, options);
}

function addProvider(program: Command, { help, add, jsonOption, run }: UserProgram): void {
  const oidc = add(program, 'oidc', help.oidc);
  add(oidc, 'check', help.oidcCheck).action(() =>
    run(async (context) => (await loadPeople()).checkProviderCommand(context)),
  );
  add(oidc, 'groups', help.oidcGroups)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await loadPeople()).listGroupsCommand(context, flags)),
    );
  add(oidc, 'set', help.oidcSet, ['vonggac oidc set groups.json'])
    .argument('<file>', help.oidcFile)
    .action((file: string) => run(async (context) => (await loadPeople()).setGroupsCommand(context, file)));
}
