/** The command line of vonggac. Commands load what they need when they run; unknown options are refused. */
import path from 'node:path';
import { Command, CommanderError, type CommandOptions, Help, InvalidArgumentError, Option } from 'commander';
import { PERMISSIONS, type Permission } from '../api/permissions.ts';
import { roleSchema, type Role } from '../api/contract.ts';
import { activeDataDir } from '../registry/demonstration-folder.ts';
import { registrySettings } from '../registry/registry-home.ts';
import type { CommandContext } from './command.ts';
import type { ReplaySource } from './commands/replay.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { LANGUAGES, type Language } from './language.ts';
import type { Messages } from './messages/en.ts';
import { printableLines } from './printable.ts';
import { addAgency, addAgentTags } from './program-agency.ts';
import { addInstalled } from './program-installed.ts';
import { addInventory } from './program-inventory.ts';
import { addLedger } from './program-ledger.ts';
import { addProbes } from './program-probes.ts';
import { addPosture } from './program-posture.ts';
import { addRetention } from './program-retention.ts';
import { addIdentity } from './program-identity.ts';
import { addBackup } from './program-backup.ts';
import { addHealth } from './program-health.ts';
import { addSigma } from './program-sigma.ts';
import { addRules } from './program-rules.ts';
import { addHunt } from './program-hunt.ts';
import { addIndicator } from './program-indicator.ts';
import { addVulnerability } from './program-vulnerability.ts';
import { addKeys } from './program-keys.ts';
import { addAudit } from './program-audit.ts';
import { addBundle } from './program-bundle.ts';
import { addUsers } from './program-user.ts';
import { addNotify } from './program-notify.ts';
import { addInspection } from './program-inspection.ts';
import { addRelease } from './program-release.ts';
import { addReport } from './program-report.ts';
import { addRequest } from './program-request.ts';
import { addCompliance } from './program-compliance.ts';
import { addCalendar } from './program-calendar.ts';
import { addAlert } from './program-alert.ts';
import { addCase } from './program-case.ts';
import { addException } from './program-exception.ts';
import { addResponse } from './program-response.ts';
import { addPolicy } from './program-policy.ts';
import { addLimits } from './program-limits.ts';
import { addDemo } from './program-demo.ts';
import { addExchange } from './program-exchange.ts';
import { addSimulate } from './program-simulate.ts';
import { addUpdate } from './program-update.ts';
import { collect } from './collect.ts';

export interface ProgramOptions {
  m: Messages;
  language: Language;
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  /** Width of the terminal, where there is one. */
  columns?: number | undefined;
  print: (line: string) => void;
  complain: (line: string) => void;
}

/** Commands that a message tells to type name the program as it was called. */
function asCalled(message: string, env: ProgramOptions['env']): string {
  return env['npm_command'] === 'exec' ? message.replaceAll('"vonggac ', '"npx vonggac ') : message;
}

/** Longer lines are hard to read. */
const HELP_WIDTH_MAX = 110;

type Work = (context: CommandContext) => Promise<ExitCode | void>;

/** Titles and notes that commander itself writes, in the user's language. */
class TranslatedHelp extends Help {
  readonly #m: Messages;

  constructor(m: Messages) {
    super();
    this.#m = m;
  }

  override styleTitle(title: string): string {
    const m = this.#m;
    const titles: Record<string, string> = {
      'Usage:': m.usage,
      'Arguments:': m.argumentsTitle,
      'Options:': m.optionsTitle,
      'Global Options:': m.globalOptionsTitle,
      'Commands:': m.commandsTitle,
    };
    return titles[title] ?? title;
  }

  override commandUsage(command: Command): string {
    return this.#words(super.commandUsage(command));
  }

  override subcommandTerm(command: Command): string {
    return this.#words(super.subcommandTerm(command));
  }

  #words(text: string): string {
    const m = this.#m;
    return text.replace('[options]', `[${m.optionsWord}]`).replace('[command]', `[${m.commandWord}]`);
  }

  override optionDescription(option: Option): string {
    const text = super.optionDescription(option);
    return text
      .replace('(choices: ', `(${this.#m.choicesAre} `)
      .replace('default: ', `${this.#m.defaultIs} `);
  }
}

function integerAbove(m: Messages): (text: string) => number {
  return (text) => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
      throw new InvalidArgumentError(m.usageError.notInteger(text));
    return Number(text);
  };
}

function numberAbove(m: Messages): (text: string) => number {
  return (text) => {
    if (!/^\d{1,6}(\.\d{1,6})?$/.test(text) || Number(text) <= 0) {
      throw new InvalidArgumentError(m.usageError.notNumber(text));
    }
    return Number(text);
  };
}

