/** `vonggac agent uninstall-token` */
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { agentUninstallToken } from '../operations/uninstall-token.ts';

export interface UninstallTokenOptions {
  hours: number;
  json?: boolean;
}

export async function uninstallTokenCommand(
  context: CommandContext,
  id: string,
  { hours, json }: UninstallTokenOptions,
): Promise<void> {
  const made = await call(context, agentUninstallToken, { id, hours });
  if (json === true) {
    context.print(JSON.stringify(made));
    return;
  }
  context.print(context.m.identity.uninstallTokenMade(made.hostname, localTime(made.notAfterMs)));
  context.print(`vonggac-agent uninstall --token ${made.token}`);
}
