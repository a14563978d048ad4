/** `vonggac case list | show | create | add-alert | note | task | close | handover | export` */
import path from 'node:path';
import type { CaseDetail } from '../../api/contract-cases.ts';
import { handoverText } from '../../case/handover.ts';
import type { CaseClass, CaseOutcome } from '../../case/case-words.ts';
import type { Severity } from '../../api/contract.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  caseAddAlert,
  caseClose,
  caseCreate,
  caseExport,
  caseHandover,
  caseList,
  caseNote,
  caseShow,
  caseTask,
} from '../operations/case.ts';
import { printable, printableLines } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface CaseListFlags {
  state?: string;
  severity?: string;
  class?: string;
  agency?: number;
  owner?: string;
  text?: string;
  sort?: string;
  limit?: number;
  json?: boolean;
}

export interface CaseCreateFlags {
  severity?: Severity;
  class?: CaseClass;
  summary?: string;
  owner?: string;
  agency?: number;
  alert?: string[];
  drill?: boolean;
  checklist?: boolean;
  json?: boolean;
}

const due = (at: string | null, overdue: boolean): string =>
  at === null ? '-' : `${overdue ? '! ' : ''}${localTime(Date.parse(at))}`;

export async function listCasesCommand(context: CommandContext, flags: CaseListFlags): Promise<void> {
  const { m, print } = context;
  const { state = 'unclosed', agency, owner, json, ...rest } = flags;
  const words = { ...rest, state: state === 'all' ? undefined : state, agencyId: agency, assignee: owner };
  const query = Object.fromEntries(
    Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const page = await call(context, caseList, { query });
  if (json === true) return print(JSON.stringify(page.cases, undefined, 2));
  if (page.cases.length === 0) return print(m.case.none);
  const lines = formatTable(page.cases, [
    { title: m.case.columns.number, value: ({ number }) => number },
    { title: m.case.columns.severity, value: ({ severity }) => m.severities[severity] },
    { title: m.case.columns.state, value: (one) => m.case.states[one.state] },
    {
      title: m.case.columns.title,
      value: ({ title, drill }) => printable(`${drill ? `[${m.case.drill}] ` : ''}${title}`).slice(0, 60),
    },
    { title: m.case.columns.owner, value: ({ assignee }) => printable(assignee ?? '-') },
    { title: m.case.columns.alerts, value: ({ alerts }) => String(alerts), align: 'right' },
    { title: m.case.columns.tasks, value: ({ openTasks }) => String(openTasks), align: 'right' },
    { title: m.case.columns.due, value: (one) => due(one.clockDueAt ?? one.dueAt, one.overdue) },
  ]);
  lines.forEach(print);
  if (page.next !== null) print(m.case.more);
}

function printHead({ m, print }: CommandContext, detail: CaseDetail): void {
  if (detail.redirectedFrom !== null) print(m.case.redirected(detail.redirectedFrom, detail.number));
  const drill = detail.drill ? `, ${m.case.drill}` : '';
  print(printable(`${detail.number} ${detail.title}`));
  print(
    `${m.severities[detail.severity]}, ${m.case.states[detail.state]}${drill}, ${m.case.version(detail.version)}`,
  );
  print(printable(m.case.owner(detail.assignee)));
  print(printable(m.case.agencies(detail.agencies.map(({ name }) => name).join(', '))));
  print(m.case.counts(detail.counts.alerts, detail.counts.tasks, detail.counts.notes));
}

function printChanged(context: CommandContext, detail: CaseDetail, json: boolean | undefined): void {
  if (json === true) context.print(JSON.stringify(detail, undefined, 2));
  else printHead(context, detail);
}

export async function showCaseCommand(
  context: CommandContext,
  id: string,
  { json }: { json?: boolean },
): Promise<void> {
  const { m, print, language } = context;
  const shown = await call(context, caseShow, { id });
  if (json === true) return print(JSON.stringify(shown, undefined, 2));
  printHead(context, shown.case);
  if (shown.case.summary !== '') print(printableLines(shown.case.summary));
  if (shown.tasks.length > 0) print(m.case.tasks);
  for (const task of shown.tasks) {
    const mark = task.doneAt === null ? ' ' : 'x';
    print(
      printable(`  ${task.id} [${mark}] ${task.title}${task.assignee === null ? '' : ` (${task.assignee})`}`),
    );
  }
  if (shown.clocks.length > 0) print(m.case.clocks);
  for (const clock of shown.clocks) {
    const title = language === 'vi' ? clock.titleVi : clock.title;
    const state = m.case.clockStates[clock.state];
    const doubt = ['C', 'D'].includes(clock.confidence) ? `, ${m.case.toBeConfirmed}` : '';
    print(
      printable(
        `  ${clock.id} ${m.case.clock(title, localTime(Date.parse(clock.dueAt)), `${state}${doubt}`)}`,
      ),
    );
    print(printable(`    ${clock.source}`));
  }
  print(m.case.timeline);
  for (const { at, actor, hostname, text } of shown.timeline) {
    print(printable(`  ${localTime(Date.parse(at))} ${actor ?? hostname ?? ''} ${text}`).slice(0, 200));
  }
}

export async function createCaseCommand(
  context: CommandContext,
  title: string,
  flags: CaseCreateFlags,
): Promise<void> {
  const {
    severity = 'medium',
    class: caseClass = 'other',
    summary,
    owner,
    agency,
    alert,
    drill,
    checklist,
    json,
  } = flags;
  const detail = await call(context, caseCreate, {
    title,
    severity,
    class: caseClass,
    summary,
    assignee: owner,
    agencyId: agency,
    alertIds: alert,
    drill,
    checklist: checklist === true,
  });
  if (json === true) context.print(JSON.stringify(detail, undefined, 2));
  else context.print(context.m.case.opened(detail.number));
}

export async function addAlertCommand(
  context: CommandContext,
  id: string,
  alertIds: string[],
  { json }: { json?: boolean },
): Promise<void> {
  printChanged(context, await call(context, caseAddAlert, { id, alertIds }), json);
}

export async function noteCommand(
  context: CommandContext,
  id: string,
  text: string,
  { json }: { json?: boolean },
): Promise<void> {
  printChanged(context, await call(context, caseNote, { id, text }), json);
}

export async function taskCommand(
  context: CommandContext,
  id: string,
  text: string | undefined,
  { done, for: assignee, json }: { done?: number; for?: string; json?: boolean },
): Promise<void> {
  if ((text === undefined) === (done === undefined)) throw new UsageError(context.m.case.taskNeeds);
  const what = done === undefined ? { title: text ?? '', assignee } : { done };
  printChanged(context, await call(context, caseTask, { id, what }), json);
}

export async function closeCaseCommand(
  context: CommandContext,
  id: string,
  { json, ...closing }: { outcome: CaseOutcome; reason: string; lessons?: string; json?: boolean },
): Promise<void> {
  printChanged(context, await call(context, caseClose, { id, closing }), json);
}

export async function handoverCommand(
  context: CommandContext,
  flags: { to: string; hours?: number; note?: string; next?: string[]; json?: boolean },
): Promise<void> {
  const { m, print, language } = context;
  const nextSteps = (flags.next ?? []).map((text) => {
    const [, number = '', step = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (step === '') throw new UsageError(m.help.caseNext);
    return { case: number.trim(), text: step.trim() };
  });
  const wanted = { to: flags.to, hours: flags.hours ?? 8, note: flags.note ?? '', nextSteps };
  const made = await call(context, caseHandover, wanted);
  if (flags.json === true) return print(JSON.stringify(made, undefined, 2));
  const head = { ...made, atMs: Date.parse(made.at), acknowledgedMs: null };
  print(printableLines(handoverText(head, made.body, language).trimEnd()));
}

export async function exportCaseCommand(
  context: CommandContext,
  id: string,
  { out }: { out: string },
): Promise<void> {
  const { m, print, language } = context;
  const ending = path.extname(out).slice(1).toLowerCase();
  if (ending !== 'json' && ending !== 'csv' && ending !== 'zip') throw new UsageError(m.help.caseOut);
  const { number, out: file } = await call(context, caseExport, {
    id,
    out: path.resolve(out),
    format: ending,
    language,
  });
  print(m.case.exported(number, file));
}
