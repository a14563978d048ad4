/** The demonstration: whether there is one, begun in an empty collector, removed as a whole. Both acts start the collector anew. */
import { z } from 'zod';
import { isoTime } from '../../registry/iso-time.ts';
import { demonstrationBodySchema, demonstrationSchema } from '../contract-demonstration.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'demonstration'>;

export function addDemonstrationRoutes(app: ApiServer, { demonstration }: Deps): void {
  app.get(
    '/demonstration',
    {
      config: { access: 'self' },
      schema: {
        summary: 'Whether this is a demonstration, and whether one can begin',
        response: { 200: demonstrationSchema, '4xx': errorSchema },
      },
    },
    async () => {
      const { since, ...status } = await demonstration.status();
      return { ...status, since: since === null ? null : isoTime(since) };
    },
  );

  app.post(
    '/demonstration',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary:
          'Begin a demonstration in an empty collector: it starts anew in a data folder apart and fills it',
        body: demonstrationBodySchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      if (scope.kind !== 'all') throw new ApiError('forbidden');
      await demonstration.enter(request.body.hosts, actor);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/demonstration',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary:
          'Remove the demonstration with all that was made in it; the collector starts anew as it was before',
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      if (scope.kind !== 'all') throw new ApiError('forbidden');
      await demonstration.leave(actor);
      return reply.code(204).send(null);
    },
  );
}
