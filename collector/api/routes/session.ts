/** Signing in and out, who am I, and the password. */
import '@fastify/cookie'; // declares request.cookies
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressGroup } from '../../ingest/address.ts';
import { scopeOfAgency } from '../../registry/agencies.ts';
import { writeAudit } from '../../registry/audit.ts';
import { forgetInitialPassword } from '../../registry/first-administrator.ts';
import { rememberDevice } from '../../registry/login-lanes.ts';
import { hashSecret } from '../../registry/secrets.ts';
import {
  createSession,
  endSession,
  findSession,
  rotateSession,
  SESSION_LIMITS,
} from '../../registry/sessions.ts';
import { changePassword } from '../../registry/people/change-password.ts';
import { checkLogin } from '../../registry/people/check-login.ts';
import { z } from 'zod';
import { errorSchema, loginBodySchema, meSchema, passwordBodySchema, type Me } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { holds } from '../access.ts';
import { ApiError } from '../errors.ts';
import { PERMISSIONS } from '../permissions.ts';
import { DEVICE_COOKIE, isCrossSite, principalOf, SESSION_COOKIE, type Principal } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';

const DEVICE_SECONDS = 90 * 86_400;
const DEVICE_FORM = /^[A-Za-z0-9_-]{43}$/;
export const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

/** The browser's own secret; undefined when it has none, or something else in its place. */
export function deviceOf(request: FastifyRequest): string | undefined {
  const value = request.cookies[DEVICE_COOKIE];
  return value !== undefined && DEVICE_FORM.test(value) ? value : undefined;
}

/** The session has its own ends, which may be nearer. */
export function setSession(reply: FastifyReply, value: string): void {
  reply.setCookie(SESSION_COOKIE, value, { ...COOKIE, maxAge: SESSION_LIMITS.absoluteMs / 1_000 });
}

/** The browser forgets the session, and what it kept of the pages: its device's own cookie stays. */
export function clearSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, COOKIE);
  reply.header('clear-site-data', '"cache", "storage"');
}

function meOf(principal: Principal): Me {
  return {
    username: principal.name,
    role: principal.role,
    permissions: PERMISSIONS.filter((permission) => holds(principal, permission)),
    seesEverything: principal.scope.kind === 'all',
    mustChangePassword: principal.kind === 'user' && principal.mustChangePassword,
    mustEnrol: principal.kind === 'user' && principal.mustEnrol,
    hasSecondFactor: principal.kind === 'user' && principal.hasSecondFactor,
    method: principal.kind === 'user' ? principal.method : 'token',
    needsCode: principal.kind === 'user' && principal.needsCode,
  };
}

export function addSessionRoutes(app: ApiServer, deps: ApiDependencies): void {
  const { registry } = deps;

  app.post(
    '/login',
    {
      config: { access: 'public', ...rateLimit(deps.limits.loginsPerMinute) },
      schema: {
        summary: 'Sign in; sets the session cookie',
        body: loginBodySchema,
        response: { 200: meSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      if (isCrossSite(request)) throw new ApiError('cross-site');
      const { ip } = request;
      const device = deviceOf(request);
      const attempt = { ...request.body, address: addressGroup(ip), device };
      const outcome = await checkLogin(registry, attempt, deps.passwordCost);
      // Told to who knows the password only.
      if (!outcome.ok && outcome.fault === 'code-missing') throw new ApiError('second-factor-needed');
      if (!outcome.ok) {
        deps.emit('login.refused', { fault: outcome.fault });
        // What was typed is not written down where nobody has that name: it may be a password in the wrong box.
        const target = outcome.fault === 'unknown' ? '' : `user:${request.body.username.toLowerCase()}`;
        const detail = { fault: outcome.fault, ip };
        await writeAudit(registry.db, registry.now(), {
          actor: 'system',
          action: 'login.refused',
          target,
          detail,
        });
        throw new ApiError('bad-credentials');
      }
      const { user } = outcome;
      const actor = `user:${user.username}`;
      // Whoever signs in anew in a browser leaves the session it held.
      const held = request.cookies[SESSION_COOKIE];
      if (held !== undefined) await endSession(registry, hashSecret(held));
      const value = await createSession(registry, user.id, {
        address: ip,
        client: request.headers['user-agent'],
      });
      const known = device ?? registry.random(32).toString('base64url');
      await rememberDevice(registry.db, {
        userId: user.id,
        idHash: hashSecret(known),
        nowMs: registry.now(),
      });
      const session = await findSession(registry, { value }, false);
      const { username, role, mustChangePassword } = user;
      const { mustEnrol = false, hasSecondFactor = false } = session ?? {};
      // Who has a second factor has shown it just now.
      const detail = { ip, method: 'password', twoFactors: hasSecondFactor };
      await writeAudit(registry.db, registry.now(), { actor, action: 'login', target: actor, detail });
      setSession(reply, value);
      reply.setCookie(DEVICE_COOKIE, known, { ...COOKIE, maxAge: DEVICE_SECONDS });
      return {
        username,
        role,
        permissions: PERMISSIONS.filter((permission) => holds({ role }, permission)),
        seesEverything: (await scopeOfAgency(registry.db, user.agencyId)).kind === 'all',
        mustChangePassword,
        mustEnrol,
        hasSecondFactor,
        method: 'password' as const,
        needsCode: false,
      };
    },
  );

  app.post(
    '/logout',
    {
      config: { access: 'self' },
      schema: { summary: 'End this session', response: { 204: z.null(), '4xx': errorSchema } },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.kind === 'user') {
        await endSession(registry, principal.sessionHash);
        const { actor } = principal;
        await writeAudit(registry.db, registry.now(), { actor, action: 'logout', target: actor });
      }
      clearSession(reply);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/me',
    {
      config: { access: 'self' },
      schema: { summary: 'Who is signed in', response: { 200: meSchema, '4xx': errorSchema } },
    },
    async (request) => meOf(principalOf(request)),
  );

  app.post(
    '/password',
    {
      config: { access: 'self', ...rateLimit(deps.limits.loginsPerMinute) },
      schema: {
        summary: 'Change the own password; ends the other sessions',
        body: passwordBodySchema,
        response: { 200: meSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.kind !== 'user') {
        throw new ApiError('forbidden', { message: 'an API token has no password' });
      }
      const { username, sessionHash } = principal;
      await changePassword(
        registry,
        { username, ...request.body, keepSession: sessionHash, device: deviceOf(request) },
        deps.passwordCost,
      );
      forgetInitialPassword(deps.dataDir, username);
      setSession(reply, await rotateSession(registry, sessionHash));
      return { ...meOf(principal), mustChangePassword: false };
    },
  );
}
