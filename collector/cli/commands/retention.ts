/** `vonggac retention status | run | proof | deletions | set | budget` */
import { setTimeout } from 'node:timers/promises';
import type { RetentionView, RunStateView, SystemProofView } from '../../api/contract-retention.ts';
import type { RetentionBasis } from '../../retention/law-months.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  retentionBudget,
  retentionDeletions,
  retentionMonths,
  retentionProgress,
  retentionProof,
  retentionRun,
  retentionStatus,
} from '../operations/retention.ts';
import { formatTable } from '../table.ts';

const POLL_MS = 250;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function bytesText({ m }: CommandContext, bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const value = (bytes / 1_024 ** power).toLocaleString(m.retention.locale, { maximumFractionDigits: 1 });
  return `${value} ${UNITS[power] ?? ''}`;
}

function printRules({ m, print }: CommandContext, { rules }: RetentionView): void {
  print(m.retention.rules);
  const lines = formatTable(rules, [
    {
      title: m.retention.columns.basis,
      value: ({ basis }) => (basis === 'unknown' ? m.retention.unknownLevel : basis),
    },
    { title: m.retention.columns.months, value: ({ months }) => String(months), align: 'right' },
    {
      title: m.retention.columns.lawMonths,
      value: ({ lawMonths }) => String(lawMonths ?? '-'),
      align: 'right',
    },
    { title: m.retention.columns.source, value: ({ source }) => source ?? '-' },
  ]);
  lines.forEach(print);
}

function printRoom(context: CommandContext, { agencies, disk, cold }: RetentionView): void {
  const { m, print } = context;
  if (agencies.length > 0) {
    print(`\n${m.retention.usage}`);
    const number = (count: number | null): string => (count ?? '-').toLocaleString(m.retention.locale);
    const lines = formatTable(agencies, [
      { title: m.columns.agency, value: ({ agencyId, agencyName }) => `${agencyId} ${agencyName}` },
      { title: m.retention.columns.day, value: ({ day }) => day ?? '-' },
      { title: m.retention.columns.events, value: ({ events }) => number(events), align: 'right' },
      { title: m.retention.columns.bytes, value: ({ bytes }) => bytesText(context, bytes), align: 'right' },
      {
        title: m.retention.columns.budget,
        value: ({ eventsPerDay, bytesPerDay, isOver }) =>
          [
            ...(eventsPerDay === null ? [] : [number(eventsPerDay)]),
            ...(bytesPerDay === null ? [] : [bytesText(context, bytesPerDay)]),
            ...(isOver ? [m.retention.over] : []),
          ].join(' ') || '-',
      },
    ]);
    lines.forEach(print);
  }
  if (disk === null) return;
  const [free, total, reserve] = [disk.freeBytes, disk.totalBytes, disk.reserveBytes].map((bytes) =>
    bytesText(context, bytes),
  );
  print(`\n${m.retention.disk({ free: free ?? '', total: total ?? '', reserve: reserve ?? '' })}`);
  if (disk.isFull) print(m.retention.diskFull);
  if (disk.daysUntilFull !== null) print(m.retention.forecast(disk.daysUntilFull));
  if (cold === null) return;
  const [bytes, coldFree, coldTotal] = [cold.storedBytes, cold.freeBytes, cold.totalBytes].map((count) =>
    bytesText(context, count),
  );
  print(
    m.retention.cold({ days: cold.days, bytes: bytes ?? '', free: coldFree ?? '', total: coldTotal ?? '' }),
  );
}

export async function retentionStatusCommand(
  context: CommandContext,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const view = await call(context, retentionStatus, {});
  if (flags.json === true) return print(JSON.stringify(view, undefined, 2));
  printRules(context, view);
  if (view.runs.length > 0) {
    print(`\n${m.retention.runs}`);
    const lines = formatTable(view.runs, [
      { title: m.retention.columns.run, value: ({ id }) => String(id), align: 'right' },
      { title: m.retention.columns.started, value: ({ startedAt }) => localTime(Date.parse(startedAt)) },
      { title: m.columns.by, value: ({ actor }) => actor },
      { title: m.columns.state, value: ({ state }) => m.retention.runStates[state] },
      {
        title: m.retention.columns.deleted,
        value: ({ deletedRows }) => deletedRows.toLocaleString(m.retention.locale),
        align: 'right',
      },
      { title: m.retention.columns.message, value: ({ message }) => message },
    ]);
    lines.forEach(print);
  }
  printRoom(context, view);
  print(`\n${m.retention.holds(view.holdsInForce)}`);
  print(m.retention.deletedRows(view.deletedRows));
}

