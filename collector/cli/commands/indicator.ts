/** `vonggac indicator list | show | add | retire | restore | sightings | retro` */
import type { z } from 'zod';
import type { indicatorSchema } from '../../api/contract-indicators.ts';
import type { IndicatorKind, Tlp } from '../../indicator/indicator.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  indicatorAdd,
  indicatorList,
  indicatorRestore,
  indicatorRetire,
  indicatorRetro,
  indicatorShow,
  indicatorSightings,
} from '../operations/indicator.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

type Shown = z.infer<typeof indicatorSchema>;

const DAY_MS = 86_400_000;
const BACK_DAYS = 30;
const PAGE = 500;
const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
const time = (iso: string | null): string => (iso === null ? '' : localTime(Date.parse(iso)));

export interface IndicatorListFlags {
  type?: IndicatorKind;
  source?: string;
  tag?: string;
  value?: string;
  text?: string;
  state?: 'active' | 'expired' | 'retired' | 'throttled';
  limit: number;
  json?: boolean;
}

export async function listIndicatorsCommand(
  context: CommandContext,
  flags: IndicatorListFlags,
): Promise<void> {
  const { m, print, complain } = context;
  const { type: kind, state: standing, limit, json: asJson, ...filter } = flags;
  const found: Shown[] = [];
  // One more says whether there are more.
  while (found.length <= limit) {
    const wanted = Math.min(PAGE, limit + 1 - found.length);
    const after = found.at(-1)?.id;
    const page = await call(context, indicatorList, { ...filter, kind, standing, after, limit: wanted });
    found.push(...page);
    if (page.length < wanted) break;
  }
  const shown = found.slice(0, limit);
  if (asJson === true) return print(json(shown));
  if (shown.length === 0) return print(m.indicator.none);
  const { columns } = m.indicator;
  formatTable(shown, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: columns.type, value: ({ type }) => type },
    { title: columns.value, value: ({ value }) => value },
    { title: columns.source, value: ({ source }) => source },
    { title: columns.confidence, value: ({ confidence }) => String(confidence), align: 'right' },
    { title: columns.state, value: (one) => stateOf(context, one) },
    { title: columns.until, value: ({ validUntil }) => time(validUntil) },
    { title: columns.hosts, value: ({ sightings }) => String(sightings.hosts), align: 'right' },
  ]).forEach(print);
  if (found.length > limit) complain(m.indicator.more);
}

function stateOf({ m }: CommandContext, { state, throttledAt }: Shown): string {
  return state === 'active' && throttledAt !== null ? m.indicator.throttled : m.indicator.states[state];
}

export async function showIndicatorCommand(
  context: CommandContext,
  id: number,
  flags: { json?: boolean },
): Promise<void> {
  const { print } = context;
  const found = await call(context, indicatorShow, { id });
  if (flags.json === true) return print(json(found));
  const { sightings, tags, ...facts } = found;
  const rows = { ...facts, state: stateOf(context, found), tags: tags.join(', '), ...sightings };
  for (const [name, value] of Object.entries(rows))
    if (value !== null && value !== '') print(`${name.padEnd(12)} ${printable(String(value))}`);
}

export interface IndicatorAddFlags {
  type?: IndicatorKind;
  source?: string;
  confidence?: number;
  days?: number;
  tlp?: Tlp;
  tag?: string[];
  description?: string;
  json?: boolean;
}

export async function addIndicatorCommand(
  context: CommandContext,
  value: string,
  flags: IndicatorAddFlags,
): Promise<void> {
  const { m, print, complain } = context;
  const { days, tag: tags = [], json: asJson, source = 'manual', description = '', ...rest } = flags;
  const validUntil = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS).toISOString();
  const added = await call(context, indicatorAdd, { ...rest, value, source, description, tags, validUntil });
  if (asJson === true) return print(json(added));
  const { indicator, warning } = added;
  print(m.indicator.added(indicator.id, printable(indicator.value)));
  if (warning === 'shared-address' || warning === 'shared-name')
    complain(m.indicator.warned(printable(indicator.value), m.indicator.warning(warning)));
}

export async function moveIndicatorCommand(
  context: CommandContext,
  act: 'retire' | 'restore',
  id: number,
  flags: { reason: string; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { reason } = flags;
  const operation = act === 'retire' ? indicatorRetire : indicatorRestore;
  const changed = await call(context, operation, { id, reason });
  if (flags.json === true) return print(json(changed));
  const value = printable(changed.value);
  print(act === 'retire' ? m.indicator.retired(value) : m.indicator.restored(value));
}

export async function sightingsCommand(
  context: CommandContext,
  id: number,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { sightings } = await call(context, indicatorSightings, { id });
  if (flags.json === true) return print(json(sightings));
  if (sightings.length === 0) return print(m.indicator.unseen);
  const { columns } = m.indicator;
  formatTable(sightings, [
    { title: columns.host, value: ({ hostname }) => hostname },
    { title: columns.first, value: ({ first }) => time(first) },
    { title: columns.last, value: ({ last }) => time(last) },
    { title: columns.events, value: ({ events }) => String(events), align: 'right' },
    { title: columns.hindsight, value: ({ hindsight }) => String(hindsight), align: 'right' },
  ]).forEach(print);
}

export interface RetroFlags {
  id?: number[];
  source?: string;
  addedSince?: number;
  from?: number;
  to?: number;
  json?: boolean;
}

export async function retroCommand(context: CommandContext, flags: RetroFlags): Promise<void> {
  const { m, print } = context;
  const { id: ids, source, addedSince: addedSinceMs } = flags;
  if (ids === undefined && source === undefined && addedSinceMs === undefined)
    throw new UsageError(m.indicator.retroOfWhat);
  const toMs = flags.to ?? Date.now() + 1;
  const fromMs = flags.from ?? toMs - BACK_DAYS * DAY_MS;
  if (fromMs >= toMs) throw new UsageError(m.hunt.noSpan);
  const job = await call(context, indicatorRetro, { ids, source, addedSinceMs, fromMs, toMs });
  print(flags.json === true ? json(job) : m.indicator.job(job.id));
}
