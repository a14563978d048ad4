/**
 * Who may do what. Every route names in its config what it needs; one that does not keeps the server from starting.
 * What a role may is a table (role-grants.ts); an API token may at most what its own list says.
 */
import type { Role } from './contract.ts';
import { PERMISSIONS, type Permission } from './permissions.ts';
import { GRANTS } from './role-grants.ts';

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
    /** For programs that know user names and passwords only: an API token may come as the password. */
    takesTokenAsPassword?: true;
    /**
     * Dangerous: who is signed in must have proved who they are within the last minutes. `person`: tokens are refused, too;
     * `session`: a token proves itself with every request.
     */
    stepUp?: 'person' | 'session';
  }
}
