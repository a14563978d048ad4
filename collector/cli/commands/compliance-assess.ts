/** `vonggac compliance assess | trend | snapshots`: how systems stand, and what was kept of it. */
import type { AssessmentView } from '../../api/contract-compliance-assessment.ts';
import type { Result } from '../../compliance/evidence/evidence-kind.ts';
import { STATUSES, type Status } from '../../compliance/status.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  complianceAssess,
  complianceAssessSystem,
  complianceSnapshotProve,
  complianceSnapshots,
  complianceSnapshotTake,
  complianceTrend,
} from '../operations/compliance-assessment.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface AssessFlags {
  agency?: number;
  at?: number;
  day?: string;
  result?: Result;
  limit?: number;
  from?: string;
  to?: string;
  json?: boolean;
}

const FINDINGS_SHOWN = 50;
/** What needs work first. */
const ORDER: readonly Status[] = [
  'not-met',
  'partly',
  'not-assessed',
  'excepted',
  'met',
  'provider',
  'not-applicable',
];

const percent = (value: number | null): string => (value === null ? '-' : `${value} %`);
/** With an agent, of those that the dossier has. */
const hostsOf = ({ hosts, hostsExpected }: { hosts: number; hostsExpected: number | null }): string =>
  hostsExpected === null ? String(hosts) : `${hosts}/${hostsExpected}`;
const when = (iso: string): string => localTime(Date.parse(iso));

export async function assessCommand(
  context: CommandContext,
  systemId: number | undefined,
  { agency, at, json }: AssessFlags,
): Promise<void> {
  const { m, print, language } = context;
  const t = m.complianceAssess;
  if (systemId !== undefined) {
    if (agency !== undefined) throw new UsageError(t.eitherSystemOrAgency);
    const view = await call(context, complianceAssessSystem, { systemId, atMs: at });
    return json === true ? print(printableJson(view)) : describeSystem(view, context);
  }
  const view = await call(context, complianceAssess, { agencyId: agency, atMs: at });
  if (json === true) return print(printableJson(view));
  if (view.systems.length === 0) return print(t.noSystems);
  formatTable(view.systems, [
    { title: t.columns.id, value: (one) => String(one.systemId), align: 'right' },
    { title: t.columns.system, value: (one) => printable(one.systemName) },
    { title: t.columns.level, value: (one) => String(one.level ?? t.undecided) },
    { title: t.columns.score, value: (one) => percent(one.score?.percent ?? null), align: 'right' },
    {
      title: t.columns.coverage,
      value: (one) => percent(one.score?.coveragePercent ?? null),
      align: 'right',
    },
    { title: t.statuses['not-met'], value: (one) => String(one.score?.notMet ?? '-'), align: 'right' },
    { title: t.statuses.partly, value: (one) => String(one.score?.partly ?? '-'), align: 'right' },
    {
      title: t.statuses['not-assessed'],
      value: (one) => String(one.score?.notAssessed ?? '-'),
      align: 'right',
    },
    { title: t.columns.hosts, value: hostsOf, align: 'right' },
  ]).forEach(print);
  for (const one of view.systems)
    if (one.hostsExpected !== null && one.hosts > one.hostsExpected)
      print(`${printable(one.systemName)}: ${one.hostsText[language]}`);
  if (view.sharedHosts > 0) print(t.shared(view.sharedHosts));
}

function describeSystem(view: AssessmentView, { m, print, language }: CommandContext): void {
  const t = m.complianceAssess;
  const level = view.level === null ? t.undecided : String(view.level);
  print(t.heading(printable(view.systemName), level, view.profile, when(view.at)));
  print(t.hosts(view.hosts, view.hostsReporting, view.sharedHosts));
  print(view.hostsText[language]);
  print(t.score(view.score.arithmetic, percent(view.score.coveragePercent)));
  print(
    STATUSES.map(
      (status) => `${view.controls.filter((one) => one.status === status).length} ${t.statuses[status]}`,
    ).join(', '),
  );
  for (const status of ORDER) {
    const controls = view.controls.filter((one) => one.status === status);
    if (controls.length === 0 || status === 'met') continue;
    print('');
    print(`${t.statuses[status]}:`);
    for (const { id, title, reason, until } of controls) {
      const why = reason === null ? '' : `: ${reason.text[language]}`;
      const end = until === null ? '' : ` (${t.until(when(until))})`;
      print(printable(`  ${id}  ${title[language]}${end}${why}`));
    }
  }
}

export async function trendCommand(
  context: CommandContext,
  systemId: number,
  { from, to, json }: AssessFlags,
): Promise<void> {
  const { m, print } = context;
  const t = m.complianceAssess;
  const { days, ...rest } = await call(context, complianceTrend, { systemId, from, to });
  if (json === true) return print(printableJson({ ...rest, days }));
  if (days.length === 0) return print(t.noSnapshots);
  formatTable(days, [
    { title: t.columns.day, value: ({ day }) => day },
    { title: t.columns.level, value: ({ level }) => String(level ?? t.undecided) },
    { title: t.columns.score, value: ({ score }) => percent(score.percent), align: 'right' },
    { title: t.columns.coverage, value: ({ score }) => percent(score.coveragePercent), align: 'right' },
    { title: t.statuses['not-met'], value: ({ score }) => String(score.notMet), align: 'right' },
    { title: t.statuses.partly, value: ({ score }) => String(score.partly), align: 'right' },
    { title: t.columns.hosts, value: hostsOf, align: 'right' },
  ]).forEach(print);
}

export async function snapshotsCommand(
  context: CommandContext,
  { limit = FINDINGS_SHOWN, json }: AssessFlags,
): Promise<void> {
  const { m, print } = context;
  const t = m.complianceAssess;
  const { runs, running } = await call(context, complianceSnapshots, { limit });
  if (json === true) return print(printableJson({ running, runs }));
  if (running) print(t.running);
  if (runs.length === 0) return print(t.noSnapshots);
  formatTable(runs, [
    { title: t.columns.day, value: ({ day }) => day },
    { title: t.columns.run, value: ({ run }) => String(run), align: 'right' },
    { title: t.columns.taken, value: ({ at }) => when(at) },
    { title: t.columns.by, value: ({ actor }) => printable(actor) },
    { title: t.columns.systems, value: ({ systems }) => String(systems), align: 'right' },
    { title: t.columns.digest, value: ({ digest }) => digest.slice(0, 16) },
  ]).forEach(print);
}

export async function snapshotTakeCommand(context: CommandContext, { json }: AssessFlags): Promise<ExitCode> {
  const proof = await call(context, complianceSnapshotTake, {});
  return tellProof(context, proof, json === true);
}

export async function snapshotProveCommand(
  context: CommandContext,
  day: string,
  { json }: AssessFlags,
): Promise<ExitCode> {
  return tellProof(context, await call(context, complianceSnapshotProve, { day }), json === true);
}

function tellProof(
  { m, print }: CommandContext,
  proof: Awaited<ReturnType<typeof complianceSnapshotProve.run>>,
  json: boolean,
): ExitCode {
  const t = m.complianceAssess;
  if (json) print(printableJson(proof));
  else {
    print(t.kept(proof.day, proof.run, proof.systems, proof.digest));
    if (proof.proved) print(t.proved(proof.auditSeq ?? 0));
    else print(t.notProved(proof.changed.join(', '), proof.auditSeq !== null));
  }
  return proof.proved ? EXIT.ok : EXIT.failure;
}
