/** The agent's first and last word of a run: the mark that the first sets is removed with the last, so a death shows. */
import type { AgentEnd } from '../agent-options.ts';
import { SELF, agentItem } from '../agent-record.ts';
import type { SourceItem } from '../sources/source.ts';
import type { Spool } from '../spool/spool.ts';
import { beginOf } from './begin.ts';

/** Says whether the last run ended in order. @param at milliseconds since 1970 */
export function startedItem(spool: Pick<Spool, 'positions'>, at: number, agentVersion: string): SourceItem {
  const positions = spool.positions(SELF);
  const begin = beginOf(positions.get('boot'));
  const detail = {
    version: agentVersion,
    pid: process.pid,
    node: process.versions.node,
    lastRunDied: positions.get('running') !== undefined,
    after: begin.after,
  };
  return agentItem(at, 'started', 'agent', detail, [
    { key: 'running', value: 'true' },
    { key: 'boot', value: begin.boot },
  ]);
}

/** @param at milliseconds since 1970 */
export function stoppingItem(at: number, { kind }: AgentEnd): SourceItem {
  return agentItem(at, 'stopping', 'agent', { reason: kind }, [{ key: 'running', value: undefined }]);
}
