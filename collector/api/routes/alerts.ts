/** Alerts: list, detail, and moving one to another state. */
import { z } from 'zod';
import {
  alertDetailSchema,
  alertPageSchema,
  alertPatchSchema,
  alertQuerySchema,
  errorSchema,
} from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';

const cursor = cursorCodec('alerts', z.strictObject({ lastSeenMs: z.int(), id: z.string().min(1).max(256) }));
const params = z.strictObject({ id: z.string().min(1).max(256) });

export function addAlertRoutes(app: ApiServer, deps: ApiDependencies): void {
  app.get(
    '/alerts',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Alerts, the last active first',
        querystring: alertQuerySchema,
        response: { 200: alertPageSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { after, limit, ...filter } = request.query;
      const query = {
        ...filter,
        limit: limit + 1,
        after: after === undefined ? undefined : cursor.decode(after),
      };
      const found = await deps.alerts.list(query, principalOf(request).scope);
      const alerts = found.slice(0, limit);
      const last = found.length > limit ? alerts.at(-1) : undefined;
      const next =
        last === undefined ? null : cursor.encode({ lastSeenMs: Date.parse(last.lastSeen), id: last.id });
      return { alerts, next };
    },
  );

  app.get(
    '/alerts/:id',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'One alert with the events that prove it',
        params,
        response: { 200: alertDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const alert = await deps.alerts.get(request.params.id, principalOf(request).scope);
      if (alert === undefined) throw new ApiError('not-found', { message: 'there is no such alert' });
      return alert;
    },
  );

  app.patch(
    '/alerts/:id',
    {
      config: { access: 'alert:write' },
      schema: {
        summary: 'Move an alert to another state',
        params,
        body: alertPatchSchema,
        response: { 200: alertDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const { id } = request.params;
      const alert = await deps.alerts.patch(id, request.body, actor, scope);
      if (alert === undefined) throw new ApiError('not-found', { message: 'there is no such alert' });
      return alert;
    },
  );
}
