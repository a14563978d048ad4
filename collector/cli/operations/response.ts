/**
 * Commands to hosts from the command line. Asking and approving take a person of the control plane, by name and password:
 * who may open the socket could otherwise be both people at once.
 */
import { z } from 'zod';
import { may } from '../../api/access.ts';
import type { Permission } from '../../api/permissions.ts';
import {
  decideResponseSchema,
  newResponseSchema,
  responseListSchema,
  responseSchema,
} from '../../api/contract-response.ts';
import { viewResponse } from '../../api/response-view.ts';
import { scopeOfAgency } from '../../registry/agencies.ts';
import { resolveAgent } from '../../registry/agents.ts';
import { writeAudit } from '../../registry/audit.ts';
import type { Registry } from '../../registry/database.ts';
import { findJob } from '../../registry/jobs.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { decideResponse, requestResponse } from '../../registry/response-acts.ts';
import { findResponse, listResponses, type ResponseBy } from '../../registry/responses.ts';
import { RESPONSE_STATES } from '../../registry/tables/response.ts';
import { checkLogin } from '../../registry/people/check-login.ts';
import { USER_LIMITS } from '../../registry/users.ts';
import { defineOperation } from './operation.ts';

export const personSchema = z.strictObject({
  username: z.string().min(1).max(USER_LIMITS.usernameCharsMax),
  password: z.string().min(1).max(USER_LIMITS.passwordCharsMax),
  /** Of the second factor, where there is one. */
  code: z.string().min(6).max(64).optional(),
});

/** @throws RefusalError login-refused, second-factor-needed */
export async function personOf(
  registry: Registry,
  { username, password, code }: z.infer<typeof personSchema>,
  permission: Permission,
  actor: string,
): Promise<ResponseBy & { agencyId: number }> {
  const login = await checkLogin(registry, { username, password, code });
  if (!login.ok && login.fault === 'code-missing') {
    throw new RefusalError('second-factor-needed', username, 'the code of the second factor is needed');
  }
  if (login.ok && !login.user.mustChangePassword && may(login.user.role, permission)) {
    const { user } = login;
    const { username: name, agencyId } = user;
    return { actor: `user:${name}`, agencyId, scope: await scopeOfAgency(registry.db, agencyId) };
  }
  await writeAudit(registry.db, registry.now(), {
    actor,
    action: 'login.refused',
    target: `user:${username}`,
  });
  throw new RefusalError(
    'login-refused',
    username,
    'the user name, password or code is wrong, the account is locked, its password must be changed first, or its role does not allow this',
  );
}

const EVERYWHERE = { kind: 'all' } as const;

export const responseList = defineOperation({
  name: 'response.list',
  needs: 'data',
  input: z.strictObject({
    state: z.enum(RESPONSE_STATES).optional(),
    agent: z.string().max(64).optional(),
    job: z.string().max(64).optional(),
  }),
  output: responseListSchema,
  async run({ registry }, { state, agent, job }) {
    const jobId = job === undefined ? undefined : (await findJob(registry.db, job, EVERYWHERE)).id;
    const agentId = agent === undefined ? undefined : (await resolveAgent(registry, agent)).id;
    const found = await listResponses(registry, { scope: EVERYWHERE, limit: 200, state, agentId, jobId });
    return { responses: found.map(viewResponse) };
  },
});

export const responseShow = defineOperation({
  name: 'response.show',
  needs: 'data',
  input: z.strictObject({ id: z.string().max(64) }),
  output: responseSchema,
  run: async ({ registry }, { id }) => viewResponse(await findResponse(registry, id, EVERYWHERE)),
});

export const responseRequest = defineOperation({
  name: 'response.request',
  needs: 'data',
  input: newResponseSchema
    .omit({ agentId: true })
    .extend({ agent: z.string().max(64), person: personSchema }),
  output: responseSchema,
  async run({ registry, actor, live }, { agent, person, ...wanted }) {
    const by = await personOf(registry, person, 'response:request', actor);
    const { id: agentId } = await resolveAgent(registry, agent);
    const asked = await requestResponse(registry, { ...wanted, agentId }, by);
    if (asked.state === 'approved') await live?.responses.letGo(asked.agentId);
    return viewResponse(asked);
  },
});

export const responseDecide = defineOperation({
  name: 'response.decide',
  needs: 'data',
  input: decideResponseSchema.extend({
    id: z.string().max(64),
    approve: z.boolean(),
    person: personSchema,
  }),
  output: responseSchema,
  async run({ registry, actor, live }, { id, approve, reason, person }) {
    const by = await personOf(registry, person, 'response:approve', actor);
    const decided = await decideResponse(registry, id, { approve, reason }, by);
    if (approve) await live?.responses.letGo(decided.agentId);
    return viewResponse(decided);
  },
});
