/**
 * Who is asking: a session cookie or a bearer token becomes a principal, once per request, before the body is read.
 * A change made with a cookie must come from this very site; a bearer token is never sent by a browser on its own.
 */
import '@fastify/cookie'; // declares request.cookies
import type { FastifyRequest } from 'fastify';
import { type AgencyScope, scopeOfAgency } from '../registry/agencies.ts';
import { findApiToken } from '../registry/api-tokens.ts';
import type { Registry } from '../registry/database.ts';
import { findSession } from '../registry/sessions.ts';
import type { Permission } from './permissions.ts';
import type { Role } from './contract.ts';
import { ApiError } from './errors.ts';

export const SESSION_COOKIE = '__Host-vonggac';
/** Names a browser in which somebody signed in before (registry/login-lanes.ts); it opens nothing. */
export const DEVICE_COOKIE = '__Host-vonggac-device';
const BEARER = /^Bearer ([\x21-\x7e]{1,256})$/i;
const BASIC = /^Basic ([A-Za-z0-9+/]{1,1024}={0,2})$/i;

interface PrincipalFacts {
  role: Role;
  /** What a token may at most; undefined: all its role may. */
  permissions?: ReadonlySet<Permission> | undefined;
  agencyId: number;
  scope: AgencyScope;
  /** As written in the audit trail. */
  actor: string;
  /** As shown to people. */
  name: string;
}

export type Principal = PrincipalFacts &
  (
    | {
        kind: 'user';
        username: string;
        mustChangePassword: boolean;
        mustEnrol: boolean;
        hasSecondFactor: boolean;
        provedMs: number;
        sessionHash: string;
        method: 'password' | 'oidc';
        needsCode: boolean;
      }
    | { kind: 'token'; tokenId: string }
  );

/** How a principal proves itself again later, for what stays open. */
export type Credential = { session: { hash: string } } | { token: { id: string } };

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** @throws ApiError unauthenticated */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new ApiError('unauthenticated');
  return request.principal;
}

/** @throws ApiError unauthenticated; forbidden for tokens */
export function personOf(request: FastifyRequest): Extract<Principal, { kind: 'user' }> {
  const principal = principalOf(request);
  if (principal.kind === 'user') return principal;
  throw new ApiError('forbidden', { message: 'this is for people who sign in, not for tokens' });
}

async function byToken(
  registry: Registry,
  token: { value: string } | { id: string },
  touch: boolean | { address: string },
): Promise<Principal | undefined> {
  const holder = await findApiToken(registry, token, touch);
  if (holder === undefined) return undefined;
  return {
    kind: 'token',
    tokenId: holder.id,
    role: holder.role,
    permissions: holder.permissions,
    agencyId: holder.agencyId,
    scope: await scopeOfAgency(registry.db, holder.agencyId),
    actor: `token:${holder.id}`,
    name: holder.name === '' ? `token:${holder.id}` : `token:${holder.name}`,
  };
}

async function bySession(
  registry: Registry,
  session: { value: string } | { hash: string },
  touch: boolean,
): Promise<Principal | undefined> {
  const user = await findSession(registry, session, touch);
  if (user === undefined) return undefined;
  return {
    kind: 'user',
    username: user.username,
    mustChangePassword: user.mustChangePassword,
    sessionHash: user.sessionHash,
    mustEnrol: user.mustEnrol,
    hasSecondFactor: user.hasSecondFactor,
    provedMs: user.provedMs,
    method: user.method,
    needsCode: user.needsCode,
    role: user.role,
    agencyId: user.agencyId,
    scope: await scopeOfAgency(registry.db, user.agencyId),
    actor: `user:${user.username}`,
    name: user.username,
  };
}

/**
 * The token of a program that knows user names and passwords only: it is the password, whatever the name. A header of
 * ClickHouse's clients is read like basic authentication.
 */
function tokenAsPassword({ headers }: FastifyRequest): string | undefined {
  const key = headers['x-clickhouse-key'];
  if (typeof key === 'string') return key;
  const basic = BASIC.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return undefined;
  const text = Buffer.from(basic, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

/** The request's principal; undefined when it carries no credential or one that does not hold. */
export function authenticate(registry: Registry, request: FastifyRequest): Promise<Principal | undefined> {
  const { authorization } = request.headers;
  const password =
    request.routeOptions.config.takesTokenAsPassword === true ? tokenAsPassword(request) : undefined;
  if (password !== undefined) return byToken(registry, { value: password }, { address: request.ip });
  // A token that does not hold is not made good by a cookie beside it.
  if (authorization !== undefined) {
    const value = BEARER.exec(authorization)?.[1];
    return value === undefined
      ? Promise.resolve(undefined)
      : byToken(registry, { value }, { address: request.ip });
  }
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie === undefined ? Promise.resolve(undefined) : bySession(registry, { value: cookie }, true);
}

export function credentialOf(principal: Principal): Credential {
  return principal.kind === 'user'
    ? { session: { hash: principal.sessionHash } }
    : { token: { id: principal.tokenId } };
}

/** The principal as it stands now, without counting as use; undefined when the credential ended. */
export function refresh(registry: Registry, credential: Credential): Promise<Principal | undefined> {
  return 'session' in credential
    ? bySession(registry, credential.session, false)
    : byToken(registry, credential.token, false);
}

/** Whether the browser says the request comes from a page of this site. */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = request.headers;
  return origin !== undefined && host !== undefined && origin === `https://${host}`;
}

/** Whether the browser says the request comes from elsewhere; false when it says nothing. */
export function isCrossSite(request: FastifyRequest): boolean {
  const says = request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined;
  return says && !isSameOrigin(request);
}
