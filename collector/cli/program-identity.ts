/** The commands about who trusts whom: join tokens, agents, the collector's certificate. */
import { Option, type Command } from 'commander';
import type { UninstallTokenOptions } from './commands/uninstall-token.ts';
import type { CommandContext } from './command.ts';
import type { AgentListOptions, AgentActOptions, MoveOptions, SameHostOptions } from './commands/agent.ts';
import type { RotateOptions } from './commands/certificate.ts';
import type { NewJoinTokenOptions } from './commands/join-token.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';

export interface IdentityProgram {
  help: Messages['help'];
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  jsonOption: () => Option;
  agencyOption: () => Option;
  daysOption: (standard: number) => Option;
  /** Parsers of numbers above zero. */
  integer: (text: string) => number;
  number: (text: string) => number;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

/** As operations/agent.ts knows them; loading that for a help text would cost more than the text. */
const STATES = ['pending', 'active', 'online', 'offline', 'revoked', 'replaced'];

function addJoinTokens(program: Command, parts: IdentityProgram): void {
  const { help, add, jsonOption, run } = parts;
  const joinToken = add(program, 'join-token', help.joinToken);
  add(joinToken, 'create', help.joinTokenCreate, [
    'vonggac join-token create',
    'vonggac join-token create --uses 40 --days 3 --agency 7 --group servers --approve --note "UBND xã"',
    'vonggac join-token create --uses 40 --days 3 --agency 7 --commands https://soc.tinh.example:8443',
  ])
    .addOption(new Option('--uses <n>', help.uses).argParser(parts.integer).default(1))
    .addOption(parts.daysOption(7))
    .addOption(parts.agencyOption())
    .option('--group <name>', help.group)
    .option('--note <text>', help.note)
    .option('--approve', help.needsApproval)
    .option('--commands <url>', help.installCommands)
    .action((flags: NewJoinTokenOptions) =>
      run(async (context) =>
        (await import('./commands/join-token.ts')).createJoinTokenCommand(context, flags),
      ),
    );
  add(joinToken, 'list', help.joinTokenList, [
    'vonggac join-token list',
    'vonggac join-token list Xm3k --used',
  ])
    .argument('[id]', help.tokenId)
    .option('--used', help.used)
    .addOption(jsonOption())
    .action((id: string | undefined, flags: { used?: boolean; json?: boolean }) =>
      run(async (context) =>
        (await import('./commands/join-token.ts')).listJoinTokensCommand(context, { id, ...flags }),
      ),
    );
  add(joinToken, 'revoke', help.joinTokenRevoke)
    .argument('<id>', help.tokenId)
    .action((id: string) =>
      run(async (context) => (await import('./commands/join-token.ts')).revokeJoinTokenCommand(context, id)),
    );
}

function addAgents(program: Command, parts: IdentityProgram): void {
  const { help, add, jsonOption, agencyOption, run } = parts;
  const withWhich = (command: Command): Command =>
    command
      .argument('[id...]', help.agentIds)
      .option('--from-file <file>', help.fromFile)
      .option('--dry-run', help.dryRun)
      .addOption(jsonOption());

  const agent = add(program, 'agent', help.agent);
  add(agent, 'list', help.agentList, ['vonggac agent list', 'vonggac agent list --agency 7 --stale 14'])
    .addOption(agencyOption())
    .option('--group <name>', help.groupFilter)
    .addOption(new Option('--state <state>', help.stateFilter).choices(STATES))
    .addOption(new Option('--stale <days>', help.stale).argParser(parts.number))
    .addOption(jsonOption())
    .action((flags: AgentListOptions) =>
      run(async (context) => (await import('./commands/agent.ts')).listAgentsCommand(context, flags)),
    );
  add(agent, 'show', help.agentShow)
    .argument('<id>', help.agentId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/agent.ts')).showAgentCommand(context, id, flags)),
    );
  withWhich(
    add(agent, 'approve', help.agentApprove, [
      'vonggac agent approve 0b2fc9a1 7731e0d4',
      'vonggac agent approve --all-pending --agency 7',
      'vonggac agent approve --same-host --dry-run',
    ]),
  )
    .option('--all-pending', help.allPending)
    .addOption(agencyOption())
    .option('--same-host', help.sameHost)
    .action((ids: string[], flags: AgentActOptions) =>
      run(async (context) => (await import('./commands/agent.ts')).approveAgentsCommand(context, ids, flags)),
    );
  withWhich(add(agent, 'revoke', help.agentRevoke, ['vonggac agent revoke 0b2fc9a1 --reason "máy thanh lý"']))
    .option('--reason <text>', help.reason)
    .action((ids: string[], flags: AgentActOptions & { reason?: string }) =>
      run(async (context) => (await import('./commands/agent.ts')).revokeAgentsCommand(context, ids, flags)),
    );
  withWhich(
    add(agent, 'move', help.agentMove, [
      'vonggac agent move 0b2fc9a1 --agency 9',
      'vonggac agent move --from-file hosts.txt --group servers',
    ]),
  )
    .addOption(agencyOption())
    .option('--group <name>', help.moveGroup)
    .action((ids: string[], flags: MoveOptions) =>
      run(async (context) => (await import('./commands/agent.ts')).moveAgentsCommand(context, ids, flags)),
    );
  add(agent, 'uninstall-token', help.uninstallToken, ['vonggac agent uninstall-token 0b2fc9a1 --hours 4'])
    .argument('<id>', help.agentId)
    .addOption(new Option('--hours <hours>', help.uninstallHours).argParser(parts.number).default(24))
    .addOption(jsonOption())
    .action((id: string, flags: UninstallTokenOptions) =>
      run(async (context) =>
        (await import('./commands/uninstall-token.ts')).uninstallTokenCommand(context, id, flags),
      ),
    );
  add(agent, 'proposals', help.agentProposals, [
    'vonggac agent proposals',
    'vonggac agent approve --same-host',
    'vonggac agent proposals --reject 0b2fc9a1',
  ])
    .option('--reject <id...>', help.rejectSameHost)
    .addOption(jsonOption())
    .action((flags: SameHostOptions) =>
      run(async (context) => (await import('./commands/agent.ts')).sameHostsCommand(context, flags)),
    );
}

function addCertificate(program: Command, { help, add, jsonOption, number, run }: IdentityProgram): void {
  const certificate = add(program, 'certificate', help.certificate);
  add(certificate, 'show', help.certificateShow)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) =>
        (await import('./commands/certificate.ts')).showCertificateCommand(context, flags),
      ),
    );
  add(certificate, 'rotate', help.certificateRotate, [
    'vonggac certificate rotate --in 14',
    'vonggac certificate rotate --in 30 --when-known',
    'vonggac certificate rotate --cert new.crt --key new.key',
  ])
    .addOption(new Option('--in <days>', help.rotateIn).argParser(number))
    .option('--now', help.rotateNow)
    .option('--when-known', help.whenKnown)
    .option('--cert <file>', help.ownCertificate)
    .option('--key <file>', help.ownKey)
    .addOption(jsonOption())
    .action((flags: RotateOptions) =>
      run(async (context) =>
        (await import('./commands/certificate.ts')).rotateCertificateCommand(context, flags),
      ),
    );
  add(certificate, 'cancel', help.certificateCancel).action(() =>
    run(async (context) => (await import('./commands/certificate.ts')).cancelRotationCommand(context)),
  );
}

export function addIdentity(program: Command, parts: IdentityProgram): void {
  addJoinTokens(program, parts);
  addAgents(program, parts);
  addCertificate(program, parts);
}
