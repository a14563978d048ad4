/** `vonggac exception list | show | history | request | simulate | approve | reject | withdraw | revoke | extend` */
import {
  exceptionBodySchema,
  type ExceptionBody,
  type ExceptionDetail,
} from '../../api/contract-exceptions.ts';
import { simulationSchema } from '../../exceptions/simulation.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  exceptionApprove,
  exceptionExtend,
  exceptionHistory,
  exceptionList,
  exceptionReject,
  exceptionRequest,
  exceptionRevoke,
  exceptionShow,
  exceptionSimulate,
  exceptionWithdraw,
} from '../operations/exception.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { asPerson, type PersonFlags } from '../as-person.ts';
import { followJob } from './follow-job.ts';
import { readNamedText } from '../named-file.ts';

const DAYS = 30;
const CELLS_SHOWN = 20;

interface Json {
  json?: boolean;
}

export interface ExceptionListFlags extends Json {
  state?: string;
  kind?: string;
  rule?: string;
  agency?: number;
  due?: boolean;
  limit?: number;
}

export interface ExceptionDraftFlags extends Json {
  name?: string;
  kind?: string;
  field?: string[];
  condition?: string;
  alert?: string;
  alertField?: string[];
  window?: string;
  rule?: string[];
  category?: string[];
  allRules?: boolean;
  takesAll?: boolean;
  agency?: number;
  host?: string;
  group?: string;
  reason?: string;
  starts?: string;
  expires?: string;
  review?: string;
}

const when = (iso: string): string => localTime(Date.parse(iso));

