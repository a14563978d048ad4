/** `vonggac api-token create | list | revoke` */
import type { Permission } from '../../api/permissions.ts';
import type { Role } from '../../api/contract.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { apiTokenCreate, apiTokenList, apiTokenRevoke } from '../operations/api-token.ts';
import { formatTable } from '../table.ts';

export async function createApiTokenCommand(
  context: CommandContext,
  options: { role: Role; may?: Permission[]; days?: number; name?: string; agency?: number },
): Promise<void> {
  const { role, may: permissions, days, name, agency: agencyId } = options;
  const { m, print } = context;
  const made = await call(context, apiTokenCreate, { role, permissions, days, name, agencyId });
  print(m.apiTokenCreated({ id: made.id, role: m.roles[role], expires: localTime(made.expiresMs) }));
  print(made.token);
}

export async function listApiTokensCommand(
  context: CommandContext,
  options: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const tokens = await call(context, apiTokenList, {});
  if (options.json === true) {
    print(JSON.stringify(tokens, undefined, 2));
    return;
  }
  const lines = formatTable(tokens, [
    { title: m.columns.id, value: (token) => token.id },
    { title: m.columns.name, value: (token) => (token.name === '' ? '-' : token.name) },
    { title: m.columns.state, value: (token) => m.states[token.state] },
    { title: m.columns.role, value: (token) => m.roles[token.role] },
    {
      title: m.columns.permissions,
      value: (token) => (token.permissions === null ? m.allOfRole : token.permissions.join(' ')),
    },
    { title: m.columns.agency, value: (token) => String(token.agencyId), align: 'right' },
    { title: m.columns.expires, value: (token) => localTime(token.expiresMs) },
    { title: m.columns.by, value: (token) => token.createdBy },
    {
      title: m.columns.lastUsed,
      value: (token) => (token.lastUsedMs === null ? m.never : localTime(token.lastUsedMs)),
    },
  ]);
  lines.forEach(print);
}

export async function revokeApiTokenCommand(context: CommandContext, id: string): Promise<void> {
  await call(context, apiTokenRevoke, { id });
  context.print(context.m.apiTokenRevoked(id));
}
