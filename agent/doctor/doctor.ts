/** Looks at everything the agent needs, one finding a line; works whether or not the agent runs. */
import { isAuditLog } from '../audit-config.ts';
import type { AgentConfig } from '../config.ts';
import type { Messages } from '../messages/en.ts';
import { checkAudit } from './check-audit.ts';
import { checkCollector } from './check-collector.ts';
import { checkJournal } from './check-journal.ts';
import { checkSyslog } from './check-syslog.ts';
import { checkTails, checkWatch } from './check-reading.ts';
import { checkAgent, checkIdentity, checkSpool } from './check-state.ts';
import { loadTrust } from '../trust-store.ts';
import type { Check } from './check.ts';

export async function examine(config: AgentConfig, m: Messages, now: () => number): Promise<Check[]> {
  const { checks: identityChecks, identity } = checkIdentity(config.stateDir, m);
  const { checks: agentChecks, status } = checkAgent(config.stateDir, m);
  return [
    ...identityChecks,
    ...(await checkCollector(
      identity && { url: identity.url, trust: loadTrust(config.stateDir, identity.fingerprint) },
      config.proxy,
      m,
      now,
    )),
    ...agentChecks,
    ...checkSpool(config, status, m),
    ...checkTails(
      config.tails.filter((tail) => !isAuditLog(tail)),
      m,
    ),
    ...(await checkJournal(config.journald, config.tails, m)),
    ...(await checkAudit(config, m)),
    ...(await checkSyslog(config.syslog, status, m, now)),
    ...checkWatch(config.watch, m),
  ];
}

/** As lines for a person. */
export function formatChecks(checks: readonly Check[], m: Messages): string {
  const { levels, names } = m.doctor;
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const levelWidth = width(Object.values(levels));
  const nameWidth = width(Object.values(names));
  const lines = checks.map(
    ({ name, level, message }) =>
      `${levels[level].padEnd(levelWidth)}  ${names[name].padEnd(nameWidth)}  ${message}`,
  );
  const failed = checks.filter(({ level }) => level === 'fail').length;
  return [...lines, '', failed === 0 ? m.doctor.summaryOk : m.doctor.summaryFail(failed)].join('\n');
}
