/** `vonggac notify roster | escalation`: who is on duty, and who is told until somebody acknowledges. */
import { call, type CommandContext } from '../command.ts';
import { readJsonFile } from '../json-file.ts';
import { localTime } from '../local-time.ts';
import {
  escalationList,
  escalationSet,
  escalationShow,
  planRemove,
  rosterList,
  rosterOnDuty,
  rosterSet,
  rosterShow,
} from '../operations/oncall.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

interface JsonFlags {
  json?: boolean;
}

export async function listRostersCommand(context: CommandContext, { json }: JsonFlags): Promise<void> {
  const { m, print } = context;
  const rosters = await call(context, rosterList, {});
  if (json === true) return print(JSON.stringify(rosters, undefined, 2));
  const { columns, noRosters } = m.notify.oncall;
  if (rosters.length === 0) return print(noRosters);
  formatTable(rosters, [
    { title: m.notify.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.notify.columns.name, value: ({ name }) => name },
    { title: columns.agency, value: ({ agencyId }) => String(agencyId), align: 'right' },
    { title: columns.layers, value: ({ settings }) => String(settings.layers.length), align: 'right' },
    {
      title: columns.people,
      value: ({ settings }) =>
        [...new Set(settings.layers.flatMap(({ people }) => people.map(({ name }) => name)))].join(', '),
    },
  ]).forEach(print);
}

export async function listEscalationsCommand(context: CommandContext, { json }: JsonFlags): Promise<void> {
  const { m, print } = context;
  const escalations = await call(context, escalationList, {});
  if (json === true) return print(JSON.stringify(escalations, undefined, 2));
  const { columns, noEscalations, step } = m.notify.oncall;
  if (escalations.length === 0) return print(noEscalations);
  formatTable(escalations, [
    { title: m.notify.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.notify.columns.name, value: ({ name }) => name },
    { title: columns.agency, value: ({ agencyId }) => String(agencyId), align: 'right' },
    { title: m.notify.columns.from, value: ({ settings }) => settings.severityMin },
    {
      title: columns.enabled,
      value: ({ settings }) => (settings.enabled ? m.notify.oncall.yes : m.notify.oncall.no),
    },
    {
      title: columns.steps,
      value: ({ settings }) =>
        settings.steps
          .map(({ afterMinutes, channelId, rosterId }) => step(afterMinutes, channelId, rosterId))
          .join('; '),
    },
  ]).forEach(print);
}

/** As the file that `set` takes: set again, it changes nothing that somebody changed meanwhile. */
export async function showPlanCommand(
  context: CommandContext,
  kind: 'roster' | 'escalation',
  plan: string,
): Promise<void> {
  const found =
    kind === 'roster'
      ? await call(context, rosterShow, { plan })
      : await call(context, escalationShow, { plan });
  const { name, agencyId, version, settings } = found;
  context.print(JSON.stringify({ name, agencyId, version, settings }, undefined, 2));
}

export async function setPlanCommand(
  context: CommandContext,
  kind: 'roster' | 'escalation',
  file: string,
): Promise<void> {
  const { unreadable, set } = context.m.notify.oncall;
  const { id, name } =
    kind === 'roster'
      ? await call(context, rosterSet, readJsonFile(context, file, rosterSet.input, unreadable))
      : await call(context, escalationSet, readJsonFile(context, file, escalationSet.input, unreadable));
  context.print(set(id, printable(name)));
}

export async function removePlanCommand(
  context: CommandContext,
  kind: 'roster' | 'escalation',
  plan: string,
): Promise<void> {
  await call(context, planRemove, { kind, plan });
  context.print(context.m.notify.oncall.removed(printable(plan)));
}

export async function onDutyCommand(
  context: CommandContext,
  plan: string,
  { at, json }: JsonFlags & { at?: string },
): Promise<void> {
  const { m, print } = context;
  if (at !== undefined && Number.isNaN(Date.parse(at))) throw new UsageError(m.usageError.notTime(at));
  const asked = at === undefined ? {} : { at: new Date(at).toISOString() };
  const found = await call(context, rosterOnDuty, { plan, ...asked });
  if (json === true) return print(JSON.stringify(found, undefined, 2));
  const when = localTime(Date.parse(found.at));
  if (found.person === null) return print(m.notify.oncall.nobody(when));
  const { name, phone, email } = found.person;
  print(printable([when, name, phone, email].filter((one) => one !== undefined).join('  ')));
}
