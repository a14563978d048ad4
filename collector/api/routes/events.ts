/** Events: search by time, words and the columns people ask for most; one event by its id. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import type { RowName } from '../../store/store.ts';
import { errorSchema, eventPageSchema, eventQuerySchema, eventSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { toEventQuery } from '../event-query.ts';
import { toApiEvent } from '../event-view.ts';
import { principalOf } from '../principal.ts';
import type { Turns } from '../turns.ts';

const cursor = cursorCodec('events', z.strictObject({ timeMs: z.int(), id: z.string().min(1).max(128) }));
const params = z.strictObject({ id: z.string().min(1).max(128) });
const EVENT_ID =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/([0-9a-f]{32})\/([0-7])\/(\d{1,16})$/;

export const EVENT_TURNS = { runningMax: 5, runningPerKeyMax: 3, waitingPerKeyMax: 8 } as const;

export function parseEventId(id: string): RowName | undefined {
  const match = EVENT_ID.exec(id);
  if (match === null) return undefined;
  const [, agentId = '', epoch = '', lane = '', seq = ''] = match;
  return { agentId, epoch, lane: Number(lane), seq: Number(seq) };
}

/** @param turns of all that search the events */
export function addEventRoutes(app: ApiServer, deps: ApiDependencies, turns: Turns): void {
  app.get(
    '/events',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'Events, newest first',
        querystring: eventQuerySchema,
        response: { 200: eventPageSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { limit, after, ...asked } = request.query;
      const { scope, actor } = principalOf(request);
      const query = {
        ...(await toEventQuery(deps.registry, asked, scope)),
        limit: limit + 1,
        after: after === undefined ? undefined : cursor.decode(after),
      };
      const found = await turns.run(actor, () => deps.store.search(query));
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      const next = last === undefined ? null : cursor.encode({ timeMs: last.timeMs, id: last.id });
      return { events: page.map(toApiEvent), next };
    },
  );

  app.get(
    '/events/:id',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'One event; its id holds slashes, so it comes percent-encoded',
        params,
        response: { 200: eventSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const name = parseEventId(request.params.id);
      const { scope, actor } = principalOf(request);
      const event = name === undefined ? undefined : await turns.run(actor, () => deps.store.find(name));
      if (event === undefined || !inScope(scope, event.agencyId)) {
        throw new ApiError('not-found', { message: 'there is no such event' });
      }
      return toApiEvent(event);
    },
  );
}
