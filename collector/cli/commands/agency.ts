/** `vonggac agency list | show | create | change | add-code | end-code | responsible` */
import type { AgencyView } from '../../api/contract-agencies.ts';
import type { AgencyKind } from '../../registry/tables/agency.ts';
import { call, type CommandContext } from '../command.ts';
import {
  agencyChange,
  agencyCodeAdd,
  agencyCodeEnd,
  agencyCreate,
  agencyList,
  agencyResponsible,
  agencyShow,
} from '../operations/agency.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

function printAgencies({ m, print }: CommandContext, agencies: readonly AgencyView[]): void {
  const lines = formatTable(agencies, [
    { title: m.columns.id, value: (agency) => String(agency.id), align: 'right' },
    { title: m.columns.name, value: (agency) => agency.name },
    { title: m.agency.columns.shortName, value: (agency) => agency.shortName },
    { title: m.columns.kind, value: (agency) => m.kinds[agency.kind] },
    { title: m.columns.parent, value: (agency) => String(agency.parentId ?? '-'), align: 'right' },
    { title: m.agency.columns.ended, value: (agency) => agency.endedOn ?? '' },
  ]);
  lines.forEach(print);
}

export async function listAgenciesCommand(
  context: CommandContext,
  flags: { json?: boolean; text?: string; asOf?: string; ended?: boolean },
): Promise<void> {
  const { text, asOf, ended: withEnded } = flags;
  const agencies = await call(context, agencyList, { text, asOf, withEnded });
  if (flags.json === true) context.print(json(agencies));
  else printAgencies(context, agencies);
}

export async function showAgencyCommand(
  context: CommandContext,
  id: number,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const agency = await call(context, agencyShow, { id });
  if (flags.json === true) return print(json(agency));
  const span = (from: string | null, to: string | null): string => `${from ?? '…'} – ${to ?? '…'}`;
  print(`${agency.id} ${printable(agency.name)} (${m.kinds[agency.kind]})`);
  for (const { name, shortName, parentId, from, to } of agency.periods) {
    print(m.agency.period(span(from, to), printable(name), printable(shortName), parentId));
  }
  for (const { id: codeId, code, form, from, to } of agency.codes) {
    print(m.agency.code(codeId, code, form, span(from, to)));
  }
  for (const { id: other, name, on } of agency.predecessors)
    print(m.agency.tookOver(other, printable(name), on));
  for (const { id: other, name, on } of agency.successors)
    print(m.agency.takenOver(other, printable(name), on));
}

export async function createAgencyCommand(
  context: CommandContext,
  name: string,
  flags: { kind: AgencyKind; parent?: number; shortName?: string; began?: string },
): Promise<void> {
  const { kind, parent: parentId, shortName, began: beganOn } = flags;
  const agency = await call(context, agencyCreate, { name, kind, parentId, shortName, beganOn });
  context.print(context.m.agencyCreated({ id: agency.id, name: printable(agency.name) }));
}

export async function changeAgencyCommand(
  context: CommandContext,
  id: number,
  flags: { name?: string; kind?: AgencyKind; parent?: number; shortName?: string },
): Promise<void> {
  const { name, kind, parent: parentId, shortName } = flags;
  const agency = await call(context, agencyChange, { id, name, kind, parentId, shortName });
  context.print(context.m.agency.changed(agency.id, printable(agency.name)));
}

export async function addCodeCommand(
  context: CommandContext,
  id: number,
  code: string,
  flags: { from?: string; to?: string; replaces?: boolean },
): Promise<void> {
  const added = await call(context, agencyCodeAdd, { id, code, ...flags });
  context.print(context.m.agency.codeAdded(added.id, added.code, added.form));
}

export async function endCodeCommand(
  context: CommandContext,
  id: number,
  codeId: number,
  flags: { on: string },
): Promise<void> {
  const ended = await call(context, agencyCodeEnd, { id, codeId, on: flags.on });
  context.print(context.m.agency.codeEnded(ended.code, flags.on));
}

export async function responsibleCommand(
  context: CommandContext,
  id: number,
  flags: { on: string; json?: boolean },
): Promise<void> {
  const agencies = await call(context, agencyResponsible, { id, on: flags.on });
  if (flags.json === true) context.print(json(agencies));
  else printAgencies(context, agencies);
}
