/**
 * Who may do what. Every route names in its config what it needs; one that does not keeps the server from starting.
 * What a role may is a table (role-grants.ts); an API token may at most what its own list says.
 */
import type { Role } from './contract.ts';
import { GRANTS } from './role-grants.ts';

export const PERMISSIONS = [
  'agency:read',
  'agency:write',
  'agent:read',
  'agent:write',
  'alert:bulk',
  'alert:read',
  'alert:write',
  'api-token:read',
  'api-token:write',
  'audit:read',
  'bandwidth:read',
  'bandwidth:write',
  'case:read',
  'case:write',
  'compliance:approve',
  'compliance:write',
  'event:read',
  'exception:approve',
  'exception:read',
  'exception:request',
  'exchange:read',
  'exchange:write',
  'feed:read',
  'hold:read',
  'hold:write',
  'hunt:run',
  'hunt:save',
  'indicator:read',
  'indicator:write',
  'inspection:read',
  'join-token:read',
  'join-token:write',
  'ledger:read',
  'live:read',
  'metrics:read',
  'notify:read',
  'notify:write',
  'overview:read',
  'personal:read',
  'personal:unmask',
  'policy:read',
  'policy:write',
  'quota:read',
  'quota:write',
  'report:read',
  'report:write',
  'request:answer',
  'request:read',
  'request:write',
  'response:approve',
  'response:read',
  'response:request',
  'retention:read',
  'retention:write',
  'role:read',
  'rule:read',
  'rule:write',
  'system:read',
  'system:write',
  'user:read',
  'user:write',
  'vulnerability:read',
  'vulnerability:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * `public`: anyone. `self`: anyone signed in, also while they must change their password. `metrics`: this machine,
 * or a token that may read metrics. `enrol`: the route checks a join token itself.
 */
export type Access = Permission | 'public' | 'self' | 'metrics' | 'enrol';

export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}

export function may(role: Role, permission: Permission): boolean {
  return GRANTS[role].has(permission);
}

/** Whether someone may: by their role, and for a token by its own list where it has one. */
export function holds(
  who: { role: Role; permissions?: ReadonlySet<Permission> | undefined },
  permission: Permission,
): boolean {
  return may(who.role, permission) && (who.permissions === undefined || who.permissions.has(permission));
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * Dangerous: who is signed in must have proved who they are within the last minutes. `person`: tokens are refused, too;
     * `session`: a token proves itself with every request.
     */
    stepUp?: 'person' | 'session';
  }
}
