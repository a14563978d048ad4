/** Commands in the control plane: who may ask, who may approve, what becomes of them, in order and once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandAction, CommandReport } from '../../../collector/protocol/command.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { decideResponse, requestResponse } from '../../../collector/registry/response-acts.ts';
import {
  expireResponses,
  noteReport,
  noteSent,
  pendingResponses,
} from '../../../collector/registry/response-reports.ts';
import { findResponse, listResponses, type ResponseBy } from '../../../collector/registry/responses.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const EVERYWHERE = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: EVERYWHERE };
const BINH = { actor: 'user:binh', scope: EVERYWHERE };
const ISOLATE: CommandAction = { action: 'isolate', durationMs: 3_600_000 };

let registry: Registry;
let clock: TestClock;
let agentId: string;
beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  const token = await createJoinToken(registry, {}, 'cli:root');
  const outcome = await enrolAgent(registry, enrolRequest(token), '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
});
afterEach(() => registry.close());

const ask = (command: CommandAction = ISOLATE, more: object = {}, by: ResponseBy = AN) =>
  requestResponse(
    registry,
    { agentId, command, dryRun: false, reason: 'alert 81', expiresInMs: 60_000, ...more },
    by,
  );
const says = (id: string, state: CommandReport['state'], from = agentId) =>
  noteReport(registry, from, {
    type: 'command-report',
    id,
    report: 1,
    state,
    message: 'so',
    detail: { pid: 3 },
  });
const stateOf = async (id: string): Promise<string> => (await findResponse(registry, id, EVERYWHERE)).state;

describe('what takes something away', () => {
  test('waits for a second person, and goes its way from there, each step on record', async () => {
    const { id, state, counter } = await ask();
    expect([state, counter]).toEqual(['requested', null]);
    expect(await pendingResponses(registry, agentId)).toEqual([]);
    await expect(decideResponse(registry, id, { approve: true }, AN)).rejects.toMatchObject({
      code: 'response-not-yours',
    });
    const approved = await decideResponse(registry, id, { approve: true, reason: 'seen' }, BINH);
    expect(approved).toMatchObject({ state: 'approved', decidedBy: 'user:binh', requestedBy: 'user:an' });
    expect(await pendingResponses(registry, agentId)).toMatchObject([{ id }]);
    await noteSent(registry, id);
    // Not answered: it is still to be heard.
    expect(await pendingResponses(registry, agentId)).toMatchObject([{ id, state: 'sent' }]);
    await says(id, 'accepted');
    expect(await pendingResponses(registry, agentId)).toEqual([]);
    await says(id, 'done');
    expect(await findResponse(registry, id, EVERYWHERE)).toMatchObject({
      state: 'done',
      message: 'so',
      detail: { pid: 3 },
    });
    expect(
      (await listAudit(registry, { limit: 4 })).map(({ action, actor }) => `${action} ${actor}`),
    ).toEqual([
      `response.report agent:${agentId}`,
      `response.report agent:${agentId}`,
      'response.approve user:binh',
      'response.request user:an',
    ]);
  });

  test('may be rejected, by who asked as well, and is decided once', async () => {
    const { id } = await ask();
    await decideResponse(registry, id, { approve: false, reason: 'wrong host' }, AN);
    expect(await stateOf(id)).toBe('rejected');
    await expect(decideResponse(registry, id, { approve: true }, BINH)).rejects.toMatchObject({
      code: 'response-decided',
    });
    await says(id, 'done');
    expect(await stateOf(id)).toBe('rejected');
  });

  test('is asked for and approved by people only: no token, no command line alone', async () => {
    for (const actor of ['token:abc', 'cli:root', 'system'])
      await expect(ask(ISOLATE, {}, { actor, scope: EVERYWHERE })).rejects.toMatchObject({
        code: 'response-not-yours',
      });
    const { id } = await ask();
    await expect(
      decideResponse(registry, id, { approve: true }, { actor: 'token:abc', scope: EVERYWHERE }),
    ).rejects.toMatchObject({ code: 'response-not-yours' });
  });
});

test('a rehearsal, a bundle and what undoes need no second person', async () => {
  expect((await ask(ISOLATE, { dryRun: true })).state).toBe('approved');
  expect((await ask({ action: 'collect-bundle' })).state).toBe('approved');
  expect((await ask({ action: 'release' })).state).toBe('approved');
});

test('numbers of one host only grow, past the clock', async () => {
  const first = await ask({ action: 'release' });
  clock.ms -= 60_000;
  const second = await ask({ action: 'release' });
  expect(second.counter).toBe((first.counter ?? 0) + 1);
  expect((await pendingResponses(registry, agentId)).map(({ id }) => id)).toEqual([first.id, second.id]);
});

test('what is not begun in time is given up; what a host says last is true all the same', async () => {
  const waiting = await ask();
  const sent = await ask({ action: 'collect-bundle' });
  await noteSent(registry, sent.id);
  clock.ms += 61_000;
  await expect(decideResponse(registry, waiting.id, { approve: true }, BINH)).rejects.toMatchObject({
    code: 'response-decided',
  });
  expect((await expireResponses(registry)).toSorted()).toEqual([waiting.id, sent.id].toSorted());
  expect(await pendingResponses(registry, agentId)).toEqual([]);
  await says(sent.id, 'done');
  expect(await stateOf(sent.id)).toBe('done');
  await says(sent.id, 'failed');
  expect(await stateOf(sent.id)).toBe('done');
  await says(waiting.id, 'accepted');
  expect(await stateOf(waiting.id)).toBe('expired');
});

test('no host speaks for another one, and nobody acts on hosts outside their part of the tree', async () => {
  const { id } = await ask({ action: 'collect-bundle' });
  expect(await says(id, 'done', 'ffffffff-0000-4000-8000-000000000000')).toBe(false);
  expect(await stateOf(id)).toBe('approved');
  const { id: other } = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
  const scope = { kind: 'some' as const, agencyIds: [other] };
  await expect(ask(ISOLATE, {}, { actor: 'user:chi', scope })).rejects.toMatchObject({
    code: 'agent-unknown',
  });
  await expect(findResponse(registry, id, scope)).rejects.toMatchObject({ code: 'response-unknown' });
  expect(await listResponses(registry, { scope, limit: 10 })).toEqual([]);
  expect(await findResponse(registry, id.slice(0, 8), EVERYWHERE)).toMatchObject({ id });
});
