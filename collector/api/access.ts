/**
 * Who may do what. Every route names in its config what it needs; one that does not keeps the server from starting.
 */
import type { Role } from './contract.ts';

export const PERMISSIONS = [
  'alert:read',
  'alert:write',
  'event:read',
  'agent:read',
  'agent:write',
  'join-token:read',
  'join-token:write',
  'rule:read',
  'overview:read',
  'ledger:read',
  'system:read',
  'system:write',
  'hold:read',
  'hold:write',
  'retention:read',
  'retention:write',
  'quota:read',
  'quota:write',
  'bandwidth:read',
  'bandwidth:write',
  'policy:read',
  'policy:write',
  'response:read',
  'response:request',
  'response:approve',
  'live:read',
  'metrics:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * `public`: anyone. `self`: anyone signed in, also while they must change their password. `metrics`: this machine,
 * or a token that may read metrics. `enrol`: the route checks a join token itself.
 */
export type Access = Permission | 'public' | 'self' | 'metrics' | 'enrol';

const VIEWER: readonly Permission[] = [
  'alert:read',
  'event:read',
  'agent:read',
  'rule:read',
  'overview:read',
  'ledger:read',
  'system:read',
  'hold:read',
  'retention:read',
  'quota:read',
  'bandwidth:read',
  'policy:read',
  'response:read',
  'live:read',
  'metrics:read',
];

const GRANTS: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(VIEWER),
  analyst: new Set([...VIEWER, 'alert:write', 'response:request']),
  administrator: new Set(PERMISSIONS),
};

export function may(role: Role, permission: Permission): boolean {
  return GRANTS[role].has(permission);
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}
