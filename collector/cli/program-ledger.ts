/** The ledger's command of the command line. */
import { Option, type Command } from 'commander';
import { ledgerBySchema } from '../api/contract-ledger.ts';
import type { CommandContext } from './command.ts';
import type { LedgerOptions } from './commands/ledger.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';
import { timeParser } from './parse-time.ts';

export interface LedgerProgram {
  m: Messages;
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  agencyOption: (description: string) => Option;
  jsonOption: () => Option;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

export function addLedger(program: Command, { m, add, agencyOption, jsonOption, run }: LedgerProgram): void {
  const { help } = m;
  const time = timeParser(m);
  add(program, 'ledger', help.ledger, [
    'vonggac ledger',
    'vonggac ledger --by agent --from 2026-11-24',
    'vonggac ledger --check',
  ])
    .option('--agent <id>', help.ledgerAgent)
    .addOption(agencyOption(help.ledgerAgency))
    .addOption(new Option('--from <time>', help.ledgerFrom).argParser(time))
    .addOption(new Option('--to <time>', help.ledgerTo).argParser(time))
    .addOption(new Option('--by <what>', help.ledgerBy).choices(ledgerBySchema.options).default('channel'))
    .option('--check', help.ledgerCheck)
    .addOption(jsonOption())
    .action((flags: LedgerOptions) =>
      run(async (context) => (await import('./commands/ledger.ts')).ledgerCommand(context, flags)),
    );
}
