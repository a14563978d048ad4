/** `vonggac agency list | create` */
import type { AgencyKind } from '../../registry/tables/agency.ts';
import { call, type CommandContext } from '../command.ts';
import { agencyCreate, agencyList } from '../operations/agency.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export async function listAgenciesCommand(
  context: CommandContext,
  options: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const agencies = await call(context, agencyList, {});
  if (options.json === true) {
    print(JSON.stringify(agencies, undefined, 2));
    return;
  }
  const lines = formatTable(agencies, [
    { title: m.columns.id, value: (agency) => String(agency.id), align: 'right' },
    { title: m.columns.name, value: (agency) => agency.name },
    { title: m.columns.kind, value: (agency) => m.kinds[agency.kind] },
    { title: m.columns.parent, value: (agency) => String(agency.parentId ?? '-'), align: 'right' },
  ]);
  lines.forEach(print);
}

export async function createAgencyCommand(
  context: CommandContext,
  name: string,
  options: { kind: AgencyKind; parent?: number },
): Promise<void> {
  const agency = await call(context, agencyCreate, { name, kind: options.kind, parentId: options.parent });
  context.print(context.m.agencyCreated({ id: agency.id, name: printable(agency.name) }));
}
