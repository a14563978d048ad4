import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hardwareDigest, type HardwareFact } from '../../../collector/protocol/hardware.ts';
import type { Hello } from '../../../collector/protocol/up.ts';
import {
  actOnAgents,
  approveAgent,
  moveAgentTo,
  revokeAgent,
  revokeAgentIn,
} from '../../../collector/registry/agent-acts.ts';
import { agentsOfHost, countAgents, listAgents, readAgent } from '../../../collector/registry/agents.ts';
import { createAgency, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { countTrust, noteTrust } from '../../../collector/registry/certificate-trust.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import {
  createJoinToken,
  listJoinTokens,
  listJoinTokenUses,
} from '../../../collector/registry/join-tokens.ts';
import { acceptSameHost, listSameHosts, rejectSameHost } from '../../../collector/registry/same-hosts.ts';
import { SeenNotes } from '../../../collector/registry/seen-notes.ts';
import { admitAgent, admitSession } from '../../../collector/registry/session-admission.ts';
import { enrolRequest, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const DAY_MS = 86_400_000;
const EVERYWHERE = { kind: 'all' } as const;
const BY = { actor: 'user:an', scope: EVERYWHERE };
let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

/** Hardware of the machine with this number; without a serial that its maker left out. */
function machine(number: number, junk = false): HardwareFact[] {
  const fact = (kind: HardwareFact['kind'], value: string) => ({ kind, digest: hardwareDigest(kind, value) });
  const own = [fact('disk', `naa.${number}`), fact('mac', `54:e1:ad:00:00:${number}`)];
  return junk
    ? own
    : [fact('product-uuid', `uuid-${number}`), fact('board-serial', `board-${number}`), ...own];
}

async function enrolled(
  token: { id: string; secret: string },
  hostname: string,
  hardware: readonly HardwareFact[] = [],
): Promise<string> {
  const { host } = enrolRequest(token);
  const request = enrolRequest(token, { host: { ...host, hostname }, hardware: [...hardware] });
  const outcome = await enrolAgent(registry, request, '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

const hello = (agentId: string, hardware?: HardwareFact[]): Hello => ({
  type: 'hello',
  protocol: 2,
  agentId,
  agentVersion: '0.1.0',
  host: enrolRequest({ id: '', secret: '' }).host,
  epoch: 'ab'.repeat(16),
  clockMs: 0,
  hardware,
});
const session = (agentId: string, hardware?: HardwareFact[]): Promise<void> =>
  admitSession(
    registry,
    hello(agentId, hardware),
    { clockSkewMs: 0, atMs: clock.ms },
    { note: () => undefined },
  );

describe('approval', () => {
  it('keeps an agent waiting whose token asks for it, and says when to ask again', async () => {
    const token = await createJoinToken(registry, { approve: true, note: 'UBND xã' }, 'cli:root');
    const id = await enrolled(token, 'pc-01');
    expect((await listJoinTokens(registry))[0]).toMatchObject({ approve: true, note: 'UBND xã' });
    expect(await countAgents(registry, EVERYWHERE)).toBe(0);
    await expect(admitAgent(registry, id)).rejects.toMatchObject({
      code: 'pending-approval',
      retryAfterMs: expect.toSatisfy((ms: number) => ms <= 30_000),
    });
    expect(await actOnAgents(registry, [id], approveAgent, BY)).toMatchObject({ changed: [id], refused: [] });
    expect(await admitAgent(registry, id)).toMatchObject({
      agentId: id,
      revoked: false,
    });
    expect(await readAgent(registry, id)).toMatchObject({ approvedBy: 'user:an', approvedMs: START_MS });
  });

  it('is given to many at once; one that cannot be approved does not keep the others from it', async () => {
    const token = await createJoinToken(registry, { approve: true, uses: 130 }, 'cli:root');
    const ids: string[] = [];
    for (let host = 0; host < 130; host += 1) ids.push(await enrolled(token, `pc-${host}`));
    const [first = '', second = ''] = ids;
    await revokeAgent(registry, first, 'cli:root');
    await actOnAgents(registry, [second], approveAgent, BY);
    const done = await actOnAgents(registry, [...ids, 'nobody'], approveAgent, BY);
    expect(done.changed).toHaveLength(128);
    expect(done.refused.map(({ id }) => id)).toEqual([first, 'nobody']);
    const approvals = (await listAudit(registry, { limit: 1_000 })).filter(
      ({ action }) => action === 'agent.approve',
    );
    expect(approvals).toHaveLength(129);
  });
});

describe('acts on agents', () => {
  it('concern the own part of the tree only', async () => {
    const health = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'cli:root');
    const other = await createAgency(registry, { name: 'Sở Xây dựng', kind: 'department' }, 'cli:root');
    const id = await enrolled(await createJoinToken(registry, { agencyId: other.id }, 'cli:root'), 'pc-01');
    const by = { actor: 'user:binh', scope: await scopeOfAgency(registry.db, health.id) };
    const revoked = await actOnAgents(registry, [id], revokeAgentIn(''), by);
    expect(revoked).toMatchObject({ changed: [], refused: [{ id }] });
    const own = await enrolled(await createJoinToken(registry, { agencyId: health.id }, 'cli:root'), 'pc-02');
    const moved = await actOnAgents(registry, [own], moveAgentTo({ agencyId: other.id }), by);
    expect(moved).toMatchObject({ changed: [], refused: [{ id: own }] });
  });

  it('move an agent to an agency and a group, and out of the group again', async () => {
    const health = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'cli:root');
    const id = await enrolled(await createJoinToken(registry, {}, 'cli:root'), 'pc-01');
    await actOnAgents(registry, [id], moveAgentTo({ agencyId: health.id, group: 'servers' }), BY);
    expect(await readAgent(registry, id)).toMatchObject({ agencyId: health.id, group: 'servers' });
    const again = await actOnAgents(registry, [id], moveAgentTo({ agencyId: health.id }), BY);
    expect(again).toMatchObject({ changed: [], agents: [{ group: 'servers' }] });
    await actOnAgents(registry, [id], moveAgentTo({ group: '' }), BY);
    expect(await readAgent(registry, id)).toMatchObject({ agencyId: health.id, group: null });
  });
});

describe('the list of agents', () => {
  it('is filtered by agency, group, state and silence', async () => {
    const health = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'cli:root');
    const root = await createJoinToken(registry, { uses: 5 }, 'cli:root');
    const servers = await createJoinToken(registry, { agencyId: health.id, group: 'servers' }, 'cli:root');
    const silent = await enrolled(root, 'silent');
    const server = await enrolled(servers, 'server');
    clock.ms += 10 * DAY_MS - 1;
    const heard = await enrolled(await createJoinToken(registry, {}, 'cli:root'), 'heard');
    await revokeAgent(registry, server, 'cli:root');
    const ids = async (filter: Parameters<typeof listAgents>[1]['filter']): Promise<string[]> =>
      (await listAgents(registry, { scope: EVERYWHERE, limit: 10, filter })).map(({ id }) => id);
    expect(await ids({ agencyId: health.id })).toEqual([server]);
    expect(await ids({ group: 'servers' })).toEqual([server]);
    expect(await ids({ group: 'nothing' })).toEqual([]);
    expect(await ids({ states: ['active'] })).toEqual([heard, silent]);
    expect(await ids({ states: ['active'], staleBeforeMs: clock.ms - 5 * DAY_MS })).toEqual([silent]);
    expect(await ids({})).toEqual([heard, server, silent]);
  });
});

