/** GET /stream: alerts and agents as they change, by server-sent events. */
import { z } from 'zod';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import type { LiveStreams } from '../live-streams.ts';
import { credentialOf, principalOf, refresh } from '../principal.ts';

export function addStreamRoute(app: ApiServer, deps: ApiDependencies, streams: LiveStreams): void {
  app.get(
    '/stream',
    {
      config: { access: 'live:read' },
      schema: {
        summary: 'Live updates by server-sent events: alerts, agents, jobs and more as they change',
        description:
          'Each `data` line is an alert or an agent as the lists show it. A comment keeps the line open.',
        produces: ['text/event-stream'],
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (!streams.admits(principal)) {
        throw new ApiError('too-many-requests', { message: 'too many live streams are open; close some' });
      }
      const credential = credentialOf(principal);
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-request-id': request.id,
      });
      streams.add({
        response: reply.raw,
        principal,
        refresh: () => refresh(deps.registry, credential),
      });
    },
  );
}
