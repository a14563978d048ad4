/** `vonggac request` on the command line. */
import { Option, type Command } from 'commander';
import { LINK_DAYS } from '../registry/requests/request-links.ts';
import type { RequestMove } from '../registry/requests/change-request.ts';
import { REQUEST_STATES } from '../request/request-words.ts';
import type { RequestCreateFlags, RequestListFlags } from './commands/request.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

const load = () => import('./commands/request.ts');

export function addRequest(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const request = add(program, 'request', help.request);
  const filters = (command: Command): Command =>
    command
      .addOption(new Option('--state <state>', help.requestState).choices(REQUEST_STATES))
      .addOption(new Option('--agency <id>', help.requestAgency).argParser(integer))
      .option('--alert <id>', help.requestAlert);
  filters(add(request, 'list', help.requestList, ['vonggac request list --state overdue']))
    .addOption(jsonOption())
    .action((flags: RequestListFlags) =>
      run(async (context) => (await load()).listRequestsCommand(context, flags)),
    );
  add(request, 'show', help.requestShow)
    .argument('<id>', help.requestId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showRequestCommand(context, id, flags)),
    );
  add(request, 'create', help.requestCreate, ['vonggac request create --alert 696070d5 --template malware'])
    .option('--alert <id>', help.requestAlerts, collect)
    .option('--silent <agent>', help.requestSilent, collect)
    .option('--vulnerability <agent/cve>', help.requestVulnerability, collect)
    .option('--template <id>', help.requestTemplate)
    .option('--due <day>', help.requestDue)
    .addOption(jsonOption())
    .action((flags: RequestCreateFlags) =>
      run(async (context) => (await load()).createRequestCommand(context, flags)),
    );
  const moves: readonly (readonly [RequestMove, string])[] = [
    ['send', help.requestSend],
    ['accept', help.requestAccept],
    ['return', help.requestReturn],
    ['cancel', help.requestCancel],
  ];
  for (const [move, text] of moves) {
    const command = add(request, move, text).argument('<id>', help.requestId);
    if (move === 'return' || move === 'cancel') command.requiredOption('--reason <text>', help.requestReason);
    if (move === 'return') command.option('--due <day>', help.requestDue);
    command.action((id: string, flags: { reason?: string; due?: string }) =>
      run(async (context) => (await load()).moveRequestCommand(context, id, move, flags)),
    );
  }
  add(request, 'link', help.requestLink)
    .argument('<id>', help.requestId)
    .addOption(new Option('--days <n>', help.requestDays).argParser(integer).default(LINK_DAYS.default))
    .action((id: string, { days }: { days: number }) =>
      run(async (context) => (await load()).linkRequestCommand(context, id, days)),
    );
  add(request, 'dispatch', help.requestDispatch, ['vonggac request dispatch 5b0c9c1e cong-van.html'])
    .argument('<id>', help.requestId)
    .argument('<file>', help.requestFile)
    .action((id: string, file: string) =>
      run(async (context) => (await load()).dispatchRequestCommand(context, id, file)),
    );
  filters(add(request, 'export', help.requestExport).argument('<file>', help.requestFile)).action(
    (file: string, flags: RequestListFlags) =>
      run(async (context) => (await load()).exportRequestsCommand(context, file, flags)),
  );
  add(request, 'overdue', help.requestOverdue)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).overdueRequestsCommand(context, flags)),
    );
  add(request, 'templates', help.requestTemplates)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listTemplatesCommand(context, flags)),
    );
}
