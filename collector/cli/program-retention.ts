/** The commands for information systems, legal holds and retention. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { LAW_PROFILES, type LawProfile } from '../registry/tables/agency.ts';
import { BASES, type RetentionBasis } from '../retention/law-months.ts';
import type { CommandContext } from './command.ts';
import type { HoldFlags, HostFlags } from './commands/system.ts';
import type { ExitCode } from './exit-code.ts';
import { addSystemRules } from './program-agency.ts';
import { addDossier } from './program-dossier.ts';
import type { Messages } from './messages/en.ts';
import { collect } from './collect.ts';

export interface RetentionProgram {
  m: Messages;
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  jsonOption: () => Option;
  integer: (text: string) => number;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

const DELETIONS_SHOWN = 50;

export function addRetention(program: Command, options: RetentionProgram): void {
  addSystem(program, options);
  addHold(program, options);
  addRetentionItself(program, options);
}

const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Any form Date understands, as ISO 8601 in UTC; a day alone is a day of this machine's own time zone.
 * @param end a day alone means its last moment
 */
function timeOf(m: Messages, end = false): (text: string) => string {
  return (text) => {
    const ms = Date.parse(DAY_ONLY.test(text) ? `${text}T${end ? '23:59:59.999' : '00:00:00'}` : text);
    if (Number.isNaN(ms)) throw new InvalidArgumentError(m.usageError.notTime(text));
    return new Date(ms).toISOString();
  };
}

function addSystem(program: Command, options: RetentionProgram): void {
  const { m, add, jsonOption, integer, run } = options;
  const { help } = m;
  const load = () => import('./commands/system.ts');
  const level = (text: string): number => {
    if (!/^[1-5]$/.test(text)) throw new InvalidArgumentError(m.usageError.notInteger(text));
    return Number(text);
  };
  const lawOption = (): Option => new Option('--law <profile>', help.lawProfile).choices(LAW_PROFILES);
  const idArgument = (): Argument => new Argument('<id>', help.systemId).argParser(integer);
  const withHosts = (command: Command): Command =>
    command
      .option('--agent <id>', help.hostAgent, collect)
      .option('--host <name>', help.hostName, collect)
      .option('--group <name>', help.hostGroup, collect);

  const system = add(program, 'system', help.system);
  add(system, 'create', help.systemCreate, ['vonggac system create "Cổng dịch vụ công" --level 3'])
    .argument('<name>', help.systemName)
    .addOption(new Option('--level <n>', help.level).argParser(level))
    .addOption(lawOption().default('vn-2026'))
    .addOption(new Option('--agency <id>', help.systemAgency).argParser(integer))
    .action((name: string, flags: { level?: number; law: LawProfile; agency?: number }) =>
      run(async (context) => (await load()).createSystemCommand(context, name, flags)),
    );
  add(system, 'list', help.systemList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listSystemsCommand(context, flags)),
    );
  add(system, 'set-level', help.systemSetLevel, ['vonggac system set-level 4 3'])
    .addArgument(idArgument())
    .addArgument(
      new Argument('<level>', help.level).argParser((text) => (text === 'none' ? null : level(text))),
    )
    .addOption(lawOption())
    .action((id: number, to: number | null, flags: { law?: LawProfile }) =>
      run(async (context) => (await load()).setLevelCommand(context, id, to, flags)),
    );
  withHosts(
    add(system, 'assign', help.systemAssign, [
      'vonggac system assign 4 --group servers',
      'vonggac system assign 4 --host web01 --host web02 --since 2026-01-01',
    ]).addArgument(idArgument()),
  )
    .addOption(new Option('--since <time>', help.since).argParser(timeOf(m)))
    .action((id: number, flags: HostFlags & { since?: string }) =>
      run(async (context) => (await load()).assignCommand(context, id, flags)),
    );
  withHosts(add(system, 'unassign', help.systemUnassign).addArgument(idArgument())).action(
    (id: number, flags: HostFlags) =>
      run(async (context) => (await load()).unassignCommand(context, id, flags)),
  );
  addSystemRules(system, options);
  addDossier(system, options);
}

