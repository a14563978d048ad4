/**
 * Answers of routes whose data comes from hosts are masked for who may not read personal data, whatever the route; a new route is
 * covered by the permission it declares. Who needs one event or alert in the clear asks for it with a reason (routes/unmask.ts).
 */
import { maskPersonal } from '../personal/mask-personal.ts';
import { maskAnswer } from '../personal/mask-record.ts';
import { holds, type Access } from './access.ts';
import type { ApiServer } from './dependencies.ts';
import type { Principal } from './principal.ts';

const FROM_HOSTS: ReadonlySet<Access> = new Set<Access>([
  'alert:read',
  'alert:write',
  'alert:bulk',
  'case:read',
  'case:write',
  'event:read',
  'exception:read',
  'exception:request',
  'exception:approve',
  'hunt:run',
  'hunt:save',
  // Jobs show some of what they are about.
  'live:read',
  'request:read',
  'request:write',
  'request:answer',
  'response:read',
  'response:request',
  'response:approve',
]);

export const seesPersonal = (principal: Principal): boolean => holds(principal, 'personal:read');

export function addPersonalMask(app: ApiServer): void {
  const masks = (access: Access | undefined, principal: Principal | undefined): boolean =>
    access !== undefined && FROM_HOSTS.has(access) && principal !== undefined && !seesPersonal(principal);

  app.addHook('preSerialization', async (request, reply, payload: unknown) => {
    const { access } = request.routeOptions.config;
    if (reply.statusCode >= 400 || !masks(access, request.principal)) return payload;
    return maskAnswer(payload);
  });
  // Exports are text already.
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    const { access } = request.routeOptions.config;
    const isJson = String(reply.getHeader('content-type') ?? '').startsWith('application/json');
    if (typeof payload !== 'string' || isJson || reply.statusCode >= 400) return payload;
    return masks(access, request.principal) ? maskPersonal(payload) : payload;
  });
}
