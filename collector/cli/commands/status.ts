/** `vonggac status` */
import { severitySchema } from '../../api/contract.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { status } from '../operations/status.ts';
import { printFacts } from './print-facts.ts';

/** Exit code 1 when the collector runs but is not ready. */
export async function statusCommand(context: CommandContext, options: { json?: boolean }): Promise<ExitCode> {
  const { m, print } = context;
  const now = await call(context, status, {});
  if (options.json === true) {
    print(JSON.stringify(now, undefined, 2));
    return now.ready ? EXIT.ok : EXIT.failure;
  }
  const alerts = severitySchema.options
    .toReversed()
    .filter((severity) => now.alertsOpenBySeverity[severity] > 0)
    .map((severity) => `${now.alertsOpenBySeverity[severity]} ${m.severities[severity]}`);
  const checks = now.checks.map(({ name, ok, message }): [string, string] => [
    m.checks[name] ?? name,
    ok ? m.status.ok : `${m.status.failed}${message === undefined ? '' : `: ${message}`}`,
  ]);
  printFacts(context, [
    [
      m.status.collector,
      `${now.url} (${now.version}, pid ${now.pid}): ${now.ready ? m.status.ready : m.status.notReady}`,
    ],
    [m.status.since, localTime(now.startedMs)],
    ...checks,
    [m.status.agents, m.status.agentsLine(now.agentsOnline, now.agentsTotal)],
    [m.status.events, m.status.eventsLine(now.eventsStored, now.eventsPerSecond)],
    [m.status.rules, m.status.rulesLine(now.rulesLoaded, now.rulesRejected)],
    [m.status.alerts, alerts.length === 0 ? m.none : alerts.join(', ')],
    [m.status.ledger, m.ledger.summary(now.ledger)],
  ]);
  return now.ready ? EXIT.ok : EXIT.failure;
}