function addHold(program: Command, { m, add, jsonOption, integer, run }: RetentionProgram): void {
  const { help } = m;
  const load = () => import('./commands/system.ts');
  const hold = add(program, 'hold', help.hold);
  add(hold, 'create', help.holdCreate, [
    'vonggac hold create --system 4 --from 2026-08-01 --to 2026-08-31 --reason "Điều tra sự cố 12"',
  ])
    .option('--agent <id>', help.holdAgent)
    .addOption(new Option('--system <id>', help.holdSystem).argParser(integer))
    .addOption(new Option('--agency <id>', help.holdAgency).argParser(integer))
    .addOption(new Option('--from <time>', help.holdFrom).argParser(timeOf(m)))
    .addOption(new Option('--to <time>', help.holdTo).argParser(timeOf(m, true)))
    .requiredOption('--reason <text>', help.holdReason)
    .action((flags: HoldFlags) => run(async (context) => (await load()).createHoldCommand(context, flags)));
  add(hold, 'list', help.holdList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listHoldsCommand(context, flags)),
    );
  add(hold, 'release', help.holdRelease)
    .addArgument(new Argument('<id>', help.holdId).argParser(integer))
    .requiredOption('--reason <text>', help.holdReason)
    .action((id: number, flags: { reason: string }) =>
      run(async (context) => (await load()).releaseHoldCommand(context, id, flags)),
    );
}

function addRetentionItself(program: Command, { m, add, jsonOption, integer, run }: RetentionProgram): void {
  const { help } = m;
  const load = () => import('./commands/retention.ts');
  const retention = add(program, 'retention', help.retention);
  add(retention, 'status', help.retentionStatus)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).retentionStatusCommand(context, flags)),
    );
  add(retention, 'run', help.retentionRun, ['vonggac retention run --dry-run', 'vonggac retention run --yes'])
    .option('--dry-run', help.retentionDryRun)
    .option('--yes', help.yes)
    .option('--trust-clock', help.trustClock)
    .addOption(jsonOption())
    .action((flags: { dryRun?: boolean; yes?: boolean; trustClock?: boolean; json?: boolean }) =>
      run(async (context) => (await load()).retentionRunCommand(context, flags)),
    );
  add(retention, 'proof', help.retentionProof)
    .option('--day <day>', help.proofDay)
    .addOption(new Option('--system <id>', help.systemId).argParser(integer))
    .addOption(jsonOption())
    .action((flags: { day?: string; system?: number; json?: boolean }) =>
      run(async (context) => (await load()).retentionProofCommand(context, flags)),
    );
  add(retention, 'deletions', help.retentionDeletions)
    .addOption(new Option('--limit <n>', help.limit).argParser(integer).default(DELETIONS_SHOWN))
    .addOption(jsonOption())
    .action((flags: { limit: number; json?: boolean }) =>
      run(async (context) => (await load()).retentionDeletionsCommand(context, flags)),
    );
  add(retention, 'set', help.retentionSet, ['vonggac retention set vn-2026/3 6'])
    .addArgument(new Argument('<basis>', help.basis).choices(BASES))
    .addArgument(new Argument('<months>', help.months).argParser(integer))
    .action((basis: RetentionBasis, months: number) =>
      run(async (context) => (await load()).retentionSetCommand(context, basis, months)),
    );
  add(retention, 'budget', help.retentionBudget, ['vonggac retention budget 7 --events 2000000'])
    .addArgument(new Argument('<agency>', help.holdAgency).argParser(integer))
    .addOption(new Option('--events <n>', help.eventsPerDay).argParser(integer))
    .addOption(new Option('--bytes <n>', help.bytesPerDay).argParser(integer))
    .action((agencyId: number, flags: { events?: number; bytes?: number }) =>
      run(async (context) => (await load()).retentionBudgetCommand(context, agencyId, flags)),
    );
}
