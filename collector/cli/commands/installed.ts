/** `vonggac installed`: which machines have an agent, which do not, and why; the list goes in and out as CSV. */
import { writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { InstalledMachineView, installedSchema } from '../../api/contract-installed.ts';
import { MACHINE_REASON_WORDS, MACHINE_STATE_WORDS } from '../../api/installed-words.ts';
import { type MachineState, MISSING_STATES } from '../../rollout/judge-installed.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { readNamedText } from '../named-file.ts';
import {
  installedCount,
  installedExport,
  installedImport,
  installedMachines,
  installedRefusals,
  installedRemove,
  installedShow,
} from '../operations/installed.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { tellImported } from './agency-csv.ts';

export interface InstalledFlags {
  agency?: number;
  missing?: boolean;
  state?: MachineState[];
  text?: string;
  csv?: boolean;
  json?: boolean;
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
type Shown = z.infer<typeof installedSchema>;

const numberOf = (value: number | null): string => (value === null ? '-' : String(value));

function tellAgencies({ m, print }: CommandContext, { agencies, totals }: Shown): void {
  const { columns } = m.installed;
  const lines = formatTable(agencies, [
    { title: m.columns.agency, value: ({ agencyName }) => agencyName },
    { title: columns.expected, value: ({ expected }) => numberOf(expected), align: 'right' },
    { title: columns.installed, value: ({ installed }) => String(installed), align: 'right' },
    { title: columns.missing, value: ({ missing }) => numberOf(missing), align: 'right' },
    { title: columns.silent, value: ({ states }) => String(states.silent), align: 'right' },
    { title: columns.outdated, value: ({ states }) => String(states.outdated), align: 'right' },
    { title: columns.unlisted, value: ({ states }) => String(states.unlisted), align: 'right' },
  ]);
  lines.forEach(print);
  for (const agency of agencies) {
    if (!agency.contradiction || agency.counted === null) continue;
    print(m.installed.contradiction(printable(agency.agencyName), agency.listed, agency.counted.machines));
  }
  print(m.installed.totals(totals));
  if (totals.unnamed > 0) print(m.installed.unnamed(totals.unnamed));
}

function tellMachines({ m, language, print }: CommandContext, rows: readonly InstalledMachineView[]): void {
  const { columns } = m.installed;
  const named = ({ hostname, serial, macs }: InstalledMachineView): string =>
    hostname === '' ? serial || (macs[0] ?? '') : hostname;
  const why = (row: InstalledMachineView): string => {
    const { reason, elsewhere, forwardsTo, system } = row;
    const parts = reason === null ? [] : [MACHINE_REASON_WORDS[reason][language]];
    if (reason !== null && reason !== 'forwards' && system !== null)
      parts.push(`${system.name} ${system.version} ${system.arch}`.trim());
    if (forwardsTo !== '') parts.push(`→ ${forwardsTo}`);
    if (elsewhere !== null) parts.push(m.installed.elsewhere(elsewhere.agencyName));
    return parts.join('; ');
  };
  const lines = formatTable(rows, [
    { title: columns.id, value: ({ machineId }) => numberOf(machineId), align: 'right' },
    { title: m.columns.agency, value: ({ agencyName }) => agencyName },
    { title: columns.machine, value: named },
    {
      title: columns.place,
      value: ({ place, label }) => [place, label].filter((text) => text !== '').join(', '),
    },
    { title: columns.person, value: ({ person }) => person ?? '' },
    { title: columns.state, value: ({ state }) => MACHINE_STATE_WORDS[state][language] },
    {
      title: columns.since,
      value: ({ sinceAt }) => (sinceAt === null ? '' : localTime(Date.parse(sinceAt))),
    },
    { title: columns.why, value: why },
  ]);
  lines.forEach(print);
}

export async function installedCommand(context: CommandContext, flags: InstalledFlags): Promise<ExitCode> {
  const { m, language, print } = context;
  const state = flags.missing === true ? [...MISSING_STATES, ...(flags.state ?? [])] : flags.state;
  const filter = { agencyId: flags.agency, state, text: flags.text };
  if (flags.csv === true) {
    print((await call(context, installedExport, { ...filter, language })).replace(/\r\n$/, ''));
    return EXIT.ok;
  }
  const shown = await call(context, installedShow, { agencyId: flags.agency });
  const wantsRows = state !== undefined || flags.text !== undefined || flags.agency !== undefined;
  const rows = wantsRows || flags.json === true ? await call(context, installedMachines, filter) : [];
  if (flags.json === true) {
    print(json({ ...shown, machines: rows }));
    return EXIT.ok;
  }
  if (shown.agencies.length === 0) {
    print(m.installed.nothing);
    return EXIT.ok;
  }
  if (wantsRows) {
    tellMachines(context, rows);
    print('');
  }
  tellAgencies(context, shown);
  if (!wantsRows && (shown.totals.missing ?? 0) > 0) print(m.installed.whichOnes);
  return EXIT.ok;
}

export async function importInstalledCommand(
  context: CommandContext,
  file: string,
  flags: { dryRun?: boolean; replace?: boolean; agency?: number; json?: boolean },
): Promise<ExitCode> {
  const csv = readNamedText(context, file);
  const { dryRun = false, replace = false, agency: agencyId } = flags;
  const done = await call(context, installedImport, { csv, dryRun, replace, agencyId });
  const code = tellImported(context, done, flags);
  if (flags.json !== true && done.removed > 0)
    context.print(context.m.installed.removed(done.removed, dryRun));
  return code;
}

export async function exportInstalledCommand(
  context: CommandContext,
  file: string,
  flags: { agency?: number },
): Promise<void> {
  const { language, m, print } = context;
  const csv = await call(context, installedExport, { agencyId: flags.agency, language });
  // Never over a file that is there; whose machines they are is nobody else's business.
  await writeFile(file, csv, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    throw new UsageError(m.agency.fileUnwritten(file), { cause: error });
  });
  print(m.agency.exported(file));
}

export async function countInstalledCommand(
  context: CommandContext,
  agencyId: number,
  machines: number | null,
  flags: { source?: string },
): Promise<void> {
  await call(context, installedCount, { agencyId, machines, source: flags.source ?? '' });
  context.print(context.m.installed.counted(machines));
}

export async function removeInstalledCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, installedRemove, { id });
  context.print(context.m.installed.taken(id));
}

export async function refusalsCommand(
  context: CommandContext,
  flags: { agency?: number; json?: boolean },
): Promise<void> {
  const { m, language, print } = context;
  const { refusals } = await call(context, installedRefusals, { agencyId: flags.agency });
  if (flags.json === true) return print(json({ refusals }));
  if (refusals.length === 0) return print(m.installed.noRefusal);
  const { columns } = m.installed;
  const lines = formatTable(refusals, [
    { title: columns.last, value: ({ lastAt }) => localTime(Date.parse(lastAt)) },
    { title: m.columns.agency, value: ({ agencyName }) => agencyName },
    { title: columns.machine, value: ({ hostname }) => hostname },
    {
      title: columns.system,
      value: ({ osName, osVersion, arch }) => `${osName} ${osVersion} ${arch}`.trim(),
    },
    { title: columns.why, value: ({ reason }) => MACHINE_REASON_WORDS[reason][language] },
    { title: columns.times, value: ({ times }) => String(times), align: 'right' },
    { title: columns.address, value: ({ address }) => address },
  ]);
  lines.forEach(print);
}
