/** Personal data of one event or one alert in the clear, for a reason; each unmasking is an entry of the audit trail first. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { readAlert } from '../../registry/alert-book.ts';
import { writeAudit } from '../../registry/audit.ts';
import { alertDetailSchema } from '../contract-alerts.ts';
import { errorSchema, eventSchema } from '../contract.ts';
import { unmaskBodySchema } from '../contract-personal.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf, type Principal } from '../principal.ts';
import { toApiEvent } from '../event-view.ts';
import { parseEventId } from './events.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'store'>;

const params = z.strictObject({ id: z.string().min(1).max(128) });

export function addUnmaskRoutes(app: ApiServer, { registry, store }: Deps): void {
  const note = (
    { actor }: Principal,
    { target, agencyId, reason }: { target: string; agencyId: number; reason: string },
  ) =>
    writeAudit(registry.db, registry.now(), {
      actor,
      action: 'personal.unmask',
      target,
      agencyId,
      detail: { reason },
    });

  app.post(
    '/events/:id/unmask',
    {
      config: { access: 'personal:unmask' },
      schema: {
        summary: 'One event with its personal data; the reason goes into the audit trail',
        params,
        body: unmaskBodySchema,
        response: { 200: eventSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const name = parseEventId(request.params.id);
      const event = name === undefined ? undefined : await store.find(name);
      if (event === undefined || !inScope(principal.scope, event.agencyId)) {
        throw new ApiError('not-found', { message: 'there is no such event' });
      }
      const { reason } = request.body;
      await note(principal, { target: `event:${event.id}`, agencyId: event.agencyId, reason });
      return toApiEvent(event);
    },
  );

  app.post(
    '/alerts/:id/unmask',
    {
      config: { access: 'personal:unmask' },
      schema: {
        summary: 'One alert with its personal data; the reason goes into the audit trail',
        params,
        body: unmaskBodySchema,
        response: { 200: alertDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const alert = await readAlert(registry.db, request.params.id, principal.scope, registry.now());
      if (alert === undefined) throw new ApiError('not-found', { message: 'there is no such alert' });
      const { reason } = request.body;
      await note(principal, { target: `alert:${alert.id}`, agencyId: alert.agencyId, reason });
      return alert;
    },
  );
}
