/** Policies in the control plane: versions, how far they are let out, what agents say of them, and the signing keys. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PolicyReport } from '../../../collector/protocol/policy.ts';
import { isSignedBy, keyLeadsTo } from '../../../collector/protocol/signing-key.ts';
import { ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import {
  listPolicies,
  listRollouts,
  readPolicy,
  rollBackPolicy,
  setPolicy,
  widenRollout,
} from '../../../collector/registry/policies.ts';
import {
  assignPolicy,
  noteReport,
  policyStatus,
  rolloutPlace,
  staleAgents,
} from '../../../collector/registry/policy-assignment.ts';
import { openSigningKey, rotateSigningKey } from '../../../collector/registry/signing-keys.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest, memoryRegistry, temporaryFolder, type TestClock } from './registry-fixture.ts';

let registry: Registry;
let clock: TestClock;
let groupId: number;
beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  groupId = await ensureAgentGroup(registry.db, 'servers', 0);
});
afterEach(() => registry.close());

/** Id of a new agent of the group. */
async function enrolled(hostname: string, group: string): Promise<string> {
  const token = await createJoinToken(registry, { group }, 'cli:root');
  const { host } = enrolRequest(token);
  const outcome = await enrolAgent(
    registry,
    enrolRequest(token, { host: { ...host, hostname } }),
    '10.1.2.3',
  );
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

/** Ids of new agents of the group. */
async function agents(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) ids.push(await enrolled(`pc-${number}`, 'servers'));
  return ids;
}

const set = (settings: unknown, more: object = {}) =>
  setPolicy(registry, { group: 'servers', text: JSON.stringify(settings), ...more }, 'user:an');

/** The agent says that it runs what it was told, or that it will not. */
async function answer(id: string, state: 'applied' | 'refused' | 'rolled-back') {
  const assignment = await assignPolicy(registry, id);
  if (assignment === undefined) throw new Error('nothing was assigned');
  const { group, version, issue, sha256 } = assignment;
  const about = { group, version, issue, sha256 };
  const report: PolicyReport =
    state === 'applied'
      ? { type: 'policy-report', state, running: about }
      : { type: 'policy-report', state, tried: about, code: 'invalid', message: 'tails: no' };
  return noteReport(registry, id, report);
}

describe('a policy', () => {
  test('gets one version after another, which nobody can change', async () => {
    await set({ watch: [] }, { comment: 'less' });
    const { policy } = await set({ watch: [{ path: '/srv' }] });
    expect(policy.version).toBe(2);
    expect(
      (await listPolicies(registry, 'servers')).map(({ version, comment }) => [version, comment]),
    ).toEqual([
      [2, ''],
      [1, 'less'],
    ]);
    expect(await readPolicy(registry, 'servers', 1)).toMatchObject({
      document: '{"watch":[]}',
      author: 'user:an',
    });
    await expect(registry.db.updateTable('policy_version').set({ document: '{}' }).execute()).rejects.toThrow(
      'append only',
    );
    expect((await listAudit(registry, { limit: 2 })).map(({ action }) => action)).toEqual([
      'policy.set',
      'policy.set',
    ]);
  });

  test.each([
    ['no JSON', '{"watch":', 'not JSON'],
    ['a list', '[]', 'JSON object'],
    ['what a host may be told to do', '{"response":{"allow":["isolate"]}}', 'response'],
    ['the way to the collector', '{"proxy":"none"}', 'proxy'],
    ['too much', JSON.stringify({ tails: 'x'.repeat(300_000) }), 'at most'],
    ['too deep', '{"a":'.repeat(40) + '1' + '}'.repeat(40), 'levels'],
  ])('is refused when it is %s', async (_, text, why) => {
    await expect(setPolicy(registry, { group: 'servers', text }, 'user:an')).rejects.toThrow(why);
    expect(await listPolicies(registry)).toEqual([]);
  });

  test('needs a group that there is, and canaries of that group', async () => {
    await expect(setPolicy(registry, { group: 'none', text: '{}' }, 'an')).rejects.toThrow('no agent group');
    const canaries = [await enrolled('elsewhere', 'pcs')];
    await expect(set({}, { canaries })).rejects.toThrow('not of this group');
  });
});

