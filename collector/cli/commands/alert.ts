/** `vonggac alert list | show | assign | state | close | bulk` and `vonggac job ...` */
import { z } from 'zod';
import { ASSET_ROLES } from '../../alert/severity-score.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import type { AlertDetail, AlertVerdict } from '../../api/contract-alerts.ts';
import type { JobView } from '../../api/contract-jobs.ts';
import type { JobState } from '../../registry/tables/job.ts';
import { asPerson, type PersonFlags } from '../as-person.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  alertBulk,
  alertBulkPreview,
  alertChange,
  alertList,
  alertShow,
  jobCancel,
  jobDecide,
  jobList,
  jobShow,
  jobUndo,
} from '../operations/alert.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { type AlertFilterFlags, orderedQuery, queryOf } from './alert-filter-flags.ts';

export interface AlertListFlags extends AlertFilterFlags {
  sort?: string;
  limit?: number;
  json?: boolean;
}

export interface CloseFlags {
  verdict: AlertVerdict;
  reason: string;
  duplicateOf?: string;
  json?: boolean;
}

export interface BulkFlags extends AlertFilterFlags {
  close?: AlertVerdict;
  assign?: string;
  addTag?: string[];
  removeTag?: string[];
  reason: string;
  yes?: boolean;
  json?: boolean;
}

export async function listAlertsCommand(
  context: CommandContext,
  { sort, limit, json, ...flags }: AlertListFlags,
): Promise<void> {
  const { m, print, language } = context;
  const query = { ...orderedQuery(flags, sort), ...(limit === undefined ? {} : { limit }) };
  const page = await call(context, alertList, { query });
  if (json === true) return print(JSON.stringify(page.alerts, undefined, 2));
  if (page.alerts.length === 0) return print(m.alert.none);
  const lines = formatTable(page.alerts, [
    { title: m.columns.id, value: ({ id }) => id },
    { title: m.alert.columns.severity, value: ({ severity }) => m.severities[severity] },
    { title: m.columns.state, value: ({ state }) => m.alert.states[state] },
    {
      title: m.alert.columns.title,
      value: ({ title, titleVi }) => printable(language === 'vi' ? (titleVi ?? title) : title).slice(0, 60),
    },
    { title: m.columns.host, value: ({ hostname, hosts }) => printable(hostname ?? m.alert.hosts(hosts)) },
    { title: m.alert.columns.count, value: ({ count }) => String(count), align: 'right' },
    { title: m.alert.columns.assignee, value: ({ assignee }) => printable(assignee ?? '-') },
    {
      title: m.alert.columns.due,
      value: ({ dueAt, overdue }) =>
        dueAt === null ? '-' : `${overdue ? '! ' : ''}${localTime(Date.parse(dueAt))}`,
    },
  ]);
  lines.forEach(print);
  if (page.next !== null) print(m.alert.more);
}

export async function showAlertCommand(
  context: CommandContext,
  id: string,
  { json }: { json?: boolean },
): Promise<void> {
  printAlert(context, await call(context, alertShow, { id }), json);
}

type WhyPart = AlertDetail['severityWhy']['parts'][number];

/** Words of ours in the language of who reads; names stay as they are. */
function partValue({ m, language }: CommandContext, { part, value, valueVi }: WhyPart): string {
  const { alert, severities } = m;
  const severity = severitySchema.safeParse(value);
  if (part === 'rule' && severity.success) return severities[severity.data];
  const role = z.enum(ASSET_ROLES).safeParse(value);
  if (part === 'asset-role' && role.success) return alert.roles[role.data];
  return language === 'vi' ? (valueVi ?? value) : value;
}

function printAlert(context: CommandContext, alert: AlertDetail, json?: boolean): void {
  const { m, print, language } = context;
  if (json === true) return print(JSON.stringify(alert, undefined, 2));
  const title = language === 'vi' ? (alert.titleVi ?? alert.title) : alert.title;
  const state = `${m.alert.states[alert.state]}${alert.verdict === null ? '' : `, ${m.alert.verdicts[alert.verdict]}`}`;
  print(printable(`${title} (${m.severities[alert.severity]})`));
  print(
    printable(
      `${state}, ${m.alert.version(alert.version)}${alert.assignee === null ? '' : `, ${alert.assignee}`}`,
    ),
  );
  const [about, advice] =
    language === 'vi'
      ? [alert.descriptionVi ?? alert.description, alert.adviceVi ?? alert.advice]
      : [alert.description, alert.advice];
  if (about !== '') print(printable(about));
  if (advice !== null) print(printable(`${m.alert.advice} ${advice}`));
  for (const [field, value] of Object.entries(alert.entity)) print(printable(`  ${field}: ${value}`));
  print(m.alert.why(alert.severityWhy.score));
  for (const why of alert.severityWhy.parts) {
    const { part, points } = why;
    print(
      printable(`  ${points >= 0 ? '+' : ''}${points}  ${m.alert.parts[part]}: ${partValue(context, why)}`),
    );
  }
  print(
    m.alert.seen(localTime(Date.parse(alert.firstSeen)), localTime(Date.parse(alert.lastSeen)), alert.count),
  );
  for (const { field, distinct, atLeast, values } of alert.distinct) {
    const some = values.slice(0, 5).map(({ value, count }) => `${value} (${count})`);
    const count = distinct > 1 || atLeast ? ` ${distinct}${atLeast ? '+' : ''}:` : '';
    print(printable(`  ${field}:${count} ${some.join(', ')}`));
  }
  if (alert.earlier.length > 0) print(m.alert.earlier);
  for (const { id, verdict, stateReason } of alert.earlier) {
    print(printable(`  ${id} ${verdict === null ? '-' : m.alert.verdicts[verdict]} ${stateReason ?? ''}`));
  }
  for (const { time, hostname, message, matched } of alert.detections.slice(0, 5)) {
    print(printable(`${localTime(Date.parse(time))} ${hostname} ${message}`));
    print(`  ${printableJson(matched)}`);
  }
}