export async function retentionRunCommand(
  context: CommandContext,
  flags: { dryRun?: boolean; yes?: boolean; trustClock?: boolean; json?: boolean },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const { dryRun = false, trustClock = false } = flags;
  if (!dryRun && flags.yes !== true) {
    complain(m.retention.confirm);
    return EXIT.usage;
  }
  let now = await call(context, retentionRun, { dryRun, trustClock });
  let told = '';
  while (now.running) {
    const { progress } = now;
    const text =
      progress === null ? '' : m.retention.progress(progress.daysDone, progress.days, progress.deleted.rows);
    if (text !== told && text !== '') complain(text);
    told = text;
    await setTimeout(POLL_MS);
    now = await call(context, retentionProgress, {});
  }
  if (flags.json === true) print(JSON.stringify(now.last, undefined, 2));
  else printEnd(context, now);
  return now.last?.kind === 'ended' ? EXIT.ok : EXIT.failure;
}

function printEnd({ m, print, complain }: CommandContext, { last }: RunStateView): void {
  if (last === null) return;
  if (last.kind === 'failed') {
    complain(m.retention.failed(last.message));
    return;
  }
  const { deleted, kept, held, unread, daysDropped: dropped } = last.progress;
  const told = { ...deleted, dropped, kept: kept.rows, held: held.rows, unread: unread.rows };
  if (last.isDryRun) print(m.retention.dryRun);
  print(last.isDryRun ? m.retention.wouldRun(told) : m.retention.ran(told));
  if (last.unfinished) print(m.retention.unfinished);
  if (last.isClockHeldBack) print(m.retention.clockHeldBack(last.today));
}

/** Exit code 1 when a system's requirement is not met. */
export async function retentionProofCommand(
  context: CommandContext,
  flags: { day?: string; system?: number; json?: boolean },
): Promise<ExitCode> {
  const { m, print } = context;
  const { proofs } = await call(context, retentionProof, { day: flags.day, systemId: flags.system });
  const exitCode = proofs.every(({ met }) => met) ? EXIT.ok : EXIT.failure;
  if (flags.json === true) {
    print(JSON.stringify(proofs, undefined, 2));
    return exitCode;
  }
  if (proofs.length === 0) {
    print(m.retention.noProofs);
    return EXIT.ok;
  }
  const law = ({ lawMonths, source }: SystemProofView): string =>
    lawMonths === null ? '-' : m.retention.proofLaw(lawMonths, source ?? '');
  const why = ({ reason, missing }: SystemProofView): string =>
    [m.retention.reasons[reason], ...(missing === null ? [] : [m.retention.missing(missing)])].join(': ');
  const lines = formatTable(proofs, [
    { title: m.columns.name, value: ({ systemId, systemName }) => `${systemId} ${systemName}` },
    { title: m.retention.columns.hosts, value: ({ hosts }) => String(hosts), align: 'right' },
    { title: m.retention.columns.lawMonths, value: law },
    { title: m.retention.columns.required, value: ({ requiredFrom }) => requiredFrom ?? '-' },
    { title: m.retention.columns.oldest, value: ({ oldestDay }) => oldestDay ?? '-' },
    { title: m.retention.columns.met, value: ({ met }) => (met ? m.retention.yes : m.retention.no) },
    { title: m.retention.columns.why, value: why },
  ]);
  print(`${m.retention.columns.day}: ${proofs[0]?.day ?? ''}`);
  lines.forEach(print);
  return exitCode;
}

export async function retentionDeletionsCommand(
  context: CommandContext,
  flags: { limit: number; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { deletions } = await call(context, retentionDeletions, { limit: flags.limit });
  if (flags.json === true) return print(JSON.stringify(deletions, undefined, 2));
  const lines = formatTable(deletions, [
    { title: m.retention.columns.day, value: ({ day }) => day },
    {
      title: m.retention.columns.hosts,
      value: ({ agents, agentId }) => agentId ?? String(agents),
      align: 'right',
    },
    {
      title: m.retention.columns.deleted,
      value: ({ rows }) => rows.toLocaleString(m.retention.locale),
      align: 'right',
    },
    { title: m.retention.columns.bytes, value: ({ bytes }) => bytesText(context, bytes), align: 'right' },
    {
      title: m.retention.columns.basis,
      value: ({ policy }) => policy.map(({ basis, months }) => `${basis} (${months})`).join(', '),
    },
    {
      title: m.columns.created,
      value: ({ doneAt, begunAt }) => localTime(Date.parse(doneAt ?? begunAt)),
    },
    { title: m.columns.state, value: ({ state }) => state },
  ]);
  lines.forEach(print);
}

export async function retentionSetCommand(
  context: CommandContext,
  basis: RetentionBasis,
  months: number,
): Promise<void> {
  await call(context, retentionMonths, { basis, months });
  context.print(context.m.retention.monthsSet(basis, months));
}

export async function retentionBudgetCommand(
  context: CommandContext,
  agencyId: number,
  flags: { events?: number; bytes?: number },
): Promise<void> {
  const { events: eventsPerDay = null, bytes: bytesPerDay = null } = flags;
  await call(context, retentionBudget, { agencyId, eventsPerDay, bytesPerDay });
  context.print(context.m.retention.budgetSet(agencyId));
}
