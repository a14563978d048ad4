/** `vonggac keys rotate` */
import { call, type CommandContext } from '../command.ts';
import { keysRotate } from '../operations/keys.ts';

export async function rotateKeysCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const rotation = await call(context, keysRotate, {});
  print(flags.json === true ? JSON.stringify(rotation, undefined, 2) : m.keys.rotated(rotation));
}
