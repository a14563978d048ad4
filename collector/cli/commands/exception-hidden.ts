/** `vonggac exception hidden | raise`: what one hid, and alerts for it after its end. */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { exceptionHidden, exceptionRaise, exceptionRaisePreview } from '../operations/exception-hidden.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { printJob } from './alert.ts';
import { followJob } from './follow-job.ts';

interface Json {
  json?: boolean;
}
export interface RaiseFlags extends Json {
  rule?: string[];
  host?: string[];
  reason: string;
  yes?: boolean;
}

export async function hiddenCommand(context: CommandContext, id: number, { json }: Json): Promise<void> {
  const { m, print } = context;
  const hidden = await call(context, exceptionHidden, { id });
  if (json === true) return print(JSON.stringify(hidden, undefined, 2));
  if (hidden.length === 0) return print(m.exception.hidNothing);
  formatTable(hidden, [
    { title: m.exception.columns.hidden, value: (part) => String(part.hidden), align: 'right' },
    { title: m.exception.columns.raised, value: ({ raised }) => String(raised), align: 'right' },
    { title: m.exception.columns.host, value: ({ hostname }) => printable(hostname) },
    { title: m.exception.columns.rule, value: ({ ruleId }) => printable(ruleId) },
    { title: m.exception.columns.last, value: ({ last }) => localTime(Date.parse(last)) },
  ]).forEach(print);
}

/** Says what it would do; does it only with --yes. */
export async function raiseCommand(
  context: CommandContext,
  id: number,
  { rule: rules, host: agentIds, reason, yes, json }: RaiseFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const input = { id, rules, agentIds, reason };
  if (yes !== true) {
    const preview = await call(context, exceptionRaisePreview, input);
    if (json === true) print(JSON.stringify(preview, undefined, 2));
    else {
      print(m.exception.raises(preview.changes, preview.total));
      print(m.alert.sayYes);
    }
    return EXIT.ok;
  }
  const job = await followJob(context, (await call(context, exceptionRaise, input)).id);
  if (json === true) print(JSON.stringify(job, undefined, 2));
  else printJob(context, job);
  return job.state === 'done' ? EXIT.ok : EXIT.failure;
}