/** Which option, and what is wrong with its value. */
function invalidValue(message: string, m: Messages): string {
  const [, option, detail = ''] = /'([^']+)' argument '[^']*' is invalid\.\s*(.*)$/s.exec(message) ?? [];
  if (option === undefined) return message.replace(/^error: /, '');
  return `${option}: ${detail.replace(/^Allowed choices are (.*)\.$/, `${m.choicesAre} $1`)}`;
}

/** What commander refuses, in the user's language. */
export function usageMessage(error: CommanderError, m: Messages): string {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return m.usageError.unknownOption(quoted);
    case 'commander.unknownCommand':
      return m.usageError.unknownCommand(quoted);
    case 'commander.missingArgument':
      return m.usageError.missingArgument(quoted);
    case 'commander.optionMissingArgument':
      return m.usageError.optionMissingArgument(quoted);
    case 'commander.missingMandatoryOptionValue':
      return m.usageError.missingOption(quoted);
    case 'commander.excessArguments':
      return m.usageError.excessArguments;
    case 'commander.help':
      return m.usageError.commandMissing;
    default:
      return m.usageError.invalidArgument(invalidValue(error.message, m));
  }
}

/** Runs the command line. @returns the exit code */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<ExitCode> {
  const { m, env, print } = options;
  // Messages may quote a rule's or a file's text; what is printed as a result is made safe where it is put together.
  const complain = (text: string): void => options.complain(printableLines(text));
  let exitCode: ExitCode = EXIT.ok;

  /** Runs a command; what a user can mend is said in plain words, a defect with its stack. */
  const run = async (work: Work): Promise<void> => {
    const named = path.resolve(program.opts<{ data?: string }>().data ?? env['VONGGAC_DATA'] ?? 'data');
    const dataDir = activeDataDir(named);
    const registry = registrySettings(env);
    const context: CommandContext = { m, language: options.language, print, complain, dataDir, registry };
    try {
      exitCode = (await work(context)) ?? EXIT.ok;
    } catch (error) {
      const { explain } = await import('./command.ts');
      const explained = explain(error, context);
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      complain(`vonggac: ${asCalled(explained?.message ?? stack, env)}`);
      exitCode = explained?.exitCode ?? EXIT.failure;
    }
  };
  const program = buildProgram(options, run);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok; // help and version were asked for
    complain(`vonggac: ${usageMessage(error, m)}`);
    return EXIT.usage;
  }
  return exitCode;
}

