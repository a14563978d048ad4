/** `vonggac-agent audit install | uninstall | status`; on Windows by windows-audit-command.ts */
import { readAuditState, ownRules as countOwn, type AuditReading } from '../audit/audit-state.ts';
import { applyRules, planRules, type LoadResult } from '../audit/install-rules.ts';
import { asksConnections, countRules, ownRules } from '../audit/own-rules.ts';
import type { RuleConflict } from '../audit/rule-conflicts.ts';
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { hostAt, thisHost, type Host } from '../host/host.ts';
import type { AuditMessages } from '../messages/audit-en.ts';
import { printable } from '../printable.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface AuditCommandOptions {
  state?: string;
  config?: string;
  root?: string;
  dryRun?: boolean;
  connections?: boolean;
  json?: boolean;
}

const hostOf = ({ root = '/' }: AuditCommandOptions): Host => (root === '/' ? thisHost : hostAt(root));

export async function auditInstallCommand(
  options: AuditCommandOptions,
  context: CommandContext,
): CommandResult {
  if (process.platform === 'win32') return onWindows('windowsAuditInstall', options, context);
  const host = hostOf(options);
  const config = loadConfig({ stateDir: options.state, file: options.config });
  const plan = planRules(host);
  if (plan.kind === 'no-folder') return complain(context, context.m.audit.noFolder(plan.folder));
  const { file, before, conflicts } = plan;
  const connections = options.connections ?? asksConnections(before ?? '');
  const after = ownRules(host, { ...config, connections });
  return change(host, { file, before, after, conflicts }, options, context);
}

export async function auditUninstallCommand(
  options: AuditCommandOptions,
  context: CommandContext,
): CommandResult {
  if (process.platform === 'win32') return onWindows('windowsAuditUninstall', options, context);
  const host = hostOf(options);
  const plan = planRules(host);
  if (plan.kind === 'no-folder') return complain(context, context.m.audit.noFolder(plan.folder));
  const { file, before } = plan;
  return change(host, { file, before, after: undefined, conflicts: [] }, options, context);
}

async function onWindows(
  name: 'windowsAuditInstall' | 'windowsAuditUninstall' | 'windowsAuditStatus',
  options: AuditCommandOptions,
  context: CommandContext,
): CommandResult {
  const foreign =
    options.root !== undefined ? '--root' : options.connections === undefined ? '' : '--connections';
  if (foreign !== '') return complain(context, context.m.audit.windows.notHere(foreign));
  const commands = await import('./windows-audit-command.ts');
  return commands[name](options, context, thisHost);
}

function complain(context: CommandContext, text: string): Promise<1> {
  context.complain(text);
  return Promise.resolve(EXIT.failure);
}

interface Change {
  file: string;
  before: string | undefined;
  after: string | undefined;
  conflicts: readonly RuleConflict[];
}

async function change(
  host: Host,
  { file, before, after, conflicts }: Change,
  options: AuditCommandOptions,
  { m: { audit: m }, print }: CommandContext,
): CommandResult {
  const differences = differencesOf(before, after);
  const isDry = options.dryRun === true;
  const isGone = before === undefined && after === undefined;
  // Written before, but perhaps not loaded: an install loads in any case.
  const result = isDry || isGone ? undefined : await applyRules(host, { file, before }, after);
  if (options.json === true) {
    print(JSON.stringify({ file, dryRun: isDry, differences, conflicts, load: result ?? null }));
  } else {
    for (const line of describe({ file, before, after, conflicts }, differences, isDry, m))
      print(printable(line));
    if (result !== undefined) print(printable(sayLoaded(result, m)));
  }
  return result?.kind === 'failed' ? EXIT.failure : EXIT.ok;
}

function describe(
  { file, before, after, conflicts }: Change,
  differences: readonly string[],
  isDry: boolean,
  m: AuditMessages,
): string[] {
  const warnings = conflicts.map((conflict) => sayConflict(conflict, m));
  if (after === undefined) {
    if (before === undefined) return [m.absent(file)];
    return isDry ? [m.wouldRemove(file), ...differences] : [m.removed(file)];
  }
  if (before === after) return [m.unchanged(file), ...warnings];
  return [
    ...(isDry ? [m.wouldWrite(file), ...differences] : [m.written(file, countRules(after))]),
    ...warnings,
  ];
}

