/** `vonggac request list | show | create | send | accept | return | cancel | link | dispatch | export | overdue | templates` */
import { writeFileSync } from 'node:fs';
import type { RequestView } from '../../api/contract-requests.ts';
import type { RequestMove } from '../../registry/requests/change-request.ts';
import type { RequestState } from '../../request/request-words.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  requestCreate,
  requestDispatch,
  requestExport,
  requestLink,
  requestList,
  requestMove,
  requestOverdue,
  requestShow,
  requestTemplates,
} from '../operations/request.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface RequestListFlags {
  state?: RequestState;
  agency?: number;
  alert?: string;
  json?: boolean;
}

export interface RequestCreateFlags {
  alert?: string[];
  silent?: string[];
  /** `agent/CVE` each. */
  vulnerability?: string[];
  template?: string;
  due?: string;
  json?: boolean;
}

const time = (iso: string): string => localTime(Date.parse(iso));
const filterOf = ({ state, agency, alert }: RequestListFlags) => ({
  state,
  agencyId: agency,
  alertId: alert,
});
/** Not over one that is there. */
const NEW_FILE = { flag: 'wx', mode: 0o600 } as const;

export async function listRequestsCommand(context: CommandContext, flags: RequestListFlags): Promise<void> {
  const { m, print } = context;
  const { requests } = await call(context, requestList, filterOf(flags));
  if (flags.json === true) return print(JSON.stringify(requests, undefined, 2));
  if (requests.length === 0) return print(m.request.none);
  const { columns } = m.request;
  formatTable(requests, [
    { title: columns.id, value: ({ id }) => id },
    { title: columns.agency, value: ({ agencyName }) => printable(agencyName) },
    { title: columns.state, value: ({ state }) => m.request.states[state] },
    { title: columns.due, value: ({ dueAt }) => time(dueAt) },
    { title: columns.title, value: ({ title }) => printable(title) },
  ]).forEach(print);
}

function printOne({ m, print }: CommandContext, request: RequestView, json: boolean | undefined): void {
  if (json === true) return print(JSON.stringify(request, undefined, 2));
  const { id, agencyName, state, dueAt, title, body, steps } = request;
  print(`${id}  ${m.request.states[state]}  ${printable(agencyName)}  ${m.request.due(time(dueAt))}`);
  print(printable(title));
  for (const line of body.split('\n')) print(printable(line));
  for (const [at, step] of steps.entries()) print(`${at + 1}. ${printable(step)}`);
}

export async function showRequestCommand(
  context: CommandContext,
  id: string,
  { json }: { json?: boolean },
): Promise<void> {
  const found = await call(context, requestShow, { id });
  printOne(context, found, json);
  if (json === true) return;
  const { m, print } = context;
  for (const answer of found.answers) {
    print(m.request.answer(time(answer.at), printable(answer.name)));
    for (const { step, outcome, note } of answer.steps)
      print(`  ${step}. ${m.request.outcomes[outcome]}${note === '' ? '' : `: ${printable(note)}`}`);
    for (const line of answer.text === '' ? [] : answer.text.split('\n')) print(`  ${printable(line)}`);
  }
}

export async function createRequestCommand(
  context: CommandContext,
  flags: RequestCreateFlags,
): Promise<void> {
  const { alert = [], silent = [], vulnerability = [], template, due } = flags;
  const vulnerabilities = vulnerability.map((text) => {
    const [agentId = '', cve = ''] = text.split('/');
    return { agentId, cve };
  });
  const about = { alertIds: alert, silentAgentIds: silent, gaps: [], vulnerabilities };
  const wanted = { ...about, template, dueOn: due };
  const made = await call(context, requestCreate, wanted);
  printOne(context, made, flags.json);
  if (flags.json !== true) context.print(context.m.request.isDraft(made.id));
}

export async function moveRequestCommand(
  context: CommandContext,
  id: string,
  move: RequestMove,
  flags: { reason?: string; due?: string },
): Promise<void> {
  const moved = await call(context, requestMove, { id, move, reason: flags.reason, dueOn: flags.due });
  context.print(`${moved.id}  ${context.m.request.states[moved.state]}`);
}

export async function linkRequestCommand(context: CommandContext, id: string, days: number): Promise<void> {
  const { path, expiresAt } = await call(context, requestLink, { id, days });
  context.print(path);
  context.complain(context.m.request.linkOnce(time(expiresAt)));
}

export async function dispatchRequestCommand(
  context: CommandContext,
  id: string,
  file: string,
): Promise<void> {
  writeFileSync(file, await call(context, requestDispatch, { id }), NEW_FILE);
  context.print(context.m.request.written(file));
}

export async function exportRequestsCommand(
  context: CommandContext,
  file: string,
  flags: RequestListFlags,
): Promise<void> {
  writeFileSync(file, await call(context, requestExport, filterOf(flags)), NEW_FILE);
  context.print(context.m.request.written(file));
}

export async function overdueRequestsCommand(
  context: CommandContext,
  { json }: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { agencies } = await call(context, requestOverdue, {});
  if (json === true) return print(JSON.stringify(agencies, undefined, 2));
  if (agencies.length === 0) return print(m.request.none);
  const { columns } = m.request;
  formatTable(agencies, [
    { title: columns.agency, value: ({ agencyName }) => printable(agencyName) },
    { title: columns.waiting, value: ({ waiting }) => String(waiting), align: 'right' },
    { title: columns.overdue, value: ({ overdue }) => String(overdue), align: 'right' },
    { title: columns.oldest, value: ({ oldestDueAt }) => time(oldestDueAt) },
  ]).forEach(print);
}

export async function listTemplatesCommand(
  context: CommandContext,
  { json }: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { templates } = await call(context, requestTemplates, {});
  if (json === true) return print(JSON.stringify(templates, undefined, 2));
  formatTable(templates, [
    { title: m.request.columns.id, value: ({ id }) => id },
    { title: m.request.columns.title, value: ({ name }) => printable(name) },
  ]).forEach(print);
}
