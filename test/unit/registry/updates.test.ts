/** Releases in the control plane: what is kept, how it is let out ring by ring, what stops it, and who fetches it for a site. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UpdateAnswer, UpdateAsk } from '../../../collector/protocol/update.ts';
import { ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { RefusalError } from '../../../collector/registry/refusal.ts';
import { answerAsk, FETCH_MS_MAX } from '../../../collector/registry/updates/answer-ask.ts';
import { judgeGate } from '../../../collector/registry/updates/gate.ts';
import { addRelease, listRoots, withdrawRelease } from '../../../collector/registry/updates/releases.ts';
import { type Ring, ringOf, ringsSchema, STANDARD_RINGS } from '../../../collector/registry/updates/rings.ts';
import {
  actOnRollout,
  openRollout,
  passGate,
  planRollout,
} from '../../../collector/registry/updates/rollouts.ts';
import { releaseDigest } from '../../../collector/protocol/release-trust.ts';
import { newPublisher, rootsOf, signAll, smallRelease } from '../../support/release/publisher.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const HOUR = 3_600_000;
const people = [newPublisher('An'), newPublisher('Bình'), newPublisher('Chi')] as const;
const [an, binh] = people;
const roots = [signAll('release-roots', rootsOf(people), [an, binh])];
const text = signAll('release', smallRelease(), [an, binh]);
const release = { version: '0.2.0', digest: releaseDigest(text) };
const PAYLOAD = smallRelease().builds[0]?.program.sha256 ?? '';

let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  for (const name of ['pilot', 'office']) await ensureAgentGroup(registry.db, name, 0);
});
afterEach(() => registry.close());

const add = (given = text) => addRelease(registry, { text: given, roots, bytes: 3 }, 'cli:root');

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'done',
    (reason: unknown) => reason,
  );
  if (typeof error === 'string') return error;
  if (error instanceof RefusalError) return error.code;
  throw error;
}

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

const ASK: UpdateAsk = {
  running: '0.1.0',
  platform: 'linux-x64',
  rootsVersion: 1,
  state: 'current',
  loaded: { collector: 0, neighbours: 0 },
};

async function ask(
  agentId: string,
  change: Partial<UpdateAsk> = {},
  network = '10.1.2.0/24',
): Promise<UpdateAnswer> {
  const answer = await answerAsk(registry, { agentId, ask: { ...ASK, ...change }, network });
  if (answer === undefined) throw new Error('no such agent');
  return answer;
}

const RINGS: readonly Ring[] = [
  { name: 'pilot', groups: ['pilot'], percent: 100 },
  { name: 'all', percent: 100 },
];

async function letOut(): Promise<string> {
  await add();
  const { id } = await planRollout(registry, { version: '0.2.0', rings: RINGS, reason: '' }, 'user:an');
  await actOnRollout(registry, id, { act: 'start' }, 'user:binh');
  return id;
}

describe('releases', () => {
  it('are kept when two of the listed keys signed them, with a number higher than before', async () => {
    expect(await add()).toMatchObject({ version: '0.2.0', counter: 7, state: 'kept' });
    expect((await listRoots(registry.db)).map(({ version }) => version)).toEqual([1]);
    expect(await codeOf(add())).toBe('release-known');
    const next = smallRelease({ version: '0.3.0', counter: 8 });
    expect(await codeOf(add(signAll('release', next, [an])))).toBe('release-invalid');
    expect(await codeOf(add(signAll('release', next, [an, newPublisher('Eve')])))).toBe('release-invalid');
    expect(await codeOf(add(signAll('release', next, [an, binh])))).toBe('done');
  });

  it('are believed by the first list of keys and what follows it, whatever comes with a later one', async () => {
    await add();
    const eves = [newPublisher('Eve'), newPublisher('Mallory')] as const;
    const forged = [signAll('release-roots', rootsOf(eves, 2), eves)];
    const theirs = signAll('release', smallRelease({ version: '0.3.0', counter: 8 }), eves);
    const given = { text: theirs, roots: forged, bytes: 3 };
    expect(await codeOf(addRelease(registry, given, 'cli:root'))).toBe('release-invalid');
    const next = [signAll('release-roots', rootsOf([an, eves[0]], 2), [an, binh, eves[0]])];
    const handed = signAll('release', smallRelease({ version: '0.3.0', counter: 8 }), [an, eves[0]]);
    await addRelease(registry, { text: handed, roots: [...roots, ...next], bytes: 3 }, 'cli:root');
    expect((await listRoots(registry.db)).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('are not withdrawn while they are let out', async () => {
    const id = await letOut();
    expect(await codeOf(withdrawRelease(registry, '0.2.0', 'cli:root'))).toBe('release-in-use');
    await actOnRollout(registry, id, { act: 'end' }, 'cli:root');
    expect(await withdrawRelease(registry, '0.2.0', 'cli:root')).toMatchObject({ state: 'withdrawn' });
    const again = planRollout(registry, { version: '0.2.0', reason: '' }, 'user:an');
    expect(await codeOf(again)).toBe('release-withdrawn');
  });
});

describe('a rollout', () => {
  it('takes two people, one at a time, and each act is on record', async () => {
    await add();
    const plan = { version: '0.2.0', reason: 'mends' };
    expect(await codeOf(planRollout(registry, plan, 'token:1'))).toBe('rollout-not-yours');
    const { id } = await planRollout(registry, plan, 'user:an');
    expect(await codeOf(planRollout(registry, plan, 'user:an'))).toBe('rollout-open');
    expect(await codeOf(actOnRollout(registry, id, { act: 'start' }, 'user:an'))).toBe('rollout-not-yours');
    expect(await codeOf(actOnRollout(registry, id, { act: 'start' }, 'cli:root'))).toBe('rollout-not-yours');
    await actOnRollout(registry, id, { act: 'start' }, 'user:binh');
    expect(await codeOf(actOnRollout(registry, id, { act: 'start' }, 'user:binh'))).toBe('rollout-state');
    const halted = await actOnRollout(registry, id, { act: 'halt', reason: 'slow' }, 'cli:root');
    expect(halted).toMatchObject({ reason: 'mends', stateReason: 'slow' });
    expect(await codeOf(actOnRollout(registry, id, { act: 'resume' }, 'cli:root'))).toBe('rollout-not-yours');
    await actOnRollout(registry, id, { act: 'resume' }, 'user:an');
    // What was planned and why stays said, whatever is done about it since and whether they give a reason.
    expect(await openRollout(registry.db)).toMatchObject({ reason: 'mends', stateReason: '' });
    const acts = (await listAudit(registry, { limit: 50 })).map(({ action }) => action);
    expect(acts).toEqual(
      expect.arrayContaining(['release.add', 'update.plan', 'update.start', 'update.halt', 'update.resume']),
    );
  });

  it('reaches the next ring when the one before held long enough, and not a moment before', async () => {
    await letOut();
    const pilot = await enrolled('pilot-1', 'pilot');
    const office = await enrolled('pc-1', 'office');
    expect((await ask(office)).release).toBeUndefined();
    expect((await ask(pilot)).release).toEqual(text);
    await ask(pilot, { running: '0.2.0', state: 'trial', release });
    clock.ms += 25 * HOUR;
    expect(await passGate(registry)).toBeUndefined();
    await ask(pilot, { running: '0.2.0', release });
    clock.ms += 23 * HOUR;
    await ask(pilot, { running: '0.2.0', release });
    expect(await passGate(registry)).toBeUndefined();
    clock.ms += 2 * HOUR;
    // Silence is no proof: it has to say so after that time.
    expect(await passGate(registry)).toBeUndefined();
    await ask(pilot, { running: '0.2.0', release });
    expect(await passGate(registry)).toMatchObject({ kind: 'next', reason: 'all' });
    expect((await ask(office)).release).toEqual(text);
  });

  it('halts by itself when hosts take it back, and offers it to nobody any more', async () => {
    await letOut();
    const [one, other] = [await enrolled('pilot-1', 'pilot'), await enrolled('pilot-2', 'pilot')];
    await ask(one, { state: 'failed', release, code: 'unwell', message: 'no acknowledgement' });
    expect(await passGate(registry)).toMatchObject({ kind: 'halt' });
    expect((await ask(other)).release).toBeUndefined();
    expect(await passGate(registry)).toBeUndefined();
  });

  it('offers nothing to who cannot take it', async () => {
    await letOut();
    const pilot = await enrolled('pilot-1', 'pilot');
    for (const change of [
      { running: '0.2.0' },
      { running: 'from sources' },
      { platform: 'darwin-arm64' },
      { state: 'off' },
      { state: 'failed', release },
    ] as const)
      expect((await ask(pilot, change)).release).toBeUndefined();
    expect((await ask(pilot, { rootsVersion: 0 })).roots).toHaveLength(1);
  });
});

describe('a site', () => {
  const share = (urls: string, payloads: string[] = []) => ({ share: { urls: [urls], payloads } });

  it('fetches a release once: one that hands out, the others wait for it', async () => {
    await letOut();
    const [first, second, third] = [
      await enrolled('pilot-1', 'pilot'),
      await enrolled('pilot-2', 'pilot'),
      await enrolled('pilot-3', 'pilot'),
    ];
    const url = 'http://10.1.2.3:8444';
    expect(await ask(first, share(url))).toMatchObject({ from: 'collector' });
    expect(await ask(first, { ...share(url), state: 'loading', release })).toMatchObject({
      from: 'collector',
    });
    expect(await ask(second)).toMatchObject({ from: 'wait', askAgainMs: 60_000 });
    expect(await ask(third, share('http://10.1.2.4:8444'))).toMatchObject({ from: 'wait' });
    expect(await ask(third, {}, '10.9.9.0/24')).toMatchObject({ from: 'collector' });
    await ask(first, { ...share(url, [PAYLOAD]), state: 'loading', release });
    expect(await ask(second)).toMatchObject({ from: 'neighbours', neighbours: [url] });
  });

  it('does not wait for ever, nor for one that failed', async () => {
    await letOut();
    const [first, second] = [await enrolled('pilot-1', 'pilot'), await enrolled('pilot-2', 'pilot')];
    const mine = share('http://10.1.2.3:8444');
    await ask(first, mine);
    expect(await ask(second)).toMatchObject({ from: 'wait' });
    clock.ms += FETCH_MS_MAX + 1;
    await ask(first, { ...mine, state: 'loading', release });
    expect(await ask(second)).toMatchObject({ from: 'collector' });
    await ask(first, { ...mine, state: 'refused', release, code: 'no-room' });
    expect(await ask(second)).toMatchObject({ from: 'collector' });
  });
});

describe('rings', () => {
  const host = (id: string, group: string | null = null) => ({ id, group, agencies: new Set([1, 7]) });

  it('take a host into the first that it fits, and the last takes everybody', () => {
    const rings = ringsSchema.parse([
      { name: 'a', groups: ['it'], percent: 100 },
      { name: 'b', agencies: [7], percent: 50 },
      { name: 'all', percent: 100 },
    ]);
    expect(ringOf(rings, '1.0.0', host('x', 'it'))).toBe(0);
    const spread = Array.from({ length: 400 }, (_, index) => ringOf(rings, '1.0.0', host(`pc-${index}`)));
    expect(new Set(spread)).toEqual(new Set([1, 2]));
    expect(spread.filter((ring) => ring === 1).length).toBeGreaterThan(140);
    expect(ringsSchema.safeParse([{ name: 'a', percent: 10 }]).success).toBe(false);
    expect(ringsSchema.safeParse(STANDARD_RINGS).success).toBe(true);
  });

  const count = (change: object) => ({ hosts: 0, applied: 0, held: 0, failed: 0, ...change });
  it.each([
    ['nobody is in it', [{}, {}], 'next'],
    ['nobody has it yet', [{ hosts: 9 }, {}], 'wait'],
    ['too few hold', [{ hosts: 10, held: 8, applied: 8 }, {}], 'wait'],
    ['enough hold', [{ hosts: 10, held: 9, applied: 9 }, {}], 'next'],
    ['one of twenty failed', [{ hosts: 20, held: 19, applied: 19, failed: 1 }, {}], 'next'],
    ['two of twenty failed', [{ hosts: 20, held: 18, applied: 18, failed: 2 }, {}], 'halt'],
  ])('open the next one by what hosts say: %s', (_, counts, kind) => {
    const rule = { healthyPercent: 90, failedPercentMax: 5 };
    expect(judgeGate(counts.map(count), 0, rule).kind).toBe(kind);
  });
});
