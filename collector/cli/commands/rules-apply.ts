/** `vonggac rules apply LIST`: puts rules into the states that a recommendation names; only looks, unless --yes is given. */
import { z } from 'zod';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readJsonFile } from '../json-file.ts';
import { rulesStates, rulesStatesPreview } from '../operations/rules-bulk.ts';
import { printJob } from './alert.ts';
import { followJob } from './follow-job.ts';

const STATES = ['on', 'test', 'off'] as const;
/** As the job takes them. */
const IDS_AT_ONCE = 1_000;
const listSchema = z.object({
  profile: z.string(),
  rules: z
    .array(z.object({ id: z.string().min(1).max(1_024), state: z.enum(STATES) }))
    .min(1)
    .max(50_000),
});

export async function applyListCommand(
  context: CommandContext,
  file: string,
  { why, yes }: { why: string; yes?: boolean },
): Promise<ExitCode> {
  const { m, print } = context;
  const list = readJsonFile(context, file, listSchema, m.rules.noList);
  let isWell = true;
  for (const state of STATES) {
    const ids = list.rules.filter((rule) => rule.state === state).map(({ id }) => id);
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const asked = { ids: ids.slice(at, at + IDS_AT_ONCE), state, why };
      if (yes === true) {
        const job = await call(context, rulesStates, asked);
        const ended = job.state === 'waiting' ? job : await followJob(context, job.id);
        printJob(context, ended);
        isWell &&= ended.state === 'done' || ended.state === 'waiting';
        continue;
      }
      const preview = await call(context, rulesStatesPreview, asked);
      print(`${m.rules.states[state]}: ${m.rules.bulk(preview.total, preview.changes)}`);
      if (preview.total < asked.ids.length) print(m.rules.listNotHere(asked.ids.length - preview.total));
      for (const [reason, count] of Object.entries(preview.skipped))
        print(`  ${m.job.why(reason)}: ${count}`);
      if (preview.needsApproval.length > 0)
        print(m.job.second(preview.needsApproval.map(m.job.why).join(', ')));
    }
  }
  print(yes === true ? m.rules.applied : m.alert.sayYes);
  return isWell ? EXIT.ok : EXIT.failure;
}
