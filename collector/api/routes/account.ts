/** One's own account: prove again who one is, the second factor, the sessions; and what is asked of all people. */
import { z } from 'zod';
import { addressGroup } from '../../ingest/address.ts';
import { writeAudit } from '../../registry/audit.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { readPeoplePolicy, setPeoplePolicy } from '../../registry/people-policy.ts';
import { checkFactor } from '../../registry/people/check-factor.ts';
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from '../../registry/second-factor.ts';
import { endSessions, listSessions, rotateSession } from '../../registry/sessions.ts';
import { checkLogin } from '../../registry/people/check-login.ts';
import {
  confirmBodySchema,
  peoplePolicySchema,
  recoveryCodesSchema,
  secondFactorSchema,
  sessionListSchema,
  stepUpBodySchema,
  stepUpSchema,
} from '../contract-account.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { STEP_UP_MS } from '../guard.ts';
import { personOf, principalOf, type Principal } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';
import { deviceOf, setSession } from './session.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'limits' | 'passwordCost'>;

export function addAccountRoutes(app: ApiServer, deps: Deps): void {
  addStepUp(app, deps);
  addSecondFactor(app, deps);
  addSessions(app, deps);
  addPeoplePolicy(app, deps);
}

function addStepUp(app: ApiServer, { registry, limits, passwordCost }: Deps): void {
  app.post(
    '/step-up',
    {
      config: { access: 'self', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary:
          'Prove again who you are; for some minutes dangerous acts are open. The session gets a new cookie',
        body: stepUpBodySchema,
        response: { 200: stepUpSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const { username, sessionHash, actor } = person;
      /** The session goes on under another cookie. */
      const proved = async (factor?: 'local') => {
        setSession(reply, await rotateSession(registry, sessionHash, factor));
        return { until: isoTime(registry.now() + STEP_UP_MS) };
      };
      const where = { username, address: addressGroup(request.ip), device: deviceOf(request) };
      const { password, code } = request.body;
      if (person.method === 'oidc') {
        if (code === undefined) throw new ApiError('code-needed');
        const isRight = await checkFactor(registry, { ...where, code });
        const action = isRight ? 'login.step-up' : 'login.refused';
        const detail = isRight ? {} : { fault: 'wrong-code', ip: request.ip };
        await writeAudit(registry.db, registry.now(), { actor, action, target: actor, detail });
        if (!isRight) throw new ApiError('second-factor-wrong');
        return proved('local');
      }
      if (password === undefined)
        throw new ApiError('bad-request', { field: 'password', message: 'the password is missing' });
      const outcome = await checkLogin(registry, { ...where, password, code }, passwordCost);
      if (!outcome.ok && outcome.fault === 'code-missing') throw new ApiError('second-factor-needed');
      const action = outcome.ok ? 'login.step-up' : 'login.refused';
      const detail = outcome.ok ? {} : { fault: outcome.fault, ip: request.ip };
      await writeAudit(registry.db, registry.now(), { actor, action, target: actor, detail });
      if (!outcome.ok) throw new ApiError('password-wrong');
      return proved();
    },
  );
}

function addSecondFactor(app: ApiServer, { registry, limits }: Deps): void {
  app.post(
    '/second-factor',
    {
      config: { access: 'self', stepUp: 'person', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Begin a second factor: a secret for an authenticator, which counts once confirmed',
        response: { 201: secondFactorSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { username } = personOf(request);
      return reply.code(201).send(await beginSecondFactor(registry, username));
    },
  );

  app.post(
    '/second-factor/confirm',
    {
      config: { access: 'self', stepUp: 'person', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary: 'Confirm the second factor by a code of it; answers recovery codes, ends the other sessions',
        body: confirmBodySchema,
        response: { 200: recoveryCodesSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { username, sessionHash } = personOf(request);
      const { code } = request.body;
      return {
        recoveryCodes: await confirmSecondFactor(registry, { username, code, keepSession: sessionHash }),
      };
    },
  );

  app.delete(
    '/second-factor',
    {
      config: { access: 'self', stepUp: 'person' },
      schema: { summary: 'Take the own second factor away', response: { 204: z.null(), '4xx': errorSchema } },
    },
    async (request, reply) => {
      const { username, actor } = personOf(request);
      await removeSecondFactor(registry, username, actor);
      return reply.code(204).send(null);
    },
  );
}

function addSessions(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/sessions',
    {
      config: { access: 'self' },
      schema: { summary: 'The own sessions', response: { 200: sessionListSchema, '4xx': errorSchema } },
    },
    async (request) => {
      const { username, sessionHash } = personOf(request);
      const sessions = await listSessions(registry, username, sessionHash);
      return {
        sessions: sessions.map(({ createdMs, lastUsedMs, expiresMs, ...session }) => ({
          ...session,
          createdAt: isoTime(createdMs),
          lastUsedAt: isoTime(lastUsedMs),
          expiresAt: isoTime(expiresMs),
        })),
      };
    },
  );

  app.delete(
    '/sessions/:id',
    {
      config: { access: 'self', stepUp: 'person' },
      schema: {
        summary: 'End one of the own sessions',
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { username, actor } = personOf(request);
      const ended = await endSessions(registry, { username, id: request.params.id, actor });
      if (ended === 0) throw new ApiError('not-found', { message: 'there is no such session' });
      return reply.code(204).send(null);
    },
  );
}

/** Of all people, so for who sees the whole tree. @throws ApiError forbidden */
function mustSeeAll({ scope }: Principal): void {
  if (scope.kind !== 'all') throw new ApiError('forbidden');
}

function addPeoplePolicy(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/people-policy',
    {
      config: { access: 'user:read' },
      schema: {
        summary: 'What is asked of people: second factor by role, length of sessions',
        response: { 200: peoplePolicySchema, '4xx': errorSchema },
      },
    },
    () => readPeoplePolicy(registry.db),
  );

  app.put(
    '/people-policy',
    {
      config: { access: 'user:write', stepUp: 'person' },
      schema: {
        summary: 'Set what is asked of people',
        body: peoplePolicySchema,
        response: { 200: peoplePolicySchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      mustSeeAll(principal);
      await setPeoplePolicy(registry, request.body, principal.actor);
      return request.body;
    },
  );
}
