/** `vonggac-agent audit install | uninstall | status` on Windows */
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import type { Host } from '../host/host.ts';
import type { WindowsAuditMessages } from '../messages/windows-audit-en.ts';
import { printable } from '../printable.ts';
import { bookFile, readBook } from '../windows-audit/found-book.ts';
import { install, planInstall, planRevert, revert } from '../windows-audit/set-up.ts';
import type { AuditPlan, ChangeResult } from '../windows-audit/set-up.ts';
import { SYSMON_LOG } from '../windows-audit/wanted-settings.ts';
import type { AuditCommandOptions } from './audit-command.ts';
import type { CommandContext, CommandResult } from './command.ts';

const stateDirOf = ({ state, config }: AuditCommandOptions): string =>
  loadConfig({ stateDir: state, file: config }).stateDir;

export async function windowsAuditInstall(
  options: AuditCommandOptions,
  context: CommandContext,
  host: Host,
): CommandResult {
  const { m } = context;
  const stateDir = stateDirOf(options);
  const plan = await planInstall(host, { signal: context.signal });
  const isDry = options.dryRun === true;
  const results = isDry ? [] : await install(host, stateDir, plan);
  const lines = [
    ...sayPlan(plan, results, isDry, m.audit.windows),
    plan.changes.length === 0 ? m.audit.windows.asItShouldBe : '',
    isDry || plan.changes.length === 0 ? '' : m.audit.windows.kept(bookFile(stateDir)),
  ];
  return end(plan, results, lines, options, context);
}

export async function windowsAuditUninstall(
  options: AuditCommandOptions,
  context: CommandContext,
  host: Host,
): CommandResult {
  const { audit } = context.m;
  const stateDir = stateDirOf(options);
  const book = readBook(stateDir);
  if (book === undefined) {
    const none = { changes: [], right: [], absent: [], unread: [] };
    return end(none, [], [audit.windows.nothingSetUp(bookFile(stateDir))], options, context);
  }
  const plan = await planRevert(host, book);
  const isDry = options.dryRun === true;
  const results = isDry ? [] : await revert(host, stateDir, book, plan);
  const failed = results.some(({ reason }) => reason !== undefined) || plan.unread.length > 0;
  const last = isDry ? '' : failed ? audit.windows.notAllBack(bookFile(stateDir)) : audit.windows.allBack;
  return end(plan, results, [...sayPlan(plan, results, isDry, audit.windows), last], options, context);
}

export async function windowsAuditStatus(
  options: AuditCommandOptions,
  context: CommandContext,
  host: Host,
): CommandResult {
  const { windows: m } = context.m.audit;
  const stateDir = stateDirOf(options);
  const plan = await planInstall(host, { signal: context.signal });
  const { changes, right, absent, unread } = plan;
  const lines = [
    readBook(stateDir) === undefined ? m.neverInstalled : m.installed(bookFile(stateDir)),
    m.summary(right.length, changes.length, absent.length, unread.length),
    ...changes.map(({ setting, from, to }) => m.differs(setting.title, say(from, m), say(to, m))),
    ...sayUnread(plan, m),
    absent.some((setting) => setting.kind === 'log' && setting.log === SYSMON_LOG) ? m.noSysmon : m.sysmon,
    changes.length > 0 ? m.doInstall : '',
  ];
  print(lines, { plan, results: [], isDry: true }, options, context);
  return changes.length === 0 && unread.length === 0 ? EXIT.ok : EXIT.failure;
}

/** What many settings have in common is said once. */
function sayUnread({ unread }: AuditPlan, m: WindowsAuditMessages): string[] {
  return [...Map.groupBy(unread, ({ reason }) => reason)].flatMap(([reason, same]) =>
    same.length > 2
      ? [m.unreadMany(same.length, reason)]
      : same.map(({ setting }) => m.unread(setting.title, reason)),
  );
}

function sayPlan(
  plan: AuditPlan,
  results: readonly ChangeResult[],
  isDry: boolean,
  m: WindowsAuditMessages,
): string[] {
  const all: readonly ChangeResult[] = isDry ? plan.changes : results;
  return [
    ...all.map(({ setting, from, to, reason }) => {
      const [before, after] = [say(from, m), say(to, m)];
      if (isDry) return m.wouldChange(setting.title, before, after);
      return reason === undefined
        ? m.changed(setting.title, before, after)
        : m.notChanged(setting.title, before, reason);
    }),
    ...sayUnread(plan, m),
  ];
}

/** A state in words. */
function say(state: string, m: WindowsAuditMessages): string {
  const [, word, bytes] = /^(on|off) (\d+)$/.exec(state) ?? [];
  if (word !== undefined) return m.log(word === 'on', Math.round(Number(bytes) / 1_048_576));
  switch (state) {
    case 'none':
      return m.states.none;
    case 'success':
      return m.states.success;
    case 'failure':
      return m.states.failure;
    case 'success+failure':
      return m.states.both;
    case 'absent':
      return m.states.absent;
    default:
      return state.slice(state.indexOf(' ') + 1);
  }
}

function end(
  plan: AuditPlan,
  results: readonly ChangeResult[],
  lines: readonly string[],
  options: AuditCommandOptions,
  context: CommandContext,
): CommandResult {
  print(lines, { plan, results, isDry: options.dryRun === true }, options, context);
  const failed = results.some(({ reason }) => reason !== undefined) || plan.unread.length > 0;
  return Promise.resolve(failed ? EXIT.failure : EXIT.ok);
}

function print(
  lines: readonly string[],
  { plan, results, isDry }: { plan: AuditPlan; results: readonly ChangeResult[]; isDry: boolean },
  { json }: AuditCommandOptions,
  { print: printLine }: CommandContext,
): void {
  if (json !== true) {
    for (const line of lines) if (line !== '') printLine(printable(line));
    return;
  }
  const changes = (isDry ? plan.changes : results).map(({ setting: { id, title }, ...rest }) => ({
    id,
    title,
    ...rest,
  }));
  const unread = plan.unread.map(({ setting: { id, title }, reason }) => ({ id, title, reason }));
  const { right, absent } = plan;
  printLine(
    JSON.stringify({
      dryRun: isDry,
      changes,
      right: right.length,
      absent: absent.map(({ id }) => id),
      unread,
    }),
  );
}