/** Lines that go and lines that come; the order of those that stay says nothing new. */
function differencesOf(before = '', after = ''): string[] {
  const [old, now] = [before, after].map((text) => text.split('\n').filter((line) => line !== ''));
  const [isOld, isNow] = [new Set(old), new Set(now)];
  return [
    ...(old ?? []).filter((line) => !isNow.has(line)).map((line) => `- ${line}`),
    ...(now ?? []).filter((line) => !isOld.has(line)).map((line) => `+ ${line}`),
  ];
}

export function sayConflict(conflict: RuleConflict, { conflicts: m }: AuditMessages): string {
  switch (conflict.kind) {
    case 'locks':
      return m.locks(conflict.file);
    case 'silences':
      return m.silences(conflict.file, conflict.rule);
    case 'limits-rate':
      return m['limits-rate'](conflict.file, conflict.perSecond);
    case 'small-backlog':
      return m['small-backlog'](conflict.file, conflict.records);
    case 'panics':
      return m.panics(conflict.file);
  }
}

function sayLoaded(result: LoadResult, m: AuditMessages): string {
  switch (result.kind) {
    case 'loaded':
      return m.loaded;
    case 'locked':
      return m.locked;
    case 'no-program':
      return m.noProgram;
    case 'failed':
      return m.failed(result.reason);
  }
}

export async function auditStatusCommand(
  options: AuditCommandOptions,
  context: CommandContext,
): CommandResult {
  if (process.platform === 'win32') return onWindows('windowsAuditStatus', options, context);
  const { m, print } = context;
  const host = hostOf(options);
  const config = loadConfig({ stateDir: options.state, file: options.config });
  const plan = planRules(host);
  const reading = await readAuditState(host);
  const before = plan.kind === 'plan' ? plan.before : undefined;
  const wanted = ownRules(host, { ...config, connections: asksConnections(before ?? '') });
  const file =
    plan.kind === 'plan'
      ? { path: plan.file, present: before !== undefined, current: before === wanted }
      : null;
  const works = reading.kind === 'read' && reading.state.enabled > 0 && reading.state.pid > 0;
  if (options.json === true) {
    const state =
      reading.kind === 'read' ? { ...reading.state, rules: Object.fromEntries(reading.state.rules) } : null;
    print(JSON.stringify({ works, file, state, reason: reading.kind === 'failed' ? reading.reason : null }));
    return works ? EXIT.ok : EXIT.failure;
  }
  const lines = [
    ...describeState(reading, m.audit),
    ...(plan.kind === 'plan'
      ? [describeFile(plan.file, before, wanted, m.audit)]
      : [m.audit.noFolder(plan.folder)]),
    ...(plan.kind === 'plan' ? plan.conflicts.map((conflict) => sayConflict(conflict, m.audit)) : []),
  ];
  for (const line of lines) print(printable(line));
  return works ? EXIT.ok : EXIT.failure;
}

function describeFile(
  file: string,
  before: string | undefined,
  wanted: string,
  { state: m }: AuditMessages,
): string {
  if (before === undefined) return m.fileAbsent(file);
  return before === wanted ? m.fileCurrent(file) : m.fileOlder(file);
}

function describeState(reading: AuditReading, { state: m }: AuditMessages): string[] {
  if (reading.kind === 'absent') return [m.notHere];
  if (reading.kind === 'failed') return [m.unknown(reading.reason)];
  const { enabled, pid, lost, backlogLimit, foreignRules } = reading.state;
  return [
    enabled === 0 ? m.off : enabled === 2 ? m.locked : m.on,
    pid === 0 ? m.noDaemon : m.daemon(pid),
    m.rules(countOwn(reading.state), foreignRules),
    lost === 0 ? m.nothingLost : m.lost(lost, backlogLimit),
  ];
}
