/** What the command line knows: the groups of commands, and help in the user's language. Commands load when they run. */
import { Command, Option } from 'commander';
import { LANGUAGES } from '../messages/language.ts';
import { TranslatedHelp } from '../translated-help.ts';
import { AGENT_VERSION } from '../version.ts';
import { addAudit } from './audit-commands.ts';
import { addCare } from './care-commands.ts';
import type { CommandLine } from './command-line.ts';
import { addIntegrity } from './integrity-commands.ts';
import { addPosture } from './posture-commands.ts';
import { addProbe } from './probe-commands.ts';
import { addSetup } from './setup-commands.ts';

/** Columns. */
const HELP_WIDTH_MAX = 110;

/** @param columns of the terminal; left out: there is none. */
export function makeProgram(cli: CommandLine, columns: number | undefined): Command {
  const { m } = cli;
  const helpWidth = Math.min(columns ?? 100, HELP_WIDTH_MAX);
  const program = new Command('vonggac-agent')
    .description(m.help.program)
    .version(AGENT_VERSION, '--version', m.help.version)
    .helpOption('-h, --help', m.help.helpOption)
    .helpCommand(false)
    .addOption(new Option('--lang <language>', m.help.lang).choices(LANGUAGES))
    .addHelpText('after', `\n${m.help.exitCodes}`)
    .showHelpAfterError(false)
    .exitOverride()
    // Errors are said by who called, in the user's language.
    .configureOutput({ outputError: () => undefined });
  program.createHelp = () => Object.assign(new TranslatedHelp(m), { helpWidth });
  for (const add of [addSetup, addCare, addPosture, addProbe, addAudit, addIntegrity]) add(program, cli);
  for (const command of below(program)) {
    command.createHelp = () => program.createHelp();
    command.helpOption('-h, --help', m.help.helpOption);
  }
  return program;
}

function below(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...below(child)]);
}
