/** Systems that agents ask from outside: how each stands, and how long it was up. */
import { errorSchema } from '../contract.ts';
import { probesQuerySchema, probesSchema } from '../contract-probes.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';
import { showProbes } from '../probe-view.ts';
import { Turns } from '../turns.ts';

const TURNS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 8 } as const;

export function addProbeRoutes(
  app: ApiServer,
  deps: Pick<ApiDependencies, 'registry' | 'store' | 'now' | 'engineTurns'>,
): void {
  const turns = new Turns(TURNS, deps.engineTurns);
  app.get(
    '/probes',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'Systems asked from outside: state now, uptime of 24 hours and of 30 days',
        querystring: probesQuerySchema,
        response: { 200: probesSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const ports = { registry: deps.registry, probes: deps.store.probes };
      return turns.run(actor, () => showProbes(ports, { ...request.query, scope, nowMs: deps.now() }));
    },
  );
}
