/** `vonggac response bulk`: looks at which hosts, asks for the job, and follows it. */
import type { CommandAction } from '../../protocol/command.ts';
import { asPerson } from '../as-person.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { responseBulk, responseBulkPreview } from '../operations/response-bulk.ts';
import { UsageError } from '../usage-error.ts';
import { printJob } from './alert.ts';
import { followJob } from './follow-job.ts';
import { commandOf, listResponsesCommand, type RequestFlags } from './response.ts';

export interface BulkResponseFlags extends Omit<RequestFlags, 'user'> {
  user?: string;
  agent?: string[];
  agency?: number;
  group?: string;
  tag?: string;
  rule?: string;
  includeServers?: boolean;
  rehearse?: boolean;
  follow?: boolean;
}

const EXPIRES_MS = 3_600_000;

export async function bulkResponseCommand(
  context: CommandContext,
  action: CommandAction['action'],
  flags: BulkResponseFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const { agent, agency, group, tag, rule, user, json } = flags;
  if ([agent, agency, group, tag, rule].every((one) => one === undefined))
    throw new UsageError(m.response.bulk.needsHosts);
  const wanted = {
    command: commandOf(context, action, flags),
    reason: flags.reason,
    dryRun: flags.rehearse ?? false,
    expiresInMs: EXPIRES_MS,
    includeServers: flags.includeServers ?? false,
    agents: agent,
    agencyId: agency,
    group,
    tag,
    ruleId: rule,
  };
  if (flags.dryRun === true) {
    const preview = await call(context, responseBulkPreview, wanted);
    if (json === true) print(JSON.stringify(preview, undefined, 2));
    else {
      print(m.response.bulk.preview(preview.total, preview.changes));
      for (const [why, count] of Object.entries(preview.skipped)) print(`  ${m.job.why(why)}: ${count}`);
      if (preview.needsApproval.length > 0)
        print(m.job.second(preview.needsApproval.map(m.job.why).join(', ')));
    }
    return EXIT.ok;
  }
  if (user === undefined) throw new UsageError(m.response.needs('bulk', '--user'));
  const job = await asPerson(context, { user }, (person) => call(context, responseBulk, { wanted, person }));
  if (flags.follow === true) return followToEnd(context, job.id, json);
  if (json === true) print(JSON.stringify(job, undefined, 2));
  else printJob(context, job);
  return EXIT.ok;
}

/** Until the job has ended; then what became of each host so far. @returns failure unless it is done */
async function followToEnd(
  context: CommandContext,
  id: string,
  json: boolean | undefined,
): Promise<ExitCode> {
  let last = '';
  const { state } = await followJob(context, id, (job) => {
    const now = `${job.state} ${job.done} ${job.changed}`;
    if (now !== last && json !== true) printJob(context, job);
    last = now;
  });
  await listResponsesCommand(context, { job: id, ...(json === undefined ? {} : { json }) });
  return state === 'done' ? EXIT.ok : EXIT.failure;
}
