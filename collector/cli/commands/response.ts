/** `vonggac response request | approve | reject | list | show | rotate-key` */
import type { ResponseView } from '../../api/contract-response.ts';
import type { CommandAction } from '../../protocol/command.ts';
import type { ResponseState } from '../../registry/tables/response.ts';
import { asPerson, type PersonFlags } from '../as-person.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { responseDecide, responseList, responseRequest, responseShow } from '../operations/response.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface RequestFlags extends PersonFlags {
  reason: string;
  dryRun?: boolean;
  minutes?: number;
  pid?: number;
  started?: string;
  exe?: string;
  path?: string;
  sha256?: string;
  account?: string;
  of?: string;
  json?: boolean;
}

const MINUTE_MS = 60_000;
const ISOLATION_MINUTES = 60;

/** @throws UsageError where something is missing */
export function commandOf(
  { m }: CommandContext,
  action: CommandAction['action'],
  flags: Omit<RequestFlags, 'user'>,
): CommandAction {
  const must = <T>(value: T | undefined, option: string): T => {
    if (value === undefined) throw new UsageError(m.response.needs(action, option));
    return value;
  };
  switch (action) {
    case 'isolate':
      return { action, durationMs: (flags.minutes ?? ISOLATION_MINUTES) * MINUTE_MS };
    case 'release':
    case 'collect-bundle':
      return { action };
    case 'kill-process': {
      const startedMs = Date.parse(must(flags.started, '--started'));
      if (Number.isNaN(startedMs)) throw new UsageError(m.usageError.notTime(flags.started ?? ''));
      return { action, pid: must(flags.pid, '--pid'), startedMs, executable: must(flags.exe, '--exe') };
    }
    case 'quarantine-file':
      return {
        action,
        path: must(flags.path, '--path'),
        sha256: must(flags.sha256, '--sha256').toLowerCase(),
      };
    case 'restore-file':
      return { action, quarantineId: must(flags.of, '--of') };
    case 'disable-account':
    case 'enable-account':
      return { action, user: must(flags.account, '--account') };
  }
}

function printOne(context: CommandContext, response: ResponseView, json: boolean | undefined): void {
  const { m, print } = context;
  if (json === true) return print(JSON.stringify(response, undefined, 2));
  const { id, command, hostname, reason, state, requestedBy, decidedBy, message, detail, dryRun } = response;
  const what = `${command.action}${dryRun ? ` (${m.response.dryRun})` : ''}`;
  print(`${id}  ${what}  ${printable(hostname)}  ${m.response.states[state]}`);
  print(
    m.response.who(
      printable(requestedBy),
      decidedBy === null ? undefined : printable(decidedBy),
      printable(reason),
    ),
  );
  print(printableJson(command));
  if (message !== null) print(printable(message));
  if (detail !== null) print(printableJson(detail, 2));
  if (state === 'requested') print(m.response.waits(id));
}

export async function requestResponseCommand(
  context: CommandContext,
  agent: string,
  action: CommandAction['action'],
  flags: RequestFlags,
): Promise<void> {
  const command = commandOf(context, action, flags);
  const { reason, dryRun = false } = flags;
  const wanted = { agent, command, reason, dryRun, expiresInMs: 60 * MINUTE_MS };
  const asked = await asPerson(context, flags, (person) =>
    call(context, responseRequest, { ...wanted, person }),
  );
  printOne(context, asked, flags.json);
}

export async function decideResponseCommand(
  context: CommandContext,
  id: string,
  approve: boolean,
  flags: PersonFlags & { reason?: string },
): Promise<void> {
  const { reason } = flags;
  const decided = await asPerson(context, flags, (person) =>
    call(context, responseDecide, { id, approve, reason, person }),
  );
  printOne(context, decided, undefined);
}

export async function showResponseCommand(
  context: CommandContext,
  id: string,
  flags: { json?: boolean },
): Promise<void> {
  printOne(context, await call(context, responseShow, { id }), flags.json);
}

export async function listResponsesCommand(
  context: CommandContext,
  flags: { state?: ResponseState; agent?: string; job?: string; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { state, agent, job } = flags;
  const { responses } = await call(context, responseList, { state, agent, job });
  if (flags.json === true) return print(JSON.stringify(responses, undefined, 2));
  if (responses.length === 0) return print(m.response.none);
  const lines = formatTable(responses, [
    { title: m.columns.id, value: ({ id }) => id },
    { title: m.columns.host, value: ({ hostname }) => printable(hostname) },
    { title: m.response.columns.action, value: ({ command }) => command.action },
    { title: m.columns.state, value: ({ state }) => m.response.states[state] },
    { title: m.response.columns.requested, value: ({ requestedAt }) => localTime(Date.parse(requestedAt)) },
    { title: m.response.columns.by, value: ({ requestedBy }) => printable(requestedBy) },
    { title: m.response.columns.decidedBy, value: ({ decidedBy }) => printable(decidedBy ?? '-') },
  ]);
  lines.forEach(print);
}
