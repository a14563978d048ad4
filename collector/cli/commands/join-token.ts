/** `vonggac join-token create | list | revoke` */
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { joinTokenCreate, joinTokenList, joinTokenRevoke } from '../operations/join-token.ts';
import { formatTable } from '../table.ts';

const HOSTS_SHOWN = 3;

export async function createJoinTokenCommand(
  context: CommandContext,
  options: { uses?: number; days?: number; agency?: number; group?: string },
): Promise<void> {
  const { uses, days, agency: agencyId, group } = options;
  const made = await call(context, joinTokenCreate, { uses, days, agencyId, group });
  context.print(
    context.m.joinTokenCreated({ id: made.id, uses: made.uses, expires: localTime(made.expiresMs) }),
  );
  context.print(made.token);
}

export async function listJoinTokensCommand(
  context: CommandContext,
  options: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const tokens = await call(context, joinTokenList, {});
  if (options.json === true) {
    print(JSON.stringify(tokens, undefined, 2));
    return;
  }
  const lines = formatTable(tokens, [
    { title: m.columns.id, value: (token) => token.id },
    { title: m.columns.state, value: (token) => m.states[token.state] },
    { title: m.columns.uses, value: (token) => `${token.uses}/${token.usesMax}`, align: 'right' },
    { title: m.columns.agency, value: (token) => `${token.agencyId} ${token.agencyName}` },
    { title: m.columns.group, value: (token) => token.group ?? '-' },
    { title: m.columns.expires, value: (token) => localTime(token.expiresMs) },
    { title: m.columns.by, value: (token) => token.createdBy },
    {
      title: m.columns.usedBy,
      value: ({ usedBy, uses }) => {
        const names = usedBy.slice(0, HOSTS_SHOWN).map((use) => use.hostname);
        return uses > names.length && names.length > 0
          ? `${names.join(', ')} ${m.andMore(uses - names.length)}`
          : names.join(', ');
      },
    },
  ]);
  lines.forEach(print);
}

export async function revokeJoinTokenCommand(context: CommandContext, id: string): Promise<void> {
  await call(context, joinTokenRevoke, { id });
  context.print(context.m.joinTokenRevoked(id));
}
