/** Baselines in the API: listed with how they stand, approved at the digest that one saw, withdrawn. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

const DIGEST = 'a1'.repeat(16);
const OTHER = 'b2'.repeat(16);
let world: World;
let cookie: Record<string, string>;
let agentId: string;

beforeAll(async () => {
  world = await buildWorld();
  await addUser(world, 'an', 'administrator');
  cookie = await signIn(world, 'an');
  const token = await createJoinToken(world.registry, { agencyId: 1 }, 'test');
  const outcome = await enrolAgent(world.registry, enrolRequest(token), '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
});
afterAll(() => world.close());

const list = async () => {
  const answer = await world.app.inject({ url: '/api/v1/integrity/baselines', headers: cookie });
  return answer.json().baselines;
};
const approve = (digest: string, note?: string) =>
  world.app.inject({
    method: 'POST',
    url: `/api/v1/agents/${agentId}/baseline-approvals`,
    headers: cookie,
    payload: { digest, note },
  });

it('approves what one saw, tells what changed since, and takes it back', async () => {
  expect(await list()).toEqual([]);
  expect((await approve(DIGEST)).json()).toMatchObject({ status: 409, reason: 'baseline-unknown' });
  const toldMs = world.clock.ms - 60_000;
  const none = { madeMs: 0, tamperedMs: 0, acceptedMs: 0, changedMs: 0 };
  world.baselines.push({ agentId, digest: DIGEST, paths: 12, toldMs, ...none });
  expect(await list()).toMatchObject([
    { agentId, state: 'intact', digest: DIGEST, paths: 12, standing: 'never' },
  ]);

  const refused = await approve(OTHER);
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'baseline-changed']);
  expect(refused.json().detail).toContain(DIGEST);
  expect((await approve(DIGEST, 'hai\ndòng')).statusCode).toBe(400);

  const approved = await approve(DIGEST, ' sau khi vá ');
  expect([approved.statusCode, approved.json()]).toMatchObject([201, { digest: DIGEST, note: 'sau khi vá' }]);
  const [row] = await list();
  expect(row).toMatchObject({
    standing: 'approved',
    approval: { approvedBy: 'user:an', note: 'sau khi vá' },
  });

  world.baselines[0] = {
    agentId,
    digest: OTHER,
    paths: 12,
    toldMs: toldMs + 9,
    ...none,
    changedMs: toldMs + 5,
  };
  expect(await list()).toMatchObject([{ standing: 'changed', digest: OTHER, approval: { digest: DIGEST } }]);

  world.baselines[0] = { ...world.baselines[0], tamperedMs: toldMs + 7 };
  expect((await approve(OTHER)).json()).toMatchObject({ status: 409, reason: 'baseline-tampered' });

  const url = `/api/v1/agents/${agentId}/baseline-approvals`;
  const { id } = approved.json();
  const withdrawn = await world.app.inject({ method: 'DELETE', url: `${url}/${id}`, headers: cookie });
  expect(withdrawn.statusCode).toBe(204);
  expect(await list()).toMatchObject([{ state: 'tampered', standing: 'never', approval: null }]);
  const history = await world.app.inject({ url, headers: cookie });
  expect(history.json().approvals).toMatchObject([{ id, withdrawnBy: 'user:an' }]);
});
