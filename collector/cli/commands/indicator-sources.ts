/** `vonggac indicator source list | set` and `vonggac indicator own list | add | remove` */
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  indicatorAllow,
  indicatorAllowed,
  indicatorDisallow,
  indicatorSources,
  indicatorSourceSet,
} from '../operations/indicator-sources.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { NONE, type SourceFlags } from './indicator-sources-flags.ts';

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
const shown = (value: number | string | null): string => (value === null ? '-' : String(value));

export async function listSourcesCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const sources = await call(context, indicatorSources, {});
  if (flags.json === true) return print(json(sources));
  if (sources.length === 0) return print(m.indicator.sources.none);
  const { columns } = m.indicator;
  const own = m.indicator.sources.columns;
  formatTable(sources, [
    { title: columns.source, value: ({ name }) => name },
    { title: columns.confidence, value: ({ confidence }) => shown(confidence), align: 'right' },
    { title: own.days, value: ({ validDays }) => shown(validDays), align: 'right' },
    { title: 'TLP', value: ({ tlp }) => shown(tlp) },
    { title: own.indicators, value: ({ indicators }) => String(indicators), align: 'right' },
    { title: own.retired, value: ({ retired }) => String(retired), align: 'right' },
    { title: own.version, value: ({ version }) => String(version), align: 'right' },
    { title: own.description, value: ({ description }) => printable(description) },
  ]).forEach(print);
}

const orNull = <T>(value: T | typeof NONE | undefined): T | null | undefined =>
  value === NONE ? null : value;

export async function setSourceCommand(
  context: CommandContext,
  name: string,
  { confidence, days: validDays, tlp, description, atVersion: version, json: asJson }: SourceFlags,
): Promise<void> {
  const { m, print } = context;
  if ([confidence, validDays, tlp, description].every((one) => one === undefined))
    throw new UsageError(m.indicator.sources.nothingToSet);
  const change = {
    name,
    confidence: orNull(confidence),
    validDays: orNull(validDays),
    tlp: orNull(tlp),
    description,
    version,
  };
  const source = await call(context, indicatorSourceSet, change);
  print(asJson === true ? json(source) : m.indicator.sources.set(printable(source.name), source.version));
}

export async function listOwnCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const allowed = await call(context, indicatorAllowed, {});
  if (flags.json === true) return print(json(allowed));
  if (allowed.length === 0) return print(m.indicator.sources.noneOwn);
  formatTable(allowed, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.indicator.columns.type, value: ({ type }) => type },
    { title: m.indicator.columns.value, value: ({ value }) => value },
    { title: m.indicator.sources.columns.reason, value: ({ reason }) => printable(reason) },
    { title: m.indicator.sources.columns.added, value: ({ addedAt }) => localTime(Date.parse(addedAt)) },
  ]).forEach(print);
}

export async function addOwnCommand(
  context: CommandContext,
  value: string,
  flags: { reason: string; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const added = await call(context, indicatorAllow, { value, reason: flags.reason });
  print(flags.json === true ? json(added) : m.indicator.sources.addedOwn(added.id, printable(added.value)));
}

export async function removeOwnCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, indicatorDisallow, { id });
  context.print(context.m.indicator.sources.removedOwn(id));
}
