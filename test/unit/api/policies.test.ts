/** Policies and commands over the API: who may do what, and what is refused with which answer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency, ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let administrator: { authorization: string };
let viewer: { authorization: string };
/** Of one agency only. */
let local: { authorization: string };
let agentId: string;

beforeEach(async () => {
  world = await buildWorld();
  const { registry } = world;
  administrator = await bearer(world, 'administrator');
  viewer = await bearer(world, 'agency-viewer');
  const { id } = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
  local = await bearer(world, 'administrator', id);
  await ensureAgentGroup(registry.db, 'servers', 0);
  const token = await createJoinToken(registry, { group: 'servers' }, 'cli:root');
  const outcome = await enrolAgent(registry, enrolRequest(token), '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
});
afterEach(() => world.close());

const ask = (method: 'GET' | 'POST', url: string, payload?: object, headers = administrator) =>
  world.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload === undefined ? {} : { payload }) });
const set = (document: object, more: object = {}, headers = administrator) =>
  ask('POST', '/policies', { group: 'servers', document, ...more }, headers);

describe('a policy', () => {
  it('is set, read, let out, rolled back, and agents hear of it each time', async () => {
    const made = await set({ log: { level: 'warn' } }, { comment: 'less', percent: 10, canaries: [agentId] });
    expect([made.statusCode, made.json().policy.version]).toEqual([201, 1]);
    expect(made.json().rollout).toMatchObject({
      version: 1,
      previous: 0,
      percent: 10,
      canaries: [agentId],
      state: 'running',
    });
    const shown = await ask('GET', '/policies/servers/1', undefined, viewer);
    expect(shown.json()).toMatchObject({ document: { log: { level: 'warn' } }, comment: 'less' });
    const wider = await ask('POST', '/policies/servers/rollout', { percent: 100 });
    expect(wider.json()).toMatchObject({ percent: 100, canaries: [agentId] });
    expect((await ask('POST', '/policies/servers/rollback', { to: 0 })).json()).toMatchObject({ version: 0 });
    expect(world.policyLooks).toBe(3);
    const listed = (await ask('GET', '/policies', undefined, viewer)).json();
    expect([listed.policies.length, listed.rollouts.length]).toEqual([1, 1]);
    const status = (await ask('GET', '/policy-status?group=servers', undefined, viewer)).json();
    expect(status.agents).toMatchObject([{ agentId, outcome: 'own-settings', running: null }]);
  });

  it('is only looked at in a dry run', async () => {
    expect((await set({ watch: [] }, { dryRun: true })).json()).toEqual({ policy: null, rollout: null });
    expect((await set({ response: { allow: ['isolate'] } }, { dryRun: true })).statusCode).toBe(400);
    expect((await ask('GET', '/policies')).json()).toEqual({ policies: [], rollouts: [] });
  });

  it('is checked while it is written, with the setting that is at fault', async () => {
    const check = async (document: object) => (await ask('POST', '/policies/check', { document })).json();
    expect(await check({ watch: [] })).toEqual({ fault: null });
    expect(await check({ commands: { allow: ['/bin/sh'] } })).toEqual({
      fault: { setting: 'commands.allow', message: expect.stringContaining('commands.allow') },
    });
    expect((await ask('POST', '/policies/check', { document: {} }, viewer)).statusCode).toBe(403);
  });

  it('is not set over one that somebody else set meanwhile', async () => {
    expect((await set({ watch: [] }, { after: 0 })).statusCode).toBe(201);
    const late = await set({ watch: [{ path: '/srv' }] }, { after: 0 });
    expect([late.statusCode, late.json().code]).toEqual([412, 'version-conflict']);
    expect((await set({ watch: [{ path: '/srv' }] }, { after: 1 })).statusCode).toBe(201);
  });

  it.each([
    ['about what hosts alone may say', { proxy: 'none' }, 400, 'proxy'],
    ['about programs', { commands: { allow: ['/bin/sh'] } }, 400, 'commands.allow'],
    ['too large', { tails: 'x'.repeat(300_000) }, 400, 'at most'],
    ['far too large', { tails: 'x'.repeat(3_000_000) }, 413, 'too large'],
  ])('is refused when it is %s', async (_, document, status, why) => {
    const answer = await set(document);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().detail).toContain(why);
  });

  it('is changed by administrators of the whole tree only, and of groups that there are', async () => {
    expect((await set({}, {}, viewer)).statusCode).toBe(403);
    expect((await set({}, {}, local)).statusCode).toBe(403);
    expect((await set({}, { group: 'none' })).statusCode).toBe(404);
    expect((await ask('POST', '/policies/servers/rollback', {})).statusCode).toBe(404);
    expect((await ask('GET', '/policies/servers/7')).statusCode).toBe(404);
    const seen = (await ask('GET', '/policy-status', undefined, local)).json();
    expect(seen.agents).toEqual([]);
  });
});

describe('a command to a host', () => {
  it('is not asked for or approved by tokens, whatever their role', async () => {
    const wanted = { agentId, command: { action: 'collect-bundle' }, reason: 'alert 81' };
    const refused = await ask('POST', '/responses', wanted);
    expect([refused.statusCode, refused.json().detail]).toEqual([403, expect.stringContaining('person')]);
    expect((await ask('POST', '/responses', wanted, viewer)).statusCode).toBe(403);
    expect((await ask('GET', '/responses', undefined, viewer)).json()).toEqual({ responses: [] });
    expect(world.letGo).toEqual([]);
  });

  it.each([
    ['of no known kind', { action: 'format-disk' }],
    ['to process 1', { action: 'kill-process', pid: 1, startedMs: 0, executable: '/sbin/init' }],
    ['with a path that is none', { action: 'quarantine-file', path: 'x', sha256: 'a'.repeat(64) }],
    ['with options for a name', { action: 'disable-account', user: '--root' }],
    ['without end', { action: 'isolate', durationMs: Number.MAX_SAFE_INTEGER }],
  ])('is refused %s', async (_, command) => {
    expect((await ask('POST', '/responses', { agentId, command, reason: 'x' })).statusCode).toBe(400);
  });
});
