/** `vonggac hunt` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { HuntFlags } from './commands/hunt.ts';
import type { SimulateProgram } from './program-simulate.ts';

const LIMIT = 50;
const LIMIT_MAX = 10_000;
const SECONDS = 60;

export function addHunt(program: Command, { m, help, add, jsonOption, run, integer }: SimulateProgram): void {
  const time = (text: string): number => {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new InvalidArgumentError(m.usageError.notTime(text));
    return ms;
  };
  const limit = (text: string): number => Math.min(integer(text), LIMIT_MAX);
  add(program, 'hunt', help.hunt, [
    `vonggac hunt 'process.command_line: *-enc* and not user.name: SYSTEM'`,
    `vonggac hunt 'source.ip: 203.0.113.0/24' --from 2026-11-01 --summary`,
    'vonggac hunt --sigma rule.yml --from 2026-11-01',
    `vonggac hunt 'event.action: ssh_login_failed' --as-rule 'SSH login failed'`,
  ])
    .argument('[query]', help.huntQuery)
    .option('--sigma <file>', help.huntSigma)
    .option('--rule <id>', help.huntRule)
    .addOption(new Option('--from <time>', help.huntFrom).argParser(time))
    .addOption(new Option('--to <time>', help.huntTo).argParser(time))
    .addOption(new Option('--limit <count>', help.huntLimit).argParser(limit).default(LIMIT))
    .addOption(new Option('--seconds <count>', help.huntSeconds).argParser(integer).default(SECONDS))
    .option('--summary', help.huntSummary)
    .option('--as-rule <title>', help.huntAsRule)
    .addOption(jsonOption())
    .action((query: string | undefined, flags: HuntFlags) =>
      run(async (context) => (await import('./commands/hunt.ts')).huntCommand(context, query, flags)),
    );
}
