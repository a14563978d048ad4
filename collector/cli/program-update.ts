/** `vonggac update` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ActFlags, PlanFlags } from './commands/update.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/update.ts');

export function addUpdate(program: Command, { m, help, add, jsonOption, run }: SimulateProgram): void {
  const upTo =
    (most: number) =>
    (text: string): number => {
      if (!/^\d{1,9}$/.test(text) || Number(text) > most)
        throw new InvalidArgumentError(m.policy.notPercent(text));
      return Number(text);
    };
  const percent = upTo(100);
  const update = add(program, 'update', help.update);
  add(update, 'plan', help.updatePlan, [
    'vonggac update plan 0.2.0 --reason "Windows fix" --user an',
    'vonggac update plan 0.2.0 --rings rings.json --soak-hours 12 --user an',
  ])
    .argument('<version>', help.releaseVersion)
    .option('--rings <file>', help.updateRings)
    .addOption(new Option('--healthy <percent>', help.updateHealthy).argParser(percent))
    .addOption(new Option('--halt-above <percent>', help.updateHaltAbove).argParser(percent))
    .addOption(new Option('--soak-hours <n>', help.updateSoak).argParser(upTo(720)))
    .option('--reason <text>', help.updateReason, '')
    .requiredOption('--user <name>', help.updateUser)
    .action((version: string, flags: PlanFlags) =>
      run(async (context) => (await load()).planUpdateCommand(context, version, flags)),
    );
  for (const act of ['start', 'resume'] as const)
    add(update, act, act === 'start' ? help.updateStart : help.updateResume, [
      `vonggac update ${act} --user binh`,
    ])
      .requiredOption('--user <name>', help.updateUser)
      .option('--reason <text>', help.updateReason)
      .action((flags: ActFlags) =>
        run(async (context) => (await load()).actOnUpdateCommand(context, act, flags)),
      );
  const holding = { pause: help.updatePause, halt: help.updateHalt, end: help.updateEnd };
  for (const act of ['pause', 'halt', 'end'] as const)
    add(update, act, holding[act])
      .option('--reason <text>', help.updateReason)
      .action((flags: ActFlags) =>
        run(async (context) => (await load()).actOnUpdateCommand(context, act, flags)),
      );
  add(update, 'status', help.updateStatus)
    .option('--hosts', help.updateHosts)
    .addOption(jsonOption())
    .action((flags: { hosts?: boolean; json?: boolean }) =>
      run(async (context) => (await load()).updateStatusCommand(context, flags)),
    );
}
