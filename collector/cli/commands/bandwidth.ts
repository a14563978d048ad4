/** `vonggac bandwidth set | list | clear` */
import { call, type CommandContext } from '../command.ts';
import { bandwidthClear, bandwidthList, bandwidthSet } from '../operations/bandwidth.ts';
import { formatTable } from '../table.ts';

export interface BandwidthFlags {
  agency?: number;
  prefix?: string;
  hours: readonly [fromHour: number, toHour: number];
  timeZone: string;
  kbps: number;
}

/** A kilobit a second, as lines are sold, in bytes. */
const KILOBIT_BYTES = 125;

export async function setBandwidthCommand(context: CommandContext, flags: BandwidthFlags): Promise<void> {
  const [fromHour, toHour] = flags.hours;
  const cap = await call(context, bandwidthSet, {
    agencyId: flags.agency ?? null,
    prefix: flags.prefix ?? null,
    fromHour,
    toHour,
    timeZone: flags.timeZone,
    bytesPerSecond: Math.round(flags.kbps * KILOBIT_BYTES),
  });
  context.print(context.m.limits.capSet(cap.id));
}

export async function listBandwidthCommand(
  context: CommandContext,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const caps = await call(context, bandwidthList, {});
  if (flags.json === true) return print(JSON.stringify(caps, undefined, 2));
  if (caps.length === 0) return print(m.limits.noCaps);
  const lines = formatTable(caps, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.columns.agency, value: ({ agencyId }) => String(agencyId ?? '-') },
    { title: m.limits.columns.prefix, value: ({ prefix }) => prefix ?? '-' },
    { title: m.limits.columns.hours, value: ({ fromHour, toHour }) => `${fromHour}-${toHour}` },
    { title: m.limits.columns.timeZone, value: ({ timeZone }) => timeZone },
    {
      title: m.limits.columns.kbps,
      value: ({ bytesPerSecond }) => String(Math.round(bytesPerSecond / KILOBIT_BYTES)),
      align: 'right',
    },
  ]);
  lines.forEach(print);
}

export async function clearBandwidthCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, bandwidthClear, { id });
  context.print(context.m.limits.capCleared(id));
}
