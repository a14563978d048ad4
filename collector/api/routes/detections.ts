/** Detections: what rules found on single events, whether an alert came of it or not. */
import { z } from 'zod';
import { deterministicId } from '../../alert/detection.ts';
import { agentsOfHost } from '../../registry/agents.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { errorSchema } from '../contract.ts';
import { detectionPageSchema, detectionQuerySchema } from '../contract-detections.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';
import type { Turns } from '../turns.ts';
import { parseSpan } from '../span.ts';

const cursor = cursorCodec(
  'detections',
  z.strictObject({ timeMs: z.int(), id: z.string().min(1).max(128), ruleId: z.string().max(256) }),
);

/** @param turns of all that search the events */
export function addDetectionRoutes(app: ApiServer, deps: ApiDependencies, turns: Turns): void {
  app.get(
    '/detections',
    {
      config: { access: 'event:read' },
      schema: {
        summary:
          'What rules found on single events, newest first; hits of correlations stand in their alerts',
        querystring: detectionQuerySchema,
        response: { 200: detectionPageSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { ruleId, agentId, hostId, limit, after } = request.query;
      const { scope, actor } = principalOf(request);
      const query = {
        ...parseSpan(request.query),
        ruleId,
        agentId,
        agentIds:
          hostId === undefined ? undefined : (await agentsOfHost(deps.registry, hostId)).map(({ id }) => id),
        agencyIds: scope.kind === 'all' ? undefined : scope.agencyIds,
        limit: limit + 1,
        after: after === undefined ? undefined : cursor.decode(after),
      };
      const found = await turns.run(actor, () => deps.store.detections(query));
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        detections: page.map(({ timeMs, receivedMs, ...detection }) => ({
          ...detection,
          id: deterministicId('rule', detection.ruleId, detection.eventId),
          time: isoTime(timeMs),
          receivedAt: isoTime(receivedMs),
        })),
        next:
          last === undefined
            ? null
            : cursor.encode({ timeMs: last.timeMs, id: last.eventId, ruleId: last.ruleId }),
      };
    },
  );
}