describe('who used a join token', () => {
  it('is listed in pages with agent, address and time, inside the own part of the tree', async () => {
    const token = await createJoinToken(registry, { uses: 3 }, 'cli:root');
    const ids = [await enrolled(token, 'a'), await enrolled(token, 'b'), await enrolled(token, 'c')];
    const query = { id: token.id, scope: EVERYWHERE, limit: 2 };
    const page = await listJoinTokenUses(registry, query);
    expect(page).toMatchObject([
      { agentId: ids[2], hostname: 'c', address: '10.1.2.3', usedMs: START_MS },
      { agentId: ids[1] },
    ]);
    const rest = await listJoinTokenUses(registry, { ...query, beforeUse: page[1]?.use });
    expect(rest).toMatchObject([{ agentId: ids[0] }]);
    const scope = { kind: 'some', agencyIds: [99] } as const;
    await expect(listJoinTokenUses(registry, { ...query, scope })).rejects.toMatchObject({
      code: 'join-token-unknown',
    });
  });
});

describe('a key', () => {
  it('used on another machine is refused, whoever of the two comes second, and written down', async () => {
    const id = await enrolled(await createJoinToken(registry, {}, 'cli:root'), 'pc-01', machine(1));
    await session(id, machine(1));
    await expect(session(id, machine(2))).rejects.toMatchObject({ code: 'cloned' });
    await session(id, machine(1));
    expect((await listAudit(registry, { limit: 1 }))[0]).toMatchObject({
      action: 'agent.cloned',
      target: `host:${id}`,
    });
  });

  it('enrolled without facts belongs to the machine that tells them first', async () => {
    const id = await enrolled(await createJoinToken(registry, {}, 'cli:root'), 'pc-01');
    await session(id);
    await session(id, machine(1));
    await expect(session(id, machine(2))).rejects.toMatchObject({ code: 'cloned' });
  });

  it('stays with its machine part after part', async () => {
    const id = await enrolled(await createJoinToken(registry, {}, 'cli:root'), 'pc-01', machine(1));
    const with_ = (kind: HardwareFact['kind'], value: string, facts: HardwareFact[]): HardwareFact[] => [
      ...facts.filter((fact) => fact.kind !== kind),
      { kind, digest: hardwareDigest(kind, value) },
    ];
    const newCard = with_('mac', 'new', machine(1));
    const newDisk = with_('disk', 'new', newCard);
    // The third time it runs as a user who cannot read the firmware.
    for (const facts of [newCard, newDisk, newDisk.slice(2), newDisk]) await session(id, facts);
    await expect(session(id, machine(2))).rejects.toMatchObject({ code: 'cloned' });
  });
});

