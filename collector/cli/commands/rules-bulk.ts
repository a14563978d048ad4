/** `vonggac rules bulk`: says what one state for many rules would come to, and with --yes asks for the job. */
import { z } from 'zod';
import { RULE_STATES, type RuleState } from '../../registry/tables/rule.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { rulesBulk, rulesBulkPreview } from '../operations/rules-bulk.ts';
import { printable } from '../printable.ts';
import { printJob } from './alert.ts';
import { followJob } from './follow-job.ts';
import { queryOf, type RuleFilterFlags } from './rules.ts';

export interface BulkRuleFlags extends RuleFilterFlags {
  why: string;
  yes?: boolean;
}

const state = z.enum(RULE_STATES);
const sampleSchema = z.object({ title: z.string(), from: state, to: state });

export async function bulkRulesCommand(
  context: CommandContext,
  to: RuleState,
  { why, yes, json, ...filter }: BulkRuleFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const input = { query: queryOf(filter), state: to, why };
  if (yes === true) {
    const asked = await call(context, rulesBulk, input);
    const job = asked.state === 'waiting' ? asked : await followJob(context, asked.id);
    if (json === true) print(JSON.stringify(job, undefined, 2));
    else printJob(context, job);
    return job.state === 'done' || job.state === 'waiting' ? EXIT.ok : EXIT.failure;
  }
  const preview = await call(context, rulesBulkPreview, input);
  if (json === true) {
    print(JSON.stringify(preview, undefined, 2));
    return EXIT.ok;
  }
  print(m.rules.bulk(preview.total, preview.changes));
  for (const one of preview.sample) {
    const { title, from, to: after } = sampleSchema.parse(one);
    print(m.rules.bulkRow(m.rules.states[from], m.rules.states[after], printable(title)));
  }
  for (const [reason, count] of Object.entries(preview.skipped)) print(`  ${m.job.why(reason)}: ${count}`);
  if (preview.needsApproval.length > 0) print(m.job.second(preview.needsApproval.map(m.job.why).join(', ')));
  print(m.alert.sayYes);
  return EXIT.ok;
}
