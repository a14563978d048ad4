/** `vonggac keys` on the command line. */
import type { Command } from 'commander';
import type { SimulateProgram } from './program-simulate.ts';

export function addKeys(program: Command, { help, add, jsonOption, run }: SimulateProgram): void {
  const keys = add(program, 'keys', help.keys);
  add(keys, 'rotate', help.keysRotate, ['vonggac keys rotate'])
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/keys.ts')).rotateKeysCommand(context, flags)),
    );
}
