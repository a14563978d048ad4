/**
 * Runs before every handler: decides by the route's declared access. A route without one fails at start, so nothing
 * is ever open by forgetting.
 */
import type { FastifyRequest } from 'fastify';
import { holds, isPermission, type Access } from './access.ts';
import { isLoopback } from '../ingest/address.ts';
import type { ApiDependencies, ApiServer } from './dependencies.ts';
import { ApiError } from './errors.ts';
import { authenticate, isSameOrigin, type Principal } from './principal.ts';
import { requestRate } from './request-rate.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A proxy on this machine speaks for somebody else. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

export interface DeclaredRoute {
  method: string;
  url: string;
  access: Access;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with what it needs. */
    declaredRoutes: readonly DeclaredRoute[];
  }
}

function isLocalPeer(request: FastifyRequest): boolean {
  return isLoopback(request.ip) && PROXY_HEADERS.every((name) => request.headers[name] === undefined);
}

/** For how long a proof of who one is counts for dangerous acts. */
export const STEP_UP_MS = 300_000;

/** @throws ApiError step-up-required, code-needed, forbidden for tokens where only people act */
function mustHaveProved(request: FastifyRequest, principal: Principal, nowMs: number): void {
  const { stepUp } = request.routeOptions.config;
  if (stepUp === undefined) return;
  if (principal.kind === 'user') {
    if (principal.needsCode) throw new ApiError('code-needed');
    if (nowMs - principal.provedMs > STEP_UP_MS) throw new ApiError('step-up-required');
  } else if (stepUp === 'person') {
    throw new ApiError('forbidden', { message: 'only a person who is signed in does this, no token' });
  }
}

/** For what turns out to be dangerous only when it is looked at. @throws ApiError step-up-required */
export function mustBeFresh(principal: Principal, nowMs: number): void {
  if (principal.kind === 'user' && nowMs - principal.provedMs > STEP_UP_MS)
    throw new ApiError('step-up-required');
}

/** @throws ApiError unauthenticated, cross-site, password-change-required, code-needed, second-factor-missing, forbidden */
function authorize(access: Access, request: FastifyRequest, principal: Principal | undefined): void {
  if (principal === undefined) throw new ApiError('unauthenticated');
  if (principal.kind === 'user' && !SAFE_METHODS.has(request.method) && !isSameOrigin(request)) {
    throw new ApiError('cross-site');
  }
  if (access === 'self') return;
  if (principal.kind === 'user' && principal.mustChangePassword)
    throw new ApiError('password-change-required');
  if (principal.kind === 'user' && principal.needsCode) throw new ApiError('code-needed');
  if (principal.kind === 'user' && principal.mustEnrol) throw new ApiError('second-factor-missing');
  const permission = access === 'metrics' ? 'metrics:read' : access;
  if (!isPermission(permission) || !holds(principal, permission)) throw new ApiError('forbidden');
  // The numbers of the watch post count everybody's hosts and events.
  if (access === 'metrics' && principal.scope.kind !== 'all') throw new ApiError('forbidden');
}

export function addGuard(app: ApiServer, deps: Pick<ApiDependencies, 'registry' | 'limits'>): void {
  const declared: DeclaredRoute[] = [];
  app.decorate('declaredRoutes', declared);
  app.decorateRequest('principal', undefined);

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined) {
      throw new Error(`route ${String(route.method)} ${route.url} does not declare its access`);
    }
    for (const method of [route.method].flat()) declared.push({ method, url: route.url, access });
  });

  const rate = requestRate(app, deps);

  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === 'public' || access === 'enrol') return;
    if (access === 'metrics' && isLocalPeer(request)) return;
    request.principal = await authenticate(deps.registry, request);
    await (request.principal === undefined ? rate.unknown(request, reply) : rate.known(request, reply));
    authorize(access ?? 'self', request, request.principal);
    if (request.principal !== undefined) mustHaveProved(request, request.principal, deps.registry.now());
  });
}
