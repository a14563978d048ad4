/** `vonggac demo` on the command line. */
import { Option, type Command } from 'commander';
import type { DemoFlags } from './commands/demo.ts';
import type { SigmaProgram } from './program-sigma.ts';

export interface DemoProgram extends Pick<SigmaProgram, 'help' | 'add' | 'jsonOption' | 'run'> {
  integer: (text: string) => number;
}

const HOSTS = 300;
const LOGS = 60;

export function addDemo(program: Command, { help, add, jsonOption, run, integer }: DemoProgram): void {
  add(program, 'demo', help.demo, ['vonggac demo --data demo/', 'vonggac demo --hosts 60 --once --json'])
    .addOption(new Option('--hosts <n>', help.demoHosts).argParser(integer).default(HOSTS))
    .addOption(new Option('--logs <n>', help.demoLogs).argParser(integer).default(LOGS))
    .addOption(new Option('--seed <n>', help.demoSeed).argParser(integer).default(1))
    .option('--once', help.demoOnce)
    .addOption(jsonOption())
    .action((flags: DemoFlags) =>
      run(async (context) => (await import('./commands/demo.ts')).demoCommand(context, flags)),
    );
}
