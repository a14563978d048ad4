/** `vonggac quota set | list | clear` */
import { call, type CommandContext } from '../command.ts';
import { quotaClear, quotaList, quotaSet } from '../operations/quota.ts';
import { formatTable } from '../table.ts';

export interface QuotaFlags {
  agency?: number;
  group?: string;
  perAgent?: boolean;
  eps?: number;
  mbPerDay?: number;
}

const MEGABYTE = 1_000_000;

export async function setQuotaCommand(context: CommandContext, flags: QuotaFlags): Promise<void> {
  const { agency: agencyId, group, perAgent = false, eps: eventsPerSecond, mbPerDay } = flags;
  const bytesPerDay = mbPerDay === undefined ? undefined : Math.round(mbPerDay * MEGABYTE);
  const quota = await call(context, quotaSet, { agencyId, group, perAgent, eventsPerSecond, bytesPerDay });
  context.print(context.m.limits.quotaSet(quota.id));
}

export async function listQuotasCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const quotas = await call(context, quotaList, {});
  if (flags.json === true) return print(JSON.stringify(quotas, undefined, 2));
  if (quotas.length === 0) return print(m.limits.noQuotas);
  const lines = formatTable(quotas, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.columns.agency, value: ({ agencyId }) => String(agencyId ?? m.limits.all) },
    { title: m.columns.group, value: ({ group }) => group ?? m.limits.all },
    { title: m.limits.columns.each, value: ({ perAgent }) => (perAgent ? m.limits.each : m.limits.together) },
    {
      title: m.limits.columns.eventsPerSecond,
      value: ({ eventsPerSecond }) => String(eventsPerSecond ?? '-'),
      align: 'right',
    },
    {
      title: m.limits.columns.mbPerDay,
      value: ({ bytesPerDay }) => (bytesPerDay === null ? '-' : String(bytesPerDay / MEGABYTE)),
      align: 'right',
    },
    { title: m.limits.columns.slowing, value: ({ slowing }) => String(slowing ?? '-'), align: 'right' },
  ]);
  lines.forEach(print);
}

export async function clearQuotaCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, quotaClear, { id });
  context.print(context.m.limits.quotaCleared(id));
}