export async function assignAlertCommand(
  context: CommandContext,
  id: string,
  username: string,
  { json }: { json?: boolean },
): Promise<void> {
  const assignee = username === 'none' ? null : username;
  printAlert(context, await call(context, alertChange, { id, change: { assignee } }), json);
}

export async function moveAlertCommand(
  context: CommandContext,
  id: string,
  state: 'new' | 'acknowledged' | 'in-progress',
  { json, reason }: { json?: boolean; reason?: string },
): Promise<void> {
  printAlert(context, await call(context, alertChange, { id, change: { state, reason } }), json);
}

export async function closeAlertCommand(
  context: CommandContext,
  id: string,
  { verdict, reason, duplicateOf, json }: CloseFlags,
): Promise<void> {
  const change = { state: 'closed', verdict, reason, duplicateOf } as const;
  printAlert(context, await call(context, alertChange, { id, change }), json);
}

/** Says what it would do; does it only with --yes. */
export async function bulkAlertsCommand(context: CommandContext, flags: BulkFlags): Promise<ExitCode> {
  const { m, print } = context;
  const { close, assign, addTag, removeTag, reason, yes, json } = flags;
  if ([close, assign, addTag, removeTag].every((act) => act === undefined))
    throw new UsageError(m.alert.bulkNeeds);
  const act = {
    ...(close === undefined ? {} : { state: 'closed' as const, verdict: close }),
    ...(assign === undefined ? {} : { assignee: assign === 'none' ? null : assign }),
    addTags: addTag,
    removeTags: removeTag,
  };
  const input = { query: queryOf(flags), act, reason };
  if (yes === true) {
    const job = await call(context, alertBulk, input);
    if (json === true) print(JSON.stringify(job, undefined, 2));
    else printJob(context, job);
    return EXIT.ok;
  }
  const preview = await call(context, alertBulkPreview, input);
  if (json === true) print(JSON.stringify(preview, undefined, 2));
  else {
    print(m.alert.preview(preview.total, preview.changes));
    for (const [why, count] of Object.entries(preview.skipped)) print(`  ${m.job.why(why)}: ${count}`);
    if (preview.needsApproval.length > 0)
      print(m.job.second(preview.needsApproval.map(m.job.why).join(', ')));
    print(m.alert.sayYes);
  }
  return EXIT.ok;
}

export function printJob({ m, print }: CommandContext, job: JobView): void {
  print(
    printable(
      `${job.id} ${job.kind}: ${m.job.states[job.state]}, ${m.job.progress(job.done, job.total, job.changed)}`,
    ),
  );
  for (const [why, count] of Object.entries(job.skipped)) print(`  ${m.job.why(why)}: ${count}`);
  if (job.state === 'waiting') print(m.job.second(job.needsApproval.map(m.job.why).join(', ')));
  if (job.error !== null) print(printable(job.error));
}

export async function listJobsCommand(
  context: CommandContext,
  { state, json }: { state?: JobState; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { jobs } = await call(context, jobList, { state });
  if (json === true) return print(JSON.stringify(jobs, undefined, 2));
  if (jobs.length === 0) return print(m.job.none);
  const lines = formatTable(jobs, [
    { title: m.columns.id, value: ({ id }) => id },
    { title: m.job.columns.kind, value: ({ kind }) => kind },
    { title: m.columns.state, value: (job) => m.job.states[job.state] },
    { title: m.job.columns.done, value: ({ done, total }) => `${done}/${total}`, align: 'right' },
    { title: m.job.columns.changed, value: ({ changed }) => String(changed), align: 'right' },
    { title: m.job.columns.by, value: ({ requestedBy }) => printable(requestedBy) },
    { title: m.job.columns.at, value: ({ requestedAt }) => localTime(Date.parse(requestedAt)) },
  ]);
  lines.forEach(print);
}

export async function showJobCommand(
  context: CommandContext,
  id: string,
  { json }: { json?: boolean },
): Promise<void> {
  const job = await call(context, jobShow, { id });
  if (json === true) context.print(JSON.stringify(job, undefined, 2));
  else printJob(context, job);
}

export async function decideJobCommand(
  context: CommandContext,
  id: string,
  approve: boolean,
  { reason, ...person }: PersonFlags & { reason?: string },
): Promise<void> {
  printJob(
    context,
    await asPerson(context, person, (who) => call(context, jobDecide, { id, approve, reason, person: who })),
  );
}

export async function cancelJobCommand(context: CommandContext, id: string): Promise<void> {
  printJob(context, await call(context, jobCancel, { id }));
}

export async function undoJobCommand(
  context: CommandContext,
  id: string,
  { reason }: { reason: string },
): Promise<void> {
  printJob(context, await call(context, jobUndo, { id, reason }));
}
