/** Does the audit run, are our rules loaded, is its log read, and was anything lost? */
import fs from 'node:fs';
import { ownRules as countOwn, readAuditState } from '../audit/audit-state.ts';
import { planRules, type RulesPlan } from '../audit/install-rules.ts';
import { asksConnections, countRules, ownRules } from '../audit/own-rules.ts';
import { isAuditLog } from '../audit-config.ts';
import type { AgentConfig } from '../config.ts';
import { sayConflict } from '../commands/audit-command.ts';
import { thisHost, type Host } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

/** @param config its settings of the audit's log; without one nothing is looked at. */
export async function checkAudit(
  config: Pick<AgentConfig, 'tails' | 'watch' | 'stateDir'>,
  { audit: m }: Messages,
  host: Host = thisHost,
  platform: NodeJS.Platform = process.platform,
): Promise<Check[]> {
  if (platform === 'win32') return checkWindowsAudit(host, m);
  const logs = config.tails.filter(isAuditLog);
  if (logs.length === 0) return [];
  const reading = await readAuditState(host);
  const logChecks = logs.map((log) => checkLog(log.path, log.optional, m));
  if (reading.kind === 'absent')
    return logs.every(({ optional }) => optional) ? [ok('audit', m.state.notHere)] : logChecks;
  if (reading.kind === 'failed') return [...logChecks, warn('audit', m.state.unknown(reading.reason))];
  const { state } = reading;
  const { enabled, pid, lost, backlogLimit, foreignRules } = state;
  const checks = [...logChecks];
  if (enabled === 0) checks.push(warn('audit', m.state.off));
  checks.push(pid === 0 ? warn('audit', m.state.noDaemon) : ok('audit', m.state.daemon(pid)));
  checks.push(...checkRules(host, config, countOwn(state), m));
  checks.push(ok('audit', m.state.rules(countOwn(state), foreignRules)));
  checks.push(
    lost === 0 ? ok('audit', m.state.nothingLost) : warn('audit', m.state.lost(lost, backlogLimit)),
  );
  return checks;
}

async function checkWindowsAudit(host: Host, { windows: m }: Messages['audit']): Promise<Check[]> {
  const { planInstall } = await import('../windows-audit/set-up.ts');
  const { changes, right, absent, unread } = await planInstall(host);
  const summary = m.summary(right.length, changes.length, absent.length, unread.length);
  const [first] = unread;
  return [
    changes.length === 0 ? ok('audit', summary) : warn('audit', `${summary}; ${m.doInstall}`),
    ...(first === undefined ? [] : [warn('audit', m.unread(first.setting.title, first.reason))]),
  ];
}

function checkLog(file: string, optional: boolean, m: Messages['audit']): Check {
  if (!fs.existsSync(file) && canList(file)) return (optional ? ok : warn)('audit', m.logAbsent(file));
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return ok('audit', m.logReadable(file));
  } catch (error) {
    return (optional ? warn : fail)('audit', m.logUnreadable(file, reasonOf(error)));
  }
}

/** Whether it is known that a file is not there: its folder, or what is left of its way, can be looked into. */
function canList(file: string): boolean {
  const folder = file.slice(0, Math.max(1, file.lastIndexOf('/')));
  try {
    fs.accessSync(folder, fs.constants.X_OK);
    return true;
  } catch {
    // Not there at all is as good an answer.
    return !fs.existsSync(folder);
  }
}

function checkRules(
  host: Host,
  config: Pick<AgentConfig, 'watch' | 'stateDir'>,
  loaded: number,
  m: Messages['audit'],
): Check[] {
  let plan: RulesPlan;
  try {
    plan = planRules(host);
  } catch (error) {
    return [warn('audit', m.state.unknown(reasonOf(error)))];
  }
  if (plan.kind === 'no-folder') return [warn('audit', m.noFolder(plan.folder))];
  const { file, before, conflicts } = plan;
  const found = conflicts.map((conflict) => warn('audit', sayConflict(conflict, m)));
  if (before === undefined) return [...found, warn('audit', m.state.fileAbsent(file))];
  const written = countRules(before);
  if (loaded < written) found.push(warn('audit', m.state.partly(loaded, written)));
  const wanted = ownRules(host, { ...config, connections: asksConnections(before) });
  return before === wanted ? found : [...found, warn('audit', m.state.fileOlder(file))];
}