describe('what an agent is told', () => {
  test('is nothing without a policy, and one number for as long as nothing changes', async () => {
    const [id = ''] = await agents(1);
    expect(await assignPolicy(registry, id)).toBeUndefined();
    await set({ watch: [] });
    const first = await assignPolicy(registry, id);
    clock.ms += 1_000;
    expect(await assignPolicy(registry, id)).toEqual(first);
    await set({ watch: [], tails: [] });
    const second = await assignPolicy(registry, id);
    expect(second).toMatchObject({ version: 2, isRollback: false });
    expect(second?.issue).toBeGreaterThan(first?.issue ?? 0);
    await rollBackPolicy(registry, 'servers', 1, 'user:an');
    expect(await assignPolicy(registry, id)).toMatchObject({ version: 1, isRollback: true });
    await rollBackPolicy(registry, 'servers', 0, 'user:an');
    expect(await assignPolicy(registry, id)).toMatchObject({ group: '', version: 0, document: '{}' });
  });

  test('goes past what it reports: a control plane restored from an older copy is believed', async () => {
    const [id = ''] = await agents(1);
    await set({ watch: [] });
    const running = { group: 'servers', version: 7, issue: clock.ms + 50_000, sha256: 'a'.repeat(64) };
    const { assignment } = await noteReport(registry, id, {
      type: 'policy-report',
      state: 'applied',
      running,
    });
    expect(assignment).toMatchObject({ version: 1, issue: clock.ms + 50_001, isRollback: true });
    const hostile = { ...running, issue: Number.MAX_SAFE_INTEGER };
    await noteReport(registry, id, { type: 'policy-report', state: 'applied', running: hostile });
    expect(Number.isSafeInteger((await assignPolicy(registry, id))?.issue)).toBe(true);
  });
});

describe('a rollout', () => {
  test('reaches so many percent of the hosts, always the same, and the named ones', async () => {
    const ids = await agents(60);
    await set({ log: { level: 'info' } });
    for (const id of ids) await answer(id, 'applied');
    const placeOf = (id: string): number => rolloutPlace(id, 'servers', 2);
    const [canary = ''] = ids.toSorted((one, other) => placeOf(other) - placeOf(one));
    await set({ log: { level: 'debug' } }, { percent: 20, canaries: [canary] });
    const reached = async (): Promise<string[]> => {
      const versions = await Promise.all(ids.map((id) => assignPolicy(registry, id)));
      return ids.filter((_, at) => versions[at]?.version === 2).toSorted();
    };
    const first = await reached();
    expect(first).toEqual(ids.filter((id) => placeOf(id) < 20 || id === canary).toSorted());
    await widenRollout(registry, 'servers', { percent: 50 }, 'user:an');
    expect(await reached()).toEqual(expect.arrayContaining(first));
    await widenRollout(registry, 'servers', { percent: 100 }, 'user:an');
    expect(await reached()).toHaveLength(60);
  });

  test('halts by itself when too many refuse, keeps who has it, and goes on when somebody says so', async () => {
    const ids = await agents(10);
    await set({ log: { level: 'info' } });
    for (const id of ids) await answer(id, 'applied');
    const [one = '', two = '', three = '', four = '', five = ''] = ids;
    await set({ log: { level: 'debug' } }, { canaries: [one, two, three], failedPercentMax: 40 });
    await answer(one, 'applied');
    await answer(two, 'applied');
    expect((await answer(three, 'rolled-back')).halted).toBeUndefined();
    await widenRollout(registry, 'servers', { canaries: [one, two, three, four] }, 'user:an');
    expect((await answer(four, 'refused')).halted).toMatchObject({ version: 2, state: 'halted' });
    await widenRollout(registry, 'servers', { canaries: [one, two, three, four, five] }, 'user:an');
    // What it said before is known, and no reason to stop again.
    await answer(four, 'refused');
    expect(await listRollouts(registry)).toMatchObject([{ state: 'running' }]);
    await answer(five, 'refused');
    expect(await listRollouts(registry)).toMatchObject([
      { state: 'halted', reason: '3 of 5 hosts refused it or took it back' },
    ]);
    expect((await assignPolicy(registry, one))?.version).toBe(2);
    expect((await assignPolicy(registry, ids[9] ?? ''))?.version).toBe(1);
    const outcomes = (await policyStatus(registry, { kind: 'all' }, 'servers')).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(3);
    // What was halted is not what the others go back to.
    const { rollout } = await set({ log: { level: 'warn' } }, { percent: 0 });
    expect(rollout.previous).toBe(1);
    const actions = (await listAudit(registry, { limit: 20 })).map(({ action }) => action);
    expect(actions.filter((action) => action === 'policy.halt')).toHaveLength(2);
  });

  test('names the agents that have to be told', async () => {
    const ids = await agents(3);
    expect(await staleAgents(registry, [groupId])).toEqual([]);
    await set({ watch: [] });
    expect((await staleAgents(registry, [groupId])).toSorted()).toEqual(ids.toSorted());
    for (const id of ids.slice(1)) await assignPolicy(registry, id);
    expect(await staleAgents(registry, [groupId])).toEqual(ids.slice(0, 1));
  });
});