describe('machines set up anew', () => {
  /** Thirty machines at work, then thirty new keys from them. */
  async function reimaged(junk: boolean): Promise<{ old: string[]; now: string[] }> {
    const token = await createJoinToken(registry, { uses: 100, group: 'offices' }, 'cli:root');
    const anew = await createJoinToken(registry, { uses: 100 }, 'cli:root');
    const old: string[] = [];
    for (let pc = 0; pc < 30; pc += 1) {
      const id = await enrolled(token, `pc-${pc}`, machine(pc, junk));
      await session(id, machine(pc, junk));
      old.push(id);
    }
    clock.ms += DAY_MS;
    const now: string[] = [];
    for (let pc = 0; pc < 30; pc += 1) now.push(await enrolled(anew, `win-${pc}`, machine(pc, junk)));
    return { old, now };
  }

  it.each([
    ['thirty', false],
    ['thirty whose makers left the serials out', true],
  ])('%s are thirty hosts again, with their history and group, and nobody is missed', async (_, junk) => {
    const { old, now } = await reimaged(junk);
    const proposals = await listSameHosts(registry, EVERYWHERE);
    expect(new Map(proposals.map(({ agentId, formerId }) => [agentId, formerId]))).toEqual(
      new Map(now.map((id, pc) => [id, old[pc] ?? ''])),
    );
    for (const id of now) await acceptSameHost(registry, id, BY);
    expect(await listSameHosts(registry, EVERYWHERE)).toEqual([]);
    const active = await listAgents(registry, {
      scope: EVERYWHERE,
      limit: 100,
      filter: { states: ['active'] },
    });
    expect(new Set(active.map(({ id }) => id))).toEqual(new Set(now));
    expect(new Set(active.map(({ hostId }) => hostId))).toEqual(new Set(old));
    expect(new Set(active.map(({ group }) => group))).toEqual(new Set(['offices']));
    const hosts = await registry.db.selectFrom('host').select('id').execute();
    expect(hosts).toHaveLength(30);
    const [first = ''] = old;
    expect((await agentsOfHost(registry, first)).map(({ id, state }) => [id, state])).toEqual([
      [now[0], 'active'],
      [first, 'replaced'],
    ]);
    await expect(admitAgent(registry, first)).rejects.toMatchObject({
      code: 'cloned',
    });
    await session(now[0] ?? '', machine(0, junk));
  });

  it('are not those that share nothing, and not those that are alive', async () => {
    const token = await createJoinToken(registry, { uses: 10 }, 'cli:root');
    const old = await enrolled(token, 'pc-01', machine(1));
    await enrolled(token, 'pc-02', machine(2));
    clock.ms += DAY_MS;
    const now = await enrolled(token, 'pc-03', machine(1));
    const seen = new SeenNotes(registry);
    seen.note(old, clock.ms + 60_000);
    await seen.flush();
    expect(await listSameHosts(registry, EVERYWHERE)).toMatchObject([{ agentId: now, alive: true }]);
    await expect(acceptSameHost(registry, now, BY)).rejects.toMatchObject({ code: 'same-host-alive' });
    await rejectSameHost(registry, now, BY);
    expect(await listSameHosts(registry, EVERYWHERE)).toEqual([]);
    expect(await countAgents(registry, EVERYWHERE)).toBe(3);
  });

  it('are not glued together by a number that a maker gave to many', async () => {
    const token = await createJoinToken(registry, { uses: 20 }, 'cli:root');
    const shared = { kind: 'product-uuid', digest: hardwareDigest('product-uuid', 'batch') } as const;
    for (let pc = 0; pc < 12; pc += 1) await enrolled(token, `pc-${pc}`, [shared]);
    const late = await enrolled(token, 'pc-late', [shared]);
    expect((await listSameHosts(registry, EVERYWHERE)).map(({ agentId }) => agentId)).not.toContain(late);
    await enrolled(token, 'whole', [shared, ...machine(1, true)]);
    await enrolled(token, 'other', [shared, ...machine(2, true)]);
    const names = (await listSameHosts(registry, EVERYWHERE)).map(({ hostname }) => hostname);
    expect(names).not.toContain('other');
  });

  it('set up twice before anybody looked are one host in the end, in whatever order it is accepted', async () => {
    const token = await createJoinToken(registry, { uses: 3 }, 'cli:root');
    const first = await enrolled(token, 'one', machine(1));
    clock.ms += DAY_MS;
    const second = await enrolled(token, 'two', machine(1));
    clock.ms += DAY_MS;
    const third = await enrolled(token, 'three', machine(1));
    await acceptSameHost(registry, third, BY);
    await acceptSameHost(registry, second, BY);
    const all = await agentsOfHost(registry, first);
    expect(all.map(({ id, state }) => [id, state])).toEqual([
      [third, 'active'],
      [second, 'replaced'],
      [first, 'replaced'],
    ]);
  });

  it('need no approval besides', async () => {
    const old = await enrolled(await createJoinToken(registry, {}, 'cli:root'), 'pc', machine(1));
    clock.ms += DAY_MS;
    const now = await enrolled(
      await createJoinToken(registry, { approve: true }, 'cli:root'),
      'pc',
      machine(1),
    );
    await acceptSameHost(registry, now, BY);
    expect(await readAgent(registry, now)).toMatchObject({ state: 'active', successorOf: old, hostId: old });
  });

  it('belong to the systems that their old agent belonged to', async () => {
    const { db } = registry;
    const system = await db
      .insertInto('information_system')
      .values({ name: 's', owner_agency_id: 1, level: 3, law_profile: 'vn-2026', created_ms: 1 })
      .returning('id')
      .executeTakeFirstOrThrow();
    const token = await createJoinToken(registry, { uses: 2 }, 'cli:root');
    const old = await enrolled(token, 'pc', machine(1));
    const membership = { agent_id: old, system_id: system.id, valid_from_ms: 1, valid_to_ms: null };
    await db.insertInto('host_system').values(membership).execute();
    clock.ms += DAY_MS;
    const now = await enrolled(token, 'pc', machine(1));
    await acceptSameHost(registry, now, BY);
    const rows = await db.selectFrom('host_system').select(['agent_id', 'valid_to_ms']).execute();
    expect(rows).toEqual([
      { agent_id: old, valid_to_ms: null },
      { agent_id: now, valid_to_ms: null },
    ]);
  });
});

describe('trust in a certificate', () => {
  it('is counted over the agents that report here', async () => {
    const token = await createJoinToken(registry, { uses: 3 }, 'cli:root');
    const [one, two, three] = [
      await enrolled(token, 'a'),
      await enrolled(token, 'b'),
      await enrolled(token, 'c'),
    ];
    await noteTrust(registry, one, ['old', 'new']);
    await noteTrust(registry, two, ['old']);
    expect(await countTrust(registry, 'new')).toEqual({ trusting: 1, agents: 3 });
    await revokeAgent(registry, three, 'cli:root');
    await noteTrust(registry, two, ['old', 'new']);
    expect(await countTrust(registry, 'new')).toEqual({ trusting: 2, agents: 2 });
  });
});
