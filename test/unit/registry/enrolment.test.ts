import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revokeAgent } from '../../../collector/registry/agent-acts.ts';
import {
  agentPages,
  countAgents,
  findAgent,
  listAgents,
  noteSession,
  readAgent,
} from '../../../collector/registry/agents.ts';
import { createAgency, listAgencies, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken, listJoinTokens, revokeJoinToken } from '../../../collector/registry/join-tokens.ts';
import { SeenNotes } from '../../../collector/registry/seen-notes.ts';
import { enrolRequest, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const DAY_MS = 86_400_000;
let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

const enrol = (token: { id: string; secret: string }, change = {}) =>
  enrolAgent(registry, enrolRequest(token, change), '127.0.0.1');

async function mustEnrol(token: { id: string; secret: string }, change = {}): Promise<string> {
  const outcome = await enrol(token, change);
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

describe('a join token', () => {
  it('admits one host into its agency and group, and no second', async () => {
    const commune = await createAgency(registry, { name: 'Xã Hành Minh', kind: 'commune' }, 'cli:root');
    const token = await createJoinToken(registry, { agencyId: commune.id, group: 'servers' }, 'cli:root');
    const first = await enrol(token);
    expect(first).toMatchObject({ ok: true, agencyName: 'Xã Hành Minh', again: false });
    expect(await enrol(token)).toEqual({ ok: false, fault: 'used-up' });
    expect(await listAgents(registry, { scope: { kind: 'all' }, limit: 10 })).toMatchObject([
      { hostname: 'pc-01', agencyId: commune.id, group: 'servers', state: 'active', lastSeenMs: null },
    ]);
  });

  it('lets exactly as many of many simultaneous hosts in as it has uses', async () => {
    const token = await createJoinToken(registry, { uses: 3 }, 'cli:root');
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => enrol(token)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(3);
    expect(await countAgents(registry, { kind: 'all' })).toBe(3);
  });

  it.each([
    ['unknown', { tokenId: 'AAAAAAAAAAAA' }, 0],
    ['wrong-secret', { tokenSecret: 'A'.repeat(32) }, 0],
    ['expired', {}, 7 * DAY_MS],
  ] as const)('does not admit when it is %s, and counts no use', async (fault, change, laterMs) => {
    const token = await createJoinToken(registry, {}, 'cli:root');
    clock.ms += laterMs;
    expect(await enrol(token, change)).toEqual({ ok: false, fault });
    expect((await listJoinTokens(registry))[0]).toMatchObject({ uses: 0, usesMax: 1 });
  });

  it('admits until the millisecond before its end', async () => {
    const token = await createJoinToken(registry, { days: 1 }, 'cli:root');
    clock.ms += DAY_MS - 1;
    expect(await enrol(token)).toMatchObject({ ok: true });
  });

  it('does not admit once revoked; hosts already in stay', async () => {
    const token = await createJoinToken(registry, { uses: 5 }, 'cli:root');
    const agentId = await mustEnrol(token);
    await revokeJoinToken(registry, token.id, 'cli:root');
    expect(await enrol(token)).toEqual({ ok: false, fault: 'revoked' });
    expect(await findAgent(registry, agentId)).toMatchObject({ state: 'active' });
    expect((await listJoinTokens(registry))[0]).toMatchObject({
      state: 'revoked',
      usedBy: [{ agentId, hostname: 'pc-01', usedMs: START_MS }],
    });
  });

  it('is listed with its state and at most twenty of its users', async () => {
    const token = await createJoinToken(registry, { uses: 25 }, 'cli:root');
    for (let host = 0; host < 25; host += 1) await mustEnrol(token);
    const [listed] = await listJoinTokens(registry);
    expect(listed).toMatchObject({ state: 'used-up', uses: 25, createdBy: 'cli:root' });
    expect(listed?.usedBy).toHaveLength(20);
  });

  it('cannot be made for an agency that does not exist', async () => {
    await expect(createJoinToken(registry, { agencyId: 99 }, 'cli:root')).rejects.toMatchObject({
      code: 'agency-unknown',
    });
    expect(await listJoinTokens(registry)).toEqual([]);
  });

  it('has an id that can be typed as an argument', async () => {
    // A random source whose first bytes would begin the id with a dash.
    const bytes = [Buffer.from('f8ffffffffffffffff', 'hex'), Buffer.alloc(9), Buffer.alloc(24)];
    const scripted = { ...registry, random: () => bytes.shift() ?? Buffer.alloc(0) };
    expect(await createJoinToken(scripted, {}, 'cli:root')).toMatchObject({ id: 'AAAAAAAAAAAA' });
  });

  it('never stores its secret, nor tells it to the audit trail', async () => {
    const token = await createJoinToken(registry, {}, 'cli:root');
    await mustEnrol(token);
    const rows = await registry.db.selectFrom('join_token').selectAll().execute();
    const stored = JSON.stringify([rows, await listAudit(registry, { limit: 100 })]);
    expect(stored).toContain(token.id);
    expect(stored).not.toContain(token.secret);
  });
});

describe('an enrolment sent again', () => {
  it('returns the same agent and costs no second use, also when the token is used up or over', async () => {
    const token = await createJoinToken(registry, {}, 'cli:root');
    const publicKey = Buffer.alloc(32, 7).toString('base64');
    const agentId = await mustEnrol(token, { publicKey });
    clock.ms += 8 * DAY_MS;
    expect(await enrol(token, { publicKey })).toMatchObject({ ok: true, agentId, again: true });
    expect(await countAgents(registry, { kind: 'all' })).toBe(1);
  });

  it('is refused for a revoked key', async () => {
    const token = await createJoinToken(registry, { uses: 2 }, 'cli:root');
    const publicKey = Buffer.alloc(32, 7).toString('base64');
    await revokeAgent(registry, await mustEnrol(token, { publicKey }), 'cli:root');
    expect(await enrol(token, { publicKey })).toEqual({ ok: false, fault: 'key-revoked' });
  });

  it('says nothing about the key to one who lacks the secret', async () => {
    const token = await createJoinToken(registry, {}, 'cli:root');
    const publicKey = Buffer.alloc(32, 7).toString('base64');
    await mustEnrol(token, { publicKey });
    expect(await enrol(token, { publicKey, tokenSecret: 'A'.repeat(32) })).toEqual({
      ok: false,
      fault: 'wrong-secret',
    });
  });

  it('does not move a key to another agency with another token', async () => {
    const token = await createJoinToken(registry, {}, 'cli:root');
    const publicKey = Buffer.alloc(32, 7).toString('base64');
    await mustEnrol(token, { publicKey });
    const other = await createJoinToken(registry, {}, 'cli:root');
    expect(await enrol(other, { publicKey })).toEqual({ ok: false, fault: 'key-in-use' });
    expect((await listJoinTokens(registry)).find((row) => row.id === other.id)).toMatchObject({ uses: 0 });
  });
});

describe('an agent', () => {
  it('keeps what its last session said of the host', async () => {
    const agentId = await mustEnrol(await createJoinToken(registry, {}, 'cli:root'));
    const { host } = enrolRequest({ id: '', secret: '' });
    await noteSession(registry, agentId, {
      host: { ...host, hostname: 'pc-renamed' },
      agentVersion: '0.2.0',
      clockSkewMs: -1234.6,
      atMs: START_MS + 5,
    });
    expect(await readAgent(registry, agentId)).toMatchObject({
      hostname: 'pc-renamed',
      agentVersion: '0.2.0',
      clockSkewMs: -1235,
      lastSeenMs: START_MS + 5,
    });
  });

  it('is revoked once, with who did it in the audit trail', async () => {
    const agentId = await mustEnrol(await createJoinToken(registry, {}, 'cli:root'));
    await revokeAgent(registry, agentId, 'user:an', 'stolen');
    await revokeAgent(registry, agentId, 'user:binh');
    const revocations = (await listAudit(registry, { limit: 100 })).filter(
      (row) => row.action === 'agent.revoke',
    );
    expect(revocations).toMatchObject([
      { actor: 'user:an', target: `agent:${agentId}`, detail: { reason: 'stolen' } },
    ]);
    expect(await countAgents(registry, { kind: 'all' })).toBe(0);
  });

  it('is listed once, however many pages the list takes, also among hosts of one name', async () => {
    const token = await createJoinToken(registry, { uses: 1_101 }, 'cli:root');
    const { host } = enrolRequest(token);
    for (let count = 0; count < 1_101; count += 1) {
      await mustEnrol(token, { host: { ...host, hostname: `pc-${count % 7}` } });
    }
    const ids = new Set<string>();
    const names: string[] = [];
    for await (const page of agentPages(registry, { kind: 'all' })) {
      expect(page.length).toBeLessThanOrEqual(500);
      for (const agent of page) ids.add(agent.id);
      names.push(...page.map(({ hostname }) => hostname));
    }
    expect([ids.size, names.length]).toEqual([1_101, 1_101]);
    expect(names).toEqual(names.toSorted());
  });

  it('that does not exist cannot be revoked', async () => {
    await expect(revokeAgent(registry, 'nobody', 'user:an')).rejects.toMatchObject({ code: 'agent-unknown' });
  });

  it('is seen only inside the scope of its agency', async () => {
    const department = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'cli:root');
    const unit = await createAgency(
      registry,
      { name: 'Bệnh viện', kind: 'unit', parentId: department.id },
      'cli:root',
    );
    const other = await createAgency(registry, { name: 'Sở Xây dựng', kind: 'department' }, 'cli:root');
    await mustEnrol(await createJoinToken(registry, { agencyId: unit.id }, 'cli:root'));
    const inside = await scopeOfAgency(registry.db, department.id);
    expect(inside).toEqual({ kind: 'some', agencyIds: [department.id, unit.id] });
    expect(await listAgents(registry, { scope: inside, limit: 10 })).toHaveLength(1);
    const outside = await scopeOfAgency(registry.db, other.id);
    expect(await listAgents(registry, { scope: outside, limit: 10 })).toEqual([]);
    expect(await countAgents(registry, outside)).toBe(0);
  });
});

describe('notes of when agents were seen', () => {
  it('are written in one flush, never backwards', async () => {
    const token = await createJoinToken(registry, { uses: 2 }, 'cli:root');
    const agentId = await mustEnrol(token);
    const notes = new SeenNotes(registry);
    notes.note(agentId, START_MS + 20);
    notes.note(agentId, START_MS + 10);
    expect(await notes.flush()).toBe(1);
    expect(await notes.flush()).toBe(0);
    notes.note(agentId, START_MS + 15);
    await notes.flush();
    expect(await readAgent(registry, agentId)).toMatchObject({ lastSeenMs: START_MS + 20 });
  });

  it('of a whole province leave room for other work between transactions', async () => {
    const agentId = await mustEnrol(await createJoinToken(registry, {}, 'cli:root'));
    const notes = new SeenNotes(registry);
    for (let count = 0; count < 5_000; count += 1) notes.note(`agent-${count}`, START_MS);
    notes.note(agentId, START_MS + 3);
    let turns = 0;
    let flushed = false;
    const turn = (): void => {
      turns += 1;
      if (!flushed) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await notes.flush()).toBe(5_001);
    flushed = true;
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(await readAgent(registry, agentId)).toMatchObject({ lastSeenMs: START_MS + 3 });
  });

  it('are kept for the next flush when the database refuses', async () => {
    const agentId = await mustEnrol(await createJoinToken(registry, {}, 'cli:root'));
    const broken = new SeenNotes({
      ...registry,
      db: new Proxy(registry.db, {
        get: (target, key, receiver) => {
          if (key === 'transaction') throw new Error('disk full');
          return Reflect.get(target, key, receiver) as unknown;
        },
      }),
    });
    broken.note(agentId, START_MS + 1);
    await expect(broken.flush()).rejects.toThrow('disk full');
    expect(broken.pending(agentId)).toBe(START_MS + 1);
  });
});

describe('the agency tree', () => {
  it('begins with one root, under which new agencies come', async () => {
    const [root] = await listAgencies(registry);
    expect(root).toMatchObject({ parentId: null });
    expect(await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'cli:root')).toMatchObject({
      parentId: root?.id,
    });
  });

  it('refuses a second agency of the same name under the same parent, however its accents are typed', async () => {
    await createAgency(registry, { name: 'Sở Y tế'.normalize('NFC'), kind: 'department' }, 'cli:root');
    await expect(
      createAgency(registry, { name: 'Sở Y tế'.normalize('NFD'), kind: 'department' }, 'cli:root'),
    ).rejects.toMatchObject({ code: 'agency-exists' });
  });
});
