/** `vonggac notify channels | add | change | remove | test | messages | retry` */
import { newChannelSchema } from '../../api/contract-notify.ts';
import type { NotifyState } from '../../registry/tables/notify.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  channelFileSchema,
  notifyAdd,
  notifyChange,
  notifyChannels,
  notifyMessages,
  notifyRemove,
  notifyRetry,
  notifyTest,
} from '../operations/notify.ts';
import { readJsonFile } from '../json-file.ts';
import { localTime } from '../local-time.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export async function listChannelsCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const channels = await call(context, notifyChannels, {});
  if (flags.json === true) return print(JSON.stringify(channels, undefined, 2));
  if (channels.length === 0) return print(m.notify.noChannels);
  const { columns } = m.notify;
  formatTable(channels, [
    { title: columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: columns.name, value: ({ name }) => name },
    { title: columns.kind, value: ({ settings }) => settings.kind },
    { title: columns.from, value: ({ severityMin }) => severityMin },
    { title: columns.last, value: ({ lastMessageAt }) => timeOf(lastMessageAt) },
    { title: columns.problem, value: ({ problem }) => problem ?? '-' },
  ]).forEach(print);
}

const timeOf = (iso: string | null): string => (iso === null ? '-' : localTime(Date.parse(iso)));

export async function addChannelCommand(context: CommandContext, file: string): Promise<void> {
  const { m, print } = context;
  const channel = readJsonFile(context, file, newChannelSchema, m.notify.unreadable);
  const { id, name } = await call(context, notifyAdd, channel);
  print(m.notify.added(id, printable(name)));
}

export async function changeChannelCommand(context: CommandContext, id: number, file: string): Promise<void> {
  const { m, print } = context;
  const change = readJsonFile(context, file, channelFileSchema, m.notify.unreadable);
  const { name } = await call(context, notifyChange, { id, change });
  print(m.notify.changed(id, printable(name)));
}

export async function removeChannelCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, notifyRemove, { id });
  context.print(context.m.notify.removed(id));
}

export async function testChannelCommand(context: CommandContext, id: number): Promise<ExitCode> {
  const { m, print, complain } = context;
  const { taken, answer, refused } = await call(context, notifyTest, { id });
  if (taken) print(m.notify.taken(printable(answer)));
  else complain(m.notify.notTaken(printable(answer)));
  for (const receiver of refused) complain(m.notify.refused(printable(receiver)));
  return taken && refused.length === 0 ? EXIT.ok : EXIT.failure;
}

export async function listMessagesCommand(
  context: CommandContext,
  flags: { state?: NotifyState; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { messages } = await call(context, notifyMessages, { state: flags.state });
  if (flags.json === true) return print(JSON.stringify(messages, undefined, 2));
  if (messages.length === 0) return print(m.notify.noMessages);
  const { columns } = m.notify;
  formatTable(messages, [
    { title: columns.id, value: ({ id }) => id },
    { title: columns.channel, value: ({ channel }) => channel },
    { title: columns.state, value: ({ state }) => state },
    { title: columns.created, value: ({ createdAt }) => timeOf(createdAt) },
    { title: columns.items, value: ({ items }) => String(items), align: 'right' },
    { title: columns.attempts, value: ({ attempts }) => String(attempts), align: 'right' },
    { title: columns.answer, value: ({ answer, problem }) => problem ?? answer ?? '-' },
  ]).forEach(print);
}

export async function retryMessageCommand(context: CommandContext, id: string): Promise<void> {
  await call(context, notifyRetry, { id });
  context.print(context.m.notify.again(printable(id)));
}
