/** `vonggac agency merge | split | rename | changes | cancel | reverse` */
import { z } from 'zod';
import { type ChangePlan, changePlanSchema } from '../../agency/change-plan.ts';
import type { ChangePreviewView } from '../../api/contract-agency-changes.ts';
import type { AgencyKind } from '../../registry/tables/agency.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  agencyChangeCancel,
  agencyChangeList,
  agencyChangePlan,
  agencyChangePreview,
  agencyChangeReverse,
  agencyChangeReversePreview,
} from '../operations/agency-change.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { readNamedText } from '../named-file.ts';

export interface ActFlags {
  on: string;
  reason: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export interface MergeFlags extends ActFlags {
  from: number[];
  into?: number;
  newName?: string;
  newShortName?: string;
  kind?: AgencyKind;
  parent?: number;
  code?: string[];
  mergeTwins?: boolean;
}

const PLACES_MAX = 20;
const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

function printPreview({ m, print }: CommandContext, preview: ChangePreviewView): void {
  const { preview: said } = m.agency;
  for (const { name } of preview.begins) print(said.begins(printable(name)));
  for (const { id, name } of preview.ends.slice(0, PLACES_MAX)) print(said.ends(id, printable(name)));
  for (const { id, name } of preview.moves.slice(0, PLACES_MAX)) print(said.moves(id, printable(name)));
  for (const { id, name } of preview.renames) print(said.renames(id, printable(name)));
  const more = Math.max(0, preview.ending - PLACES_MAX) + Math.max(0, preview.moving - PLACES_MAX);
  if (more > 0) print(said.more(more));
  for (const { systemId, newName } of preview.systemRenames)
    print(said.systemRenamed(systemId, printable(newName)));
  const lines = formatTable(preview.holdings, [
    { title: said.columns.kind, value: ({ kind }) => said.kinds[kind] ?? kind },
    {
      title: said.columns.fate,
      value: ({ fate, part }) => `${said.fates[fate]}${part === null ? '' : ` (${part})`}`,
    },
    { title: said.columns.count, value: ({ count }) => String(count), align: 'right' },
    {
      title: said.columns.sample,
      value: ({ sample }) =>
        sample
          .slice(0, 3)
          .map(({ label }) => label)
          .join(', '),
    },
  ]);
  if (preview.holdings.length > 0) lines.forEach(print);
  for (const { message } of preview.conflicts) print(said.conflict(printable(message)));
  print(preview.conflicts.length === 0 ? said.canBeDone : said.cannotBeDone(preview.conflicts.length));
}

async function act(context: CommandContext, plan: ChangePlan, flags: ActFlags): Promise<ExitCode> {
  const { m, print, complain } = context;
  if (flags.dryRun === true) {
    const preview = await call(context, agencyChangePreview, plan);
    if (flags.json === true) print(json(preview));
    else printPreview(context, preview);
    return preview.conflicts.length === 0 ? EXIT.ok : EXIT.failure;
  }
  if (flags.yes !== true) {
    complain(m.agency.sayYes);
    return EXIT.usage;
  }
  const change = await call(context, agencyChangePlan, plan);
  if (flags.json === true) print(json(change));
  else print(m.agency.planned(change.id, change.on, change.state === 'applied'));
  return EXIT.ok;
}

export async function mergeCommand(context: CommandContext, flags: MergeFlags): Promise<ExitCode> {
  const { from: sources, into, newName, newShortName: shortName, kind, parent: parentId, on, reason } = flags;
  const { m } = context;
  if ((into === undefined) === (newName === undefined)) throw new UsageError(m.agency.intoOrNew);
  if (newName !== undefined && kind === undefined) throw new UsageError(m.agency.kindMissing);
  const codes = flags.code?.map((code) => ({ code }));
  const target =
    into === undefined ? { name: newName, shortName, kind, parentId, codes } : { agencyId: into, codes };
  const twins = flags.mergeTwins === true ? 'merge' : 'refuse';
  const plan = changePlanSchema.parse({ kind: 'merge', on, sources, into: target, twins, reason });
  return act(context, plan, flags);
}

export async function splitCommand(
  context: CommandContext,
  source: number,
  flags: ActFlags & { plan: string },
): Promise<ExitCode> {
  let told: unknown;
  try {
    told = JSON.parse(readNamedText(context, flags.plan));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(context.m.agency.planUnread(flags.plan), { cause: error });
  }
  const { on, reason } = flags;
  const plan = changePlanSchema.safeParse({
    ...z.record(z.string(), z.unknown()).parse(told),
    kind: 'split',
    source,
    on,
    reason,
  });
  if (!plan.success) {
    const [issue] = plan.error.issues;
    throw new UsageError(`${flags.plan}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return act(context, plan.data, flags);
}

export async function renameCommand(
  context: CommandContext,
  agencyId: number,
  name: string,
  flags: ActFlags & { shortName?: string; code?: string[] },
): Promise<ExitCode> {
  const { on, reason, shortName } = flags;
  const codes = flags.code?.map((code) => ({ code }));
  const plan = changePlanSchema.parse({ kind: 'rename', on, agencyId, name, shortName, codes, reason });
  return act(context, plan, flags);
}

export async function listChangesCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const changes = await call(context, agencyChangeList, {});
  if (flags.json === true) return print(json(changes));
  const lines = formatTable(changes, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.agency.columns.on, value: ({ on }) => on },
    { title: m.columns.kind, value: ({ kind }) => m.agency.changeKinds[kind] },
    { title: m.columns.state, value: ({ state }) => m.agency.changeStates[state] },
    { title: m.columns.by, value: ({ createdBy }) => createdBy },
    {
      title: m.agency.columns.reason,
      value: ({ plan, problem }) => (problem === '' ? plan.reason : problem),
    },
  ]);
  lines.forEach(print);
}

export async function cancelChangeCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, agencyChangeCancel, { id });
  context.print(context.m.agency.cancelled(id));
}

export async function reverseCommand(
  context: CommandContext,
  id: number,
  flags: { dryRun?: boolean; yes?: boolean; skipMoved?: boolean; json?: boolean },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  if (flags.dryRun === true) {
    const preview = await call(context, agencyChangeReversePreview, { id });
    if (flags.json === true) print(json(preview));
    else {
      for (const [kind, count] of Object.entries(preview.returning)) {
        print(m.agency.returns(m.agency.preview.kinds[kind] ?? kind, count));
      }
      for (const { message } of preview.conflicts) print(m.agency.preview.conflict(printable(message)));
      if (preview.conflicts.length === 0) print(m.agency.preview.canBeDone);
    }
    return preview.conflicts.length === 0 ? EXIT.ok : EXIT.failure;
  }
  if (flags.yes !== true) {
    complain(m.agency.sayYes);
    return EXIT.usage;
  }
  await call(context, agencyChangeReverse, { id, skipMoved: flags.skipMoved ?? false });
  print(m.agency.reversed(id));
  return EXIT.ok;
}
