/** From what a request asks of events to the question to the store, within what the caller sees. */
import type { z } from 'zod';
import type { AgencyScope } from '../registry/agencies.ts';
import { agentsOfHost } from '../registry/agents.ts';
import type { Registry } from '../registry/database.ts';
import type { EventQuery } from '../store/store.ts';
import type { eventQuerySchema } from './contract.ts';
import { parseSpan } from './span.ts';

/** Which column of the store a filter of the API means. */
const COLUMNS = {
  channel: 'channel',
  action: 'event_action',
  user: 'user_name',
  sourceIp: 'source_ip',
  file: 'file_path',
} as const;

type Asked = Omit<z.infer<typeof eventQuerySchema>, 'limit' | 'after'>;

/** All but the page. @throws ApiError bad-request for a span that ends before it begins */
export async function toEventQuery(
  registry: Registry,
  asked: Asked,
  scope: AgencyScope,
): Promise<Omit<EventQuery, 'limit' | 'after'>> {
  const columns: Record<string, string> = {};
  for (const [name, column] of Object.entries(COLUMNS)) {
    const value = asked[name as keyof typeof COLUMNS];
    if (value !== undefined) columns[column] = value;
  }
  const { text, command, agentId, hostId } = asked;
  // Events are stored under the agent that sent them; the scope is held against the events themselves.
  const agents = hostId === undefined ? undefined : await agentsOfHost(registry, hostId);
  return {
    ...parseSpan(asked),
    text,
    command,
    agentId,
    agentIds: agents?.map(({ id }) => id),
    columns,
    agencyIds: scope.kind === 'all' ? undefined : scope.agencyIds,
  };
}