export async function listExceptionsCommand(
  context: CommandContext,
  { json, due, rule, agency, ...flags }: ExceptionListFlags,
): Promise<void> {
  const { m, print } = context;
  const words = { ...flags, ruleId: rule, agencyId: agency, due: due === true ? 'soon' : undefined };
  const query = Object.fromEntries(
    Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const page = await call(context, exceptionList, { query });
  if (json === true) return print(JSON.stringify(page.exceptions, undefined, 2));
  if (page.exceptions.length === 0) return print(m.exception.none);
  const lines = formatTable(page.exceptions, [
    { title: m.columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: m.columns.state, value: ({ state }) => m.exception.states[state] },
    { title: m.exception.columns.name, value: ({ name }) => printable(name).slice(0, 50) },
    {
      title: m.exception.columns.covers,
      value: ({ rules, categories }) =>
        printable((rules ?? categories ?? [m.exception.allRules]).join(', ')).slice(0, 40),
    },
    { title: m.exception.columns.hidden, value: ({ hidden }) => String(hidden), align: 'right' },
    {
      title: m.exception.columns.expires,
      value: ({ expiresAt, due: isDue }) => `${isDue ? '! ' : ''}${when(expiresAt)}`,
    },
    { title: m.exception.columns.by, value: ({ requestedBy }) => printable(requestedBy) },
  ]);
  lines.forEach(print);
  if (page.next !== null) print(m.exception.more);
}

function printException({ m, print }: CommandContext, one: ExceptionDetail, json?: boolean): void {
  if (json === true) return print(JSON.stringify(one, undefined, 2));
  const text = m.exception;
  print(printable(`${one.id}  ${one.name} (${text.kinds[one.kind]}): ${text.states[one.state]}`));
  print(printable(text.scope(one.agencyId, one.hostname ?? one.agentId, one.group)));
  print(printable((one.rules ?? one.categories ?? [text.allRules]).join(', ')));
  if (one.window !== null) print(printable(`${text.window}: ${JSON.stringify(one.window)}`));
  for (const line of one.condition?.split('\n') ?? []) print(printable(`  ${line}`));
  print(printable(text.asked(one.requestedBy, one.reason)));
  if (one.decidedBy !== null) print(printable(text.decided(one.decidedBy, one.decidedReason)));
  if (one.endedBy !== null) print(printable(text.ended(one.endedBy, one.endedReason)));
  print(text.term(when(one.expiresAt), when(one.reviewAt)));
  print(text.hid(one.hidden, one.hiddenHosts));
  for (const { ruleId, hostname, hidden } of one.where.slice(0, CELLS_SHOWN)) {
    print(printable(`  ${hidden}  ${hostname}  ${ruleId}`));
  }
}

export async function showExceptionCommand(
  context: CommandContext,
  id: number,
  { json }: Json,
): Promise<void> {
  printException(context, await call(context, exceptionShow, { id }), json);
}

export async function exceptionHistoryCommand(
  context: CommandContext,
  id: number,
  { json }: Json,
): Promise<void> {
  const { entries } = await call(context, exceptionHistory, { id });
  if (json === true) return context.print(JSON.stringify(entries, undefined, 2));
  for (const { at, actor, action, reason } of entries) {
    context.print(printable(`${when(at)}  ${actor}  ${action}${reason === null ? '' : `: ${reason}`}`));
  }
}

async function draftOf({ m }: CommandContext, flags: ExceptionDraftFlags): Promise<ExceptionBody> {
  const fields: Record<string, string[]> = {};
  for (const text of flags.field ?? []) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(m.exception.badField(text));
    const name = text.slice(0, at);
    fields[name] = [...(fields[name] ?? []), text.slice(at + 1)];
  }
  // A vulnerability that is named is condition enough.
  const isNamed = flags.kind === 'vulnerability' && flags.rule !== undefined;
  const has =
    isNamed || Object.keys(fields).length > 0 || flags.condition !== undefined || flags.alert !== undefined;
  if (!has && flags.window === undefined) throw new UsageError(m.exception.needs);
  const parsed = exceptionBodySchema.safeParse({
    name: flags.name ?? flags.reason ?? '',
    kind: flags.kind ?? 'rule',
    reason: flags.reason ?? '',
    fields: Object.keys(fields).length > 0 ? fields : undefined,
    condition: flags.condition === undefined ? undefined : readNamedText({ m }, flags.condition),
    alert: flags.alert === undefined ? undefined : { id: flags.alert, fields: flags.alertField },
    window: flags.window === undefined ? undefined : windowOf(m.exception.badWindow, flags.window),
    rules: flags.rule,
    categories: flags.category,
    allRules: flags.allRules,
    takesAll: flags.takesAll,
    agencyId: flags.agency,
    agentId: flags.host,
    group: flags.group,
    startsAt: flags.starts,
    expiresAt: flags.expires,
    reviewAt: flags.review,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function windowOf(complain: (text: string) => string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(complain(text), { cause: error });
  }
}

export async function requestExceptionCommand(
  context: CommandContext,
  flags: ExceptionDraftFlags,
): Promise<void> {
  const one = await call(context, exceptionRequest, await draftOf(context, flags));
  printException(context, one, flags.json);
  if (flags.json !== true) context.print(context.m.exception.waits(one.id));
}

export async function simulateExceptionCommand(
  context: CommandContext,
  id: number | undefined,
  { days = DAYS, ...flags }: ExceptionDraftFlags & { days?: number },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const draft = id === undefined ? await draftOf(context, flags) : undefined;
  const job = await followJob(context, (await call(context, exceptionSimulate, { days, id, draft })).id);
  if (job.state !== 'done') {
    complain(m.exception.failed(job.error ?? job.state));
    return EXIT.failure;
  }
  const found = simulationSchema.parse(job.result);
  if (flags.json === true) {
    print(JSON.stringify(found, undefined, 2));
    return EXIT.ok;
  }
  const text = m.exception;
  print(text.simulated(found.hidden, found.alerts, found.openAlerts, days));
  for (const { ruleId, hidden, all } of found.rules) print(printable(text.byRule(ruleId, hidden, all)));
  for (const { hostname, hidden } of found.hosts) print(printable(text.byHost(hostname, hidden)));
  if (found.otherRules.length > 0) print(text.others);
  for (const { ruleId, events } of found.otherRules) print(printable(text.byHost(ruleId, events)));
  for (const { code, value, ruleId } of found.warnings)
    print(printable(`! ${text.warnings[code](value, ruleId)}`));
  return EXIT.ok;
}

export async function approveExceptionCommand(
  context: CommandContext,
  id: number,
  {
    reason,
    close,
    json,
    ...flags
  }: PersonFlags & Json & { reason?: string; close?: 'benign' | 'false-positive' },
): Promise<void> {
  const { m, print } = context;
  const { exception, jobId } = await asPerson(context, flags, (person) =>
    call(context, exceptionApprove, { id, reason, close, person }),
  );
  if (json === true) return print(JSON.stringify({ ...exception, jobId }, undefined, 2));
  print(m.exception.approved(id));
  if (jobId !== null) print(m.exception.closes(jobId));
}

export async function endExceptionCommand(
  context: CommandContext,
  act: 'reject' | 'withdraw' | 'revoke',
  id: number,
  { reason }: { reason: string },
): Promise<void> {
  const { m, print } = context;
  const ends = { reject: exceptionReject, withdraw: exceptionWithdraw, revoke: exceptionRevoke } as const;
  await call(context, ends[act], { id, reason });
  const said = { reject: m.exception.rejected, withdraw: m.exception.withdrawn, revoke: m.exception.revoked };
  print(said[act](id));
}

export async function extendExceptionCommand(
  context: CommandContext,
  id: number,
  { reason, expires, review, ...flags }: PersonFlags & { reason: string; expires: number; review?: number },
): Promise<void> {
  const input = { id, reason, expiresMs: expires, reviewMs: review };
  const { expiresAt } = await asPerson(context, flags, (person) =>
    call(context, exceptionExtend, { ...input, person }),
  );
  context.print(context.m.exception.extended(id, when(expiresAt)));
}
