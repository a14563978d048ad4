/** Hosts at a glance: what lists show beside the agent itself, and who is silent. */
import { SEVERITIES } from '../../alert/severity-score.ts';
import { readHostFacts } from '../../registry/host-facts.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { listSilences } from '../../registry/silence-list.ts';
import { errorSchema } from '../contract.ts';
import { hostFactsSchema, silenceListSchema, silenceQuerySchema } from '../contract-hosts.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';

const ENDED_MS = 7 * 86_400_000;

export function addHostRoutes(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.get(
    '/host-facts',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'System, role, open alerts and vulnerabilities of each host',
        response: { 200: hostFactsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const facts = await readHostFacts(registry.db, principalOf(request).scope, registry.now());
      return {
        hosts: facts.map(({ worstRank, ...host }) => ({
          ...host,
          worst: worstRank === null ? null : (SEVERITIES[worstRank] ?? null),
        })),
      };
    },
  );

  app.get(
    '/silences',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Hosts, sites and channels that are silent, and those that were within 7 days',
        querystring: silenceQuerySchema,
        response: { 200: silenceListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { agentId, limit } = request.query;
      const found = await listSilences(registry.db, {
        scope: principalOf(request).scope,
        agentId,
        endedSinceMs: registry.now() - ENDED_MS,
        limit,
      });
      return {
        silences: found.map(({ sinceMs, begunMs, endedMs, ...silence }) => ({
          ...silence,
          sinceAt: isoTime(sinceMs),
          noticedAt: isoTime(begunMs),
          endedAt: endedMs === null ? null : isoTime(endedMs),
        })),
      };
    },
  );
}
