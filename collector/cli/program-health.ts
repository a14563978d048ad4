/** `doctor` and `size` of the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { SizeOptions } from './commands/size.ts';
import type { Messages } from './messages/en.ts';
import type { SigmaProgram } from './program-sigma.ts';

const MONTHS_DEFAULT = 12;

export function addHealth(
  program: Command,
  {
    m,
    env,
    add,
    jsonOption,
    run,
  }: Pick<SigmaProgram, 'env' | 'add' | 'jsonOption' | 'run'> & { m: Messages },
): void {
  const { help } = m;
  const number = (text: string): number => {
    if (!/^\d{1,9}(\.\d{1,3})?$/.test(text)) throw new InvalidArgumentError(m.usageError.notNumber(text));
    return Number(text);
  };
  const numeric = (flags: string, description: string): Option =>
    new Option(flags, description).argParser(number);

  add(program, 'doctor', help.doctor)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/doctor.ts')).doctorCommand(context, flags, env)),
    );

  add(program, 'size', help.size, ['vonggac size --pcs 5000 --servers 120 --domain-controllers 4 --months 6'])
    .addOption(numeric('--pcs <n>', help.sizePcs).default(0))
    .addOption(numeric('--servers <n>', help.sizeServers).default(0))
    .addOption(numeric('--domain-controllers <n>', help.sizeControllers).default(0))
    .addOption(numeric('--eps <n>', help.sizeEps))
    .addOption(numeric('--months <n>', help.sizeMonths).default(MONTHS_DEFAULT))
    .addOption(jsonOption())
    .action((flags: SizeOptions) =>
      run(async (context) => (await import('./commands/size.ts')).sizeCommand(context, flags)),
    );
}
