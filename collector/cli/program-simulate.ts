/** `vonggac simulate` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { POPULATION_NAMES } from '../simulate/profiles.ts';
import type { SimulateFlags } from './commands/simulate.ts';
import type { Messages } from './messages/en.ts';
import type { SigmaProgram } from './program-sigma.ts';

const HOUR_MAX = 23;
const WORKING_HOUR = 9;

export interface SimulateProgram extends Pick<SigmaProgram, 'help' | 'add' | 'jsonOption' | 'run'> {
  m: Messages;
  integer: (text: string) => number;
  number: (text: string) => number;
}

export function addSimulate(
  program: Command,
  { m, help, add, jsonOption, run, integer, number }: SimulateProgram,
): void {
  const hour = (text: string): number => {
    if (!/^\d{1,2}$/.test(text) || Number(text) > HOUR_MAX)
      throw new InvalidArgumentError(m.simulate.notHour(text));
    return Number(text);
  };
  add(program, 'simulate', help.simulate, [
    'vonggac simulate --agents 100 --eps 1000 --seconds 60 --url https://127.0.0.1:8443 --token TOKEN',
    'vonggac simulate --agents 10000 --eps 20000 --seconds 300 --url https://127.0.0.1:8443 --token TOKEN --state fleet/',
  ])
    .addOption(new Option('--agents <n>', help.simulateAgents).argParser(integer).makeOptionMandatory())
    .addOption(new Option('--eps <n>', help.simulateEps).argParser(number).makeOptionMandatory())
    .addOption(new Option('--seconds <n>', help.simulateSeconds).argParser(number).makeOptionMandatory())
    .requiredOption('--url <url>', help.simulateUrl)
    .requiredOption('--token <token>', help.simulateToken)
    .addOption(
      new Option('--profile <profile>', help.simulateProfile).choices(POPULATION_NAMES).default('server'),
    )
    .addOption(new Option('--hour <h>', help.simulateHour).argParser(hour).default(WORKING_HOUR))
    .addOption(new Option('--seed <n>', help.simulateSeed).argParser(integer).default(1))
    .option('--state <dir>', help.simulateState)
    .addOption(jsonOption())
    .action((flags: SimulateFlags) =>
      run(async (context) => (await import('./commands/simulate.ts')).simulateCommand(context, flags)),
    );
}