describe('a signing key', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());
  const bytes = Buffer.from('what is signed');

  test('is made once, for its owner alone, apart from the other one', async () => {
    const first = await openSigningKey(registry, folder.path, 'policy');
    const again = await openSigningKey(registry, folder.path, 'policy');
    const other = await openSigningKey(registry, folder.path, 'command');
    expect(again.publicKey).toBe(first.publicKey);
    expect(other.publicKey).not.toBe(first.publicKey);
    expect(isSignedBy(first.publicKey, bytes, again.sign(bytes))).toBe(true);
    const { current } = dataFolder(folder.path).signingKeys.policy;
    expect(statSync(current).mode & 0o777).toBe(0o600);
  });

  test('states its successor, which agents follow from any earlier one', async () => {
    const first = await openSigningKey(registry, folder.path, 'policy');
    await rotateSigningKey(registry, folder.path, 'policy', 'user:an');
    const third = await rotateSigningKey(registry, folder.path, 'policy', 'user:an');
    expect(keyLeadsTo('policy', first.publicKey, third.chain)).toBe(true);
    expect(keyLeadsTo('command', first.publicKey, third.chain)).toBe(false);
    expect(isSignedBy(third.publicKey, bytes, third.sign(bytes))).toBe(true);
  });

  test('whose change was cut off before or after it was stated is whole again', async () => {
    const first = await openSigningKey(registry, folder.path, 'policy');
    const { current, next } = dataFolder(folder.path).signingKeys.policy;
    const before = readFileSync(current, 'utf8');
    const second = await rotateSigningKey(registry, folder.path, 'policy', 'user:an');
    // Stated, and the file not yet in its place.
    renameSync(current, next);
    writeFileSync(current, before, { mode: 0o600 });
    expect((await openSigningKey(registry, folder.path, 'policy')).publicKey).toBe(second.publicKey);
    expect(existsSync(next)).toBe(false);
    // Made, and never stated.
    const stranger = generateKeyPairSync('ed25519').privateKey;
    writeFileSync(next, stranger.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    expect((await openSigningKey(registry, folder.path, 'policy')).publicKey).toBe(second.publicKey);
    expect(second.publicKey).not.toBe(first.publicKey);
  });

  test('of another data folder is not replaced by a new one', async () => {
    await openSigningKey(registry, folder.path, 'policy');
    const other = temporaryFolder();
    await expect(openSigningKey(registry, other.path, 'policy')).rejects.toThrow(
      'copy it from the collector',
    );
    other.remove();
  });
});
