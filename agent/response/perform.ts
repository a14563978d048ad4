/** Which code does which action; each is loaded when it is needed, since most hosts never need any. */
import type { CommandAction } from '#protocol/command.ts';
import type { ActionContext, Facts } from './action.ts';

/** @throws ActionError when it was not done */
export async function perform(command: CommandAction, context: ActionContext): Promise<Facts> {
  const isWindows = context.host.platform === 'win32';
  switch (command.action) {
    case 'isolate':
      return (await isolation(isWindows)).isolateHost(command, context);
    case 'release':
      return (await isolation(isWindows)).releaseHost(command, context);
    case 'kill-process': {
      const { killProcess } = await (isWindows
        ? import('./windows/kill-windows.ts')
        : import('./kill-process.ts'));
      return killProcess(command, context);
    }
    case 'quarantine-file':
      return (await import('./quarantine-file.ts')).quarantineFile(command, context);
    case 'restore-file':
      return (await import('./quarantine-file.ts')).restoreFile(command, context);
    case 'disable-account':
      return (await accounts(isWindows)).disableAccount(command, context);
    case 'enable-account':
      return (await accounts(isWindows)).enableAccount(command, context);
    case 'collect-bundle':
      return (await import('./collect-bundle.ts')).collectBundle(command, context);
  }
}

function isolation(isWindows: boolean) {
  return isWindows ? import('./windows/isolate-windows.ts') : import('./isolate-host.ts');
}

function accounts(isWindows: boolean) {
  return isWindows ? import('./windows/disable-windows-account.ts') : import('./disable-account.ts');
}
