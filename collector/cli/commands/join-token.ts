/** `vonggac join-token create | list | revoke` */
import { dataFolder } from '../../registry/data-folder.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  joinTokenCreate,
  joinTokenList,
  joinTokenRevoke,
  joinTokenUses,
  USES_AT_ONCE,
} from '../operations/join-token.ts';
import { formatTable } from '../table.ts';

const HOSTS_SHOWN = 3;

export interface NewJoinTokenOptions {
  uses?: number;
  days?: number;
  agency?: number;
  group?: string;
  note?: string;
  approve?: boolean;
  /** Address of the collector. */
  commands?: string;
}

export async function createJoinTokenCommand(
  context: CommandContext,
  options: NewJoinTokenOptions,
): Promise<void> {
  const { m } = context;
  const { agency: agencyId, commands: url, ...wanted } = options;
  const made = await call(context, joinTokenCreate, { ...wanted, agencyId, url });
  context.print(m.joinTokenCreated({ id: made.id, uses: made.uses, expires: localTime(made.expiresMs) }));
  if (options.approve === true) context.print(m.identity.mustBeApproved);
  for (const { way, text, needs } of made.commands) {
    context.print(`\n# ${m.identity.ways[way]}`);
    const folder = dataFolder(context.dataDir).packages;
    context.print(text ?? m.identity.packageMissing(needs ?? '', folder));
  }
  if (made.commands.length > 0) context.print('');
  context.print(made.token);
}

export async function listJoinTokensCommand(
  context: CommandContext,
  options: { id?: string | undefined; used?: boolean; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const all = await call(context, joinTokenList, {});
  const tokens = options.id === undefined ? all : all.filter(({ id }) => id.startsWith(options.id ?? ''));
  if (options.used === true || options.id !== undefined) {
    await listUses(context, tokens, options.json === true);
    return;
  }
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
    { title: m.identity.columns.approve, value: (token) => (token.approve ? m.identity.yes : '-') },
    { title: m.columns.expires, value: (token) => localTime(token.expiresMs) },
    { title: m.columns.by, value: (token) => token.createdBy },
    { title: m.identity.columns.note, value: (token) => token.note || '-' },
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

/** Every use of the tokens: agent, address, time. */
async function listUses(
  context: CommandContext,
  tokens: readonly { id: string; uses: number }[],
  asJson: boolean,
): Promise<void> {
  const { m, print } = context;
  const uses: { tokenId: string; agentId: string; hostname: string; address: string; usedMs: number }[] = [];
  for (const { id } of tokens.filter((token) => token.uses > 0)) {
    let beforeUse: number | undefined;
    for (let more = true; more;) {
      const page = await call(context, joinTokenUses, { id, beforeUse });
      for (const { use, ...facts } of page) {
        uses.push({ tokenId: id, ...facts });
        beforeUse = use;
      }
      more = page.length === USES_AT_ONCE;
    }
  }
  if (asJson) {
    print(JSON.stringify(uses, undefined, 2));
    return;
  }
  const lines = formatTable(uses, [
    { title: m.identity.columns.token, value: (use) => use.tokenId },
    { title: m.identity.columns.agent, value: (use) => use.agentId },
    { title: m.columns.host, value: (use) => use.hostname },
    { title: m.identity.columns.address, value: (use) => use.address },
    { title: m.identity.columns.at, value: (use) => localTime(use.usedMs) },
  ]);
  lines.forEach(print);
}

export async function revokeJoinTokenCommand(context: CommandContext, id: string): Promise<void> {
  await call(context, joinTokenRevoke, { id });
  context.print(context.m.joinTokenRevoked(id));
}
