/** Records in which the agent speaks about itself; they go first, with the security lane. */
import { LIMITS } from '#protocol/limits.ts';
import type { AgentRecord } from '#protocol/record.ts';
import type { PositionChange, SourceItem } from './sources/source.ts';

/** Name of the agent's own positions in the spool. */
export const SELF = 'agent';

type Detail = Record<string, string | number | boolean | null>;

export function agentItem(
  at: number,
  action: AgentRecord['action'],
  subject: string,
  detail: Detail = {},
  positions: readonly PositionChange[] = [],
): SourceItem {
  const short = Object.entries(detail).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.slice(0, LIMITS.shortStringMax).toWellFormed() : value,
  ]);
  const record: AgentRecord = {
    kind: 'agent',
    at,
    action,
    subject: subject.slice(0, LIMITS.nameMax),
    detail: Object.fromEntries(short) as Detail,
  };
  return { lane: 'security', records: [record], positions };
}
