/** Which code does which action; each is loaded when it is needed, since most hosts never need any. */
import type { CommandAction } from '#protocol/command.ts';
import type { ActionContext, Facts } from './action.ts';

/** @throws ActionError when it was not done */
export async function perform(command: CommandAction, context: ActionContext): Promise<Facts> {
  switch (command.action) {
    case 'isolate':
      return (await import('./isolate-host.ts')).isolateHost(command, context);
    case 'release':
      return (await import('./isolate-host.ts')).releaseHost(command, context);
    case 'kill-process':
      return (await import('./kill-process.ts')).killProcess(command, context);
    case 'quarantine-file':
      return (await import('./quarantine-file.ts')).quarantineFile(command, context);
    case 'restore-file':
      return (await import('./quarantine-file.ts')).restoreFile(command, context);
    case 'disable-account':
      return (await import('./disable-account.ts')).disableAccount(command, context);
    case 'enable-account':
      return (await import('./disable-account.ts')).enableAccount(command, context);
    case 'collect-bundle':
      return (await import('./collect-bundle.ts')).collectBundle(command, context);
  }
}
