/** `vonggac probe status`: systems that agents ask from outside. */
import type { ProbeTargetView } from '../../api/contract-probes.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { probesStatus } from '../operations/probes.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface ProbeStatusOptions {
  agency?: number;
  host?: string;
  check?: boolean;
  json?: boolean;
}

/** Exit code 1 with --check when any is bad. */
export async function probeStatusCommand(
  context: CommandContext,
  { agency, host, check, json }: ProbeStatusOptions,
): Promise<ExitCode> {
  const { m, print } = context;
  const view = await call(context, probesStatus, { nowMs: Date.now(), agencyId: agency, host });
  if (json === true) print(JSON.stringify(view, undefined, 2));
  else if (view.targets.length === 0) print(m.probe.none);
  else {
    printTargets(context, view.targets);
    if (view.more) print(m.probe.more);
  }
  const bad = view.targets.some(({ state }) => state === 'failed');
  return check === true && bad ? EXIT.failure : EXIT.ok;
}

function printTargets({ m, print }: CommandContext, targets: readonly ProbeTargetView[]): void {
  const { columns, states, unknown } = m.probe;
  const percent = (value: number | null): string => (value === null ? unknown : `${value.toFixed(3)} %`);
  const day = (time: string | null): string =>
    time === null ? unknown : localTime(Date.parse(time)).slice(0, 10);
  const lines = formatTable(targets, [
    {
      title: columns.state,
      value: ({ state, isStale }) => `${states[state]}${isStale ? ` (${m.probe.stale})` : ''}`,
    },
    { title: columns.name, value: ({ name }) => printable(name) },
    { title: columns.host, value: ({ hostname }) => printable(hostname) },
    { title: columns.day, value: ({ uptime }) => percent(uptime.day.percent), align: 'right' },
    { title: columns.month, value: ({ uptime }) => percent(uptime.month.percent), align: 'right' },
    { title: columns.certificate, value: ({ certificateEndsAt }) => day(certificateEndsAt) },
    { title: columns.domain, value: ({ domainEndsAt }) => day(domainEndsAt) },
  ]);
  lines.forEach(print);
  for (const { name, aspects } of targets) {
    for (const { aspect, state, findings, reason } of aspects) {
      if (findings.length === 0 && state !== 'failed') continue;
      const words = [findings.join(', '), reason].filter((text) => text !== '').join('; ');
      print(printable(`${name}: ${aspect}: ${words === '' ? states[state] : words}`));
    }
  }
}