function buildProgram(options: ProgramOptions, run: (work: Work) => Promise<void>): Command {
  const { m, env, print } = options;
  const { help } = m;

  const prepare = (command: Command, examples: readonly string[] = []): Command => {
    command
      .helpOption('-h, --help', help.help)
      .helpCommand(false)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => print(text.trimEnd()),
        writeErr: (text) => options.complain(printableLines(text.trimEnd())),
        // Errors are said by runProgram, in the user's language.
        outputError: () => undefined,
      });
    command.createHelp = () =>
      Object.assign(new TranslatedHelp(m), {
        helpWidth: Math.min(options.columns ?? HELP_WIDTH_MAX, HELP_WIDTH_MAX),
        showGlobalOptions: true,
      });
    if (examples.length > 0) {
      command.addHelpText('after', `\n${m.examples}\n${examples.map((line) => `  ${line}`).join('\n')}`);
    }
    return command;
  };
  const add = (
    parent: Command,
    form: string,
    description: string,
    examples: readonly string[] = [],
    options: CommandOptions = {},
  ): Command => prepare(parent.command(form, options).description(description), examples);

  const roleOption = (roles: readonly Role[]): Option =>
    new Option('--role <role>', help.role).choices(roles);
  const agencyOption = (): Option => new Option('--agency <id>', help.agency).argParser(integerAbove(m));
  const daysOption = (standard: number): Option =>
    new Option('--days <n>', help.days).argParser(numberAbove(m)).default(standard);
  const jsonOption = (): Option => new Option('--json', help.json);

  const program = prepare(new Command('vonggac'), [
    'vonggac start',
    'vonggac join-token create --uses 10 --days 2',
    'vonggac status',
    'vonggac replay --source sshd auth.log',
    'vonggac sigma match --rules rules/ --events events.ndjson',
  ])
    .description(help.program)
    .version(options.version, '-V, --version', help.version)
    .option('--data <dir>', help.data)
    .addOption(new Option('--lang <language>', help.lang).choices(LANGUAGES))
    .addHelpText('after', `\n${m.exitCodes}`);

  add(program, 'start', help.start, ['vonggac start --data /var/lib/vonggac --listen 0.0.0.0:8443'])
    .option('--listen <host:port>', help.listen)
    .option('--rules <path>', help.rules, collect)
    .action((flags: { listen?: string; rules?: string[] }) =>
      run(async ({ dataDir }) => {
        const { main } = await import('../serve.ts');
        return main({ ...flags, data: dataDir }, m);
      }),
    );

  addIdentity(program, {
    add,
    jsonOption,
    agencyOption,
    daysOption,
    integer: integerAbove(m),
    number: numberAbove(m),
    help,
    run,
  });

  const apiToken = add(program, 'api-token', help.apiToken);
  add(apiToken, 'create', help.apiTokenCreate, [
    'vonggac api-token create --role agency-viewer --days 1 --name prometheus',
    'vonggac api-token create --role api --may alert:read alert:write --name ticketing',
  ])
    .addOption(roleOption(roleSchema.options).makeOptionMandatory())
    .addOption(new Option('--may <permissions...>', help.tokenMay).choices(PERMISSIONS))
    .addOption(daysOption(30))
    .option('--name <name>', help.tokenName)
    .addOption(agencyOption())
    .action((flags: { role: Role; may?: Permission[]; days?: number; name?: string; agency?: number }) =>
      run(async (context) => (await import('./commands/api-token.ts')).createApiTokenCommand(context, flags)),
    );
  add(apiToken, 'list', help.apiTokenList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/api-token.ts')).listApiTokensCommand(context, flags)),
    );
  add(apiToken, 'revoke', help.apiTokenRevoke)
    .argument('<id>', help.tokenId)
    .action((id: string) =>
      run(async (context) => (await import('./commands/api-token.ts')).revokeApiTokenCommand(context, id)),
    );

  const administered = { m, add, jsonOption, integer: integerAbove(m), run };
  addUsers(program, { ...administered, help });
  addAgency(program, administered);
  const agent = program.commands.find((command) => command.name() === 'agent');
  if (agent !== undefined) addAgentTags(agent, administered);

  add(program, 'status', help.status)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/status.ts')).statusCommand(context, flags)),
    );

  addInstalled(program, {
    m,
    add,
    agencyOption: (description) => new Option('--agency <id>', description).argParser(integerAbove(m)),
    jsonOption,
    integer: integerAbove(m),
    run,
  });

  addInventory(program, {
    m,
    add,
    agencyOption: (description) => new Option('--agency <id>', description).argParser(integerAbove(m)),
    jsonOption,
    run,
  });

  addProbes(program, {
    m,
    add,
    agencyOption: (description) => new Option('--agency <id>', description).argParser(integerAbove(m)),
    jsonOption,
    run,
  });

  addLedger(program, {
    m,
    add,
    agencyOption: (description) => new Option('--agency <id>', description).argParser(integerAbove(m)),
    jsonOption,
    run,
  });

  addPosture(program, {
    m,
    add,
    agencyOption: (description) => new Option('--agency <id>', description).argParser(integerAbove(m)),
    jsonOption,
    run,
  });

  addRetention(program, administered);

  add(program, 'replay', help.replay, ['vonggac replay --source sshd auth.log'])
    .argument('<file>', help.file)
    .addOption(
      new Option('--source <source>', help.source)
        .choices(['sshd', 'apache', 'linux-syslog', 'windows-xml'] satisfies ReplaySource[])
        .makeOptionMandatory(),
    )
    .addOption(jsonOption())
    .action((file: string, flags: { source: ReplaySource; json?: boolean }) =>
      run(async (context) => (await import('./commands/replay.ts')).replayCommand(context, file, flags)),
    );

  addBackup(program, { add, jsonOption, help, run, env });
  const measured = { m, help, add, jsonOption, run, integer: integerAbove(m), number: numberAbove(m) };
  addSimulate(program, measured);
  addDemo(program, measured);
  addExchange(program, measured);
  addLimits(program, measured);
  addPolicy(program, measured);
  addException(program, measured);
  addResponse(program, measured);
  addHunt(program, measured);
  addRules(program, measured);
  addIndicator(program, measured);
  addVulnerability(program, measured);
  addAlert(program, measured);
  addCase(program, measured);
  addAudit(program, measured);
  addKeys(program, measured);
  addRelease(program, measured);
  addUpdate(program, measured);
  addNotify(program, measured);
  addInspection(program, measured);
  addReport(program, measured);
  addRequest(program, measured);
  addBundle(program, measured);
  addCalendar(program, measured);
  addCompliance(program, measured);
  addHealth(program, { add, jsonOption, m, run, env });
  addSigma(program, { add, jsonOption, help, run, columns: options.columns, env });
  return program;
}
