/**
 * Signing in at an identity provider. The browser goes there and comes back; what went wrong is told to the console by a code in
 * its address, since the browser shows what answers here.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OidcError } from '../../oidc/oidc-error.ts';
import type { OidcClient, ProvedIdentity } from '../../oidc/oidc-client.ts';
import { writeAudit } from '../../registry/audit.ts';
import { settleExternalLogin } from '../../registry/people/external-login.ts';
import { sessionHolder } from '../../registry/people/session-holder.ts';
import { hashSecret } from '../../registry/secrets.ts';
import { createSession, endSession, rotateSession, sessionToken } from '../../registry/sessions.ts';
import { errorSchema } from '../contract.ts';
import { goSchema, oidcStateSchema, returnToSchema } from '../contract-oidc.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { STEP_UP_MS } from '../guard.ts';
import { keepFlow, ownPlace, takeFlow } from '../oidc-flow.ts';
import { isCrossSite, principalOf, SESSION_COOKIE } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';
import { clearSession, setSession } from './session.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'limits' | 'oidc' | 'emit' | 'log'>;

/** @throws ApiError not-found */
export function providerOf(oidc: OidcClient | undefined): OidcClient {
  if (oidc !== undefined) return oidc;
  throw new ApiError('not-found', { message: 'no identity provider is set up here: VONGGAC_OIDC_ISSUER' });
}

export function addOidcRoutes(app: ApiServer, deps: Deps): void {
  const { registry, oidc, limits } = deps;

  app.get(
    '/oidc',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether one signs in at an identity provider, and its name',
        response: { 200: oidcStateSchema, '4xx': errorSchema },
      },
    },
    () => ({ enabled: oidc !== undefined, name: oidc?.settings.name ?? null }),
  );

  app.get(
    '/oidc/start',
    {
      config: { access: 'public', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Go to the identity provider to sign in',
        querystring: returnToSchema,
        response: { 303: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const provider = providerOf(oidc);
      const returnTo = ownPlace(request.query.returnTo);
      // The provider may know the browser and ask nothing: signing in begins with a click on our own page, never by a page elsewhere.
      if (isCrossSite(request)) return reply.redirect('/', 303);
      try {
        const { url, flow } = await provider.begin();
        keepFlow(registry, reply, flow, { returnTo });
        return await reply.redirect(url, 303);
      } catch (error) {
        return refuse(deps, request, reply, error);
      }
    },
  );

  app.get(
    '/oidc/callback',
    {
      config: { access: 'public', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Where the identity provider sends people back to; sets the session cookie',
        response: { 303: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const provider = providerOf(oidc);
      try {
        const flow = takeFlow(registry, request, reply);
        const at = request.url.indexOf('?');
        const query = at === -1 ? '' : request.url.slice(at);
        const maxAgeS = flow.session === undefined ? undefined : STEP_UP_MS / 1_000;
        const identity = await provider.finish(query, flow, maxAgeS);
        if (flow.session === undefined) await signIn(deps, provider, request, reply, identity);
        else await proveAgain(deps, provider, request, reply, { session: flow.session, identity });
        return await reply.redirect(flow.returnTo, 303);
      } catch (error) {
        return refuse(deps, request, reply, error);
      }
    },
  );

  app.post(
    '/oidc/step-up',
    {
      config: { access: 'self', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Prove again who you are at the identity provider; answers where to go for it',
        body: returnToSchema,
        response: { 200: goSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.kind !== 'user' || principal.method !== 'oidc') {
        throw new ApiError('forbidden', { message: 'this is for who signed in at the identity provider' });
      }
      try {
        const { url, flow } = await providerOf(oidc).begin({ again: true });
        const { sessionHash: session } = principal;
        keepFlow(registry, reply, flow, { returnTo: ownPlace(request.body.returnTo), session });
        return { url };
      } catch (error) {
        if (!(error instanceof OidcError)) throw error;
        throw new ApiError('provider-away', { cause: error });
      }
    },
  );

  app.post(
    '/oidc/logout',
    {
      config: { access: 'self' },
      schema: {
        summary: 'End this session; answers where the one at the identity provider is ended',
        response: { 200: goSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.kind !== 'user') return { url: null };
      const { sessionHash, actor, method } = principal;
      const token = await sessionToken(registry, sessionHash);
      await endSession(registry, sessionHash);
      await writeAudit(registry.db, registry.now(), { actor, action: 'logout', target: actor });
      clearSession(reply);
      return { url: method === 'oidc' ? ((await oidc?.logoutUrl(token)) ?? null) : null };
    },
  );
}

/** Somebody whom the provider knows, and who may not come in here. */
class NotAdmitted extends Error {
  override readonly name = 'NotAdmitted';
  readonly fault: string;
  readonly username: string;

  constructor(fault: string, username: string) {
    super(`${username}: ${fault}`);
    this.fault = fault;
    this.username = username;
  }
}

async function signIn(
  { registry }: Deps,
  { settings }: OidcClient,
  request: FastifyRequest,
  reply: FastifyReply,
  identity: ProvedIdentity,
): Promise<void> {
  const outcome = await settleExternalLogin(registry, identity, settings);
  if (!outcome.ok) throw new NotAdmitted(outcome.fault, outcome.username);
  const { user } = outcome;
  const held = request.cookies[SESSION_COOKIE];
  if (held !== undefined) await endSession(registry, hashSecret(held));
  const value = await createSession(registry, user.id, {
    address: request.ip,
    client: request.headers['user-agent'],
    external: identity,
  });
  const actor = `user:${user.username}`;
  const detail = { ip: request.ip, method: 'oidc', twoFactors: identity.hasTwoFactors };
  await writeAudit(registry.db, registry.now(), { actor, action: 'login', target: actor, detail });
  setSession(reply, value);
}

/** The same person as in the session, just now. */
async function proveAgain(
  { registry }: Deps,
  { settings }: OidcClient,
  request: FastifyRequest,
  reply: FastifyReply,
  { session, identity }: { session: string; identity: ProvedIdentity },
): Promise<void> {
  const holder = await sessionHolder(registry, session);
  if (holder === undefined || holder.issuer !== identity.issuer || holder.subject !== identity.subject)
    throw new NotAdmitted('other-person', holder?.username ?? '');
  if (settings.acr.length > 0 && !identity.hasTwoFactors)
    throw new NotAdmitted('one-factor', holder.username);
  setSession(reply, await rotateSession(registry, session, identity.hasTwoFactors ? 'provider' : undefined));
  const actor = `user:${holder.username}`;
  const detail = { ip: request.ip, method: 'oidc' };
  await writeAudit(registry.db, registry.now(), { actor, action: 'login.step-up', target: actor, detail });
}

/** Back to the console, which says why. @throws whatever is a fault of ours */
async function refuse(
  { registry, emit, log }: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): Promise<FastifyReply> {
  if (!(error instanceof OidcError) && !(error instanceof NotAdmitted)) throw error;
  const { fault } = error;
  emit('login.refused', { fault });
  log.warn({ fault, err: error }, 'signing in at the identity provider came to nothing');
  const target = error instanceof NotAdmitted && error.username !== '' ? `user:${error.username}` : '';
  await writeAudit(registry.db, registry.now(), {
    actor: 'system',
    action: 'login.refused',
    target,
    detail: { fault, ip: request.ip, method: 'oidc' },
  });
  return reply.redirect(`/?signIn=${fault}`, 303);
}
