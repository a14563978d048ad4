/** How busy a host is, as its agent told it last. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { readAgent } from '../../registry/agents.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { errorSchema } from '../contract.ts';
import { loadQuerySchema, loadSchema } from '../contract-load.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

const params = z.strictObject({ id: z.string().min(1).max(64) });
const TURNS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 8 } as const;
/** Agents tell it hourly; what is older says little of today and is still the last word. */
const REACH_MS = 31 * 86_400_000;

export function addLoadRoutes(app: ApiServer, deps: ApiDependencies): void {
  const turns = new Turns(TURNS, deps.engineTurns);
  app.get(
    '/agents/:id/load',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'Use of CPU, memory and disk of a host, as its agent told it last up to a moment',
        params,
        querystring: loadQuerySchema,
        response: { 200: loadSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const agent = await readAgent(deps.registry, request.params.id);
      if (agent === undefined || !inScope(scope, agent.agencyId))
        throw new ApiError('not-found', { message: 'there is no such agent' });
      const { at } = request.query;
      const atMs = at === undefined ? deps.now() : Date.parse(at);
      const asked = { agentIds: [agent.id], atMs, fromMs: atMs - REACH_MS };
      const [told] = await turns.run(actor, () => deps.store.fleet.loads(asked));
      if (told === undefined) return { agentId: agent.id, hostname: agent.hostname, load: null };
      const { agentId, timeMs, overMs, cpuPercent = null, cpuPercentMax = null, ...sizes } = told;
      const load = {
        at: isoTime(timeMs),
        overSeconds: Math.round(overMs / 1_000),
        cpuPercent,
        cpuPercentMax,
      };
      return { agentId, hostname: agent.hostname, load: { ...load, ...sizes } };
    },
  );
}
