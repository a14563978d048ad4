/** `vonggac notify` on the command line. */
import { Option, type Command } from 'commander';
import { NOTIFY_STATES, type NotifyState } from '../registry/tables/notify.ts';
import { addOncall } from './program-oncall.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/notify.ts');

export function addNotify(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const notify = add(program, 'notify', help.notify);
  add(notify, 'channels', help.notifyChannels)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listChannelsCommand(context, flags)),
    );
  add(notify, 'add', help.notifyAdd, ['vonggac notify add channel.json'])
    .argument('<file>', help.notifyFile)
    .action((file: string) => run(async (context) => (await load()).addChannelCommand(context, file)));
  add(notify, 'change', help.notifyChange, ['vonggac notify change 1 change.json'])
    .argument('<channel>', help.notifyChannel, integer)
    .argument('<file>', help.notifyFile)
    .action((id: number, file: string) =>
      run(async (context) => (await load()).changeChannelCommand(context, id, file)),
    );
  add(notify, 'remove', help.notifyRemove)
    .argument('<channel>', help.notifyChannel, integer)
    .action((id: number) => run(async (context) => (await load()).removeChannelCommand(context, id)));
  add(notify, 'test', help.notifyTest, ['vonggac notify test 1'])
    .argument('<channel>', help.notifyChannel, integer)
    .action((id: number) => run(async (context) => (await load()).testChannelCommand(context, id)));
  add(notify, 'messages', help.notifyMessages, ['vonggac notify messages --state dead'])
    .addOption(new Option('--state <state>', help.notifyState).choices(NOTIFY_STATES))
    .addOption(jsonOption())
    .action((flags: { state?: NotifyState; json?: boolean }) =>
      run(async (context) => (await load()).listMessagesCommand(context, flags)),
    );
  add(notify, 'retry', help.notifyRetry)
    .argument('<message>', help.notifyMessage)
    .action((id: string) => run(async (context) => (await load()).retryMessageCommand(context, id)));
  addOncall(notify, options);
}
