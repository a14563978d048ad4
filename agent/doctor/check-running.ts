/** What the running agent says of its sources: which failed, and what they cannot read now. */
import type { Messages } from '../messages/en.ts';
import type { AgentStatus } from '../status-file.ts';
import { fail, ok, warn } from './check.ts';
import type { Check } from './check.ts';

const PROBLEMS_MAX = 20;

export function checkRunning(status: AgentStatus | undefined, m: Messages): Check[] {
  if (status === undefined) return [];
  const texts = m.doctor.more;
  if (status.sources.length === 0) return [warn('sources', m.status.attentions['nothing-watched'])];
  const checks = status.sources.flatMap(({ name, kind, state, problems }): Check[] => {
    const shown = m.sourceKinds[kind];
    const level = state === 'failed' ? fail : warn;
    return problems.map(({ subject, message }) =>
      level('sources', [shown, ...(subject === name ? [] : [subject]), message].join(': ')),
    );
  });
  if (checks.length === 0) return [ok('sources', texts.sourcesOk(status.sources.length))];
  const more = checks.length - PROBLEMS_MAX;
  return more <= 0 ? checks : [...checks.slice(0, PROBLEMS_MAX), warn('sources', texts.moreProblems(more))];
}
