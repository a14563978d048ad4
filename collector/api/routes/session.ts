/** Signing in and out, who am I, and the password. */
import { writeAudit } from '../../registry/audit.ts';
import { forgetInitialPassword } from '../../registry/first-administrator.ts';
import { hashSecret } from '../../registry/secrets.ts';
import { createSession, endSession, SESSION_LIMITS } from '../../registry/sessions.ts';
import { changePassword, checkLogin } from '../../registry/users.ts';
import { z } from 'zod';
import { errorSchema, loginBodySchema, meSchema, passwordBodySchema, type Me } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { isCrossSite, principalOf, SESSION_COOKIE, type Principal } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';

const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

function meOf(principal: Principal): Me {
  return {
    username: principal.name,
    role: principal.role,
    mustChangePassword: principal.kind === 'user' && principal.mustChangePassword,
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
      const outcome = await checkLogin(registry, request.body, deps.passwordCost);
      const { ip } = request;
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
      const value = await createSession(registry, user.id);
      await writeAudit(registry.db, registry.now(), {
        actor,
        action: 'login',
        target: actor,
        detail: { ip },
      });
      reply.setCookie(SESSION_COOKIE, value, { ...COOKIE, maxAge: SESSION_LIMITS.absoluteMs / 1_000 });
      return { username: user.username, role: user.role, mustChangePassword: user.mustChangePassword };
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
      reply.clearCookie(SESSION_COOKIE, COOKIE);
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
    async (request) => {
      const principal = principalOf(request);
      if (principal.kind !== 'user') {
        throw new ApiError('forbidden', { message: 'an API token has no password' });
      }
      const { username, sessionHash } = principal;
      await changePassword(
        registry,
        { username, ...request.body, keepSession: sessionHash },
        deps.passwordCost,
      );
      forgetInitialPassword(deps.dataDir, username);
      return { ...meOf(principal), mustChangePassword: false };
    },
  );
}
