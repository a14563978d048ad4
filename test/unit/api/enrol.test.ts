import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  enrolErrorSchema,
  enrolResponseSchema,
  type EnrolRequest,
} from '../../../collector/protocol/enrol.ts';
import { encodePublicKey } from '../../../collector/protocol/agent-key.ts';
import { enrolBytes } from '../../../collector/protocol/signing.ts';
import { ENROL_PATH } from '../../../collector/protocol/version.ts';
import { revokeAgent } from '../../../collector/registry/agent-acts.ts';
import { countAgents, findAgent } from '../../../collector/registry/agents.ts';
import { createJoinToken, listJoinTokens, revokeJoinToken } from '../../../collector/registry/join-tokens.ts';
import { formatJoinToken } from '../../../collector/protocol/join-token.ts';
import { listRefusals } from '../../../collector/registry/enrol-refusals.ts';
import { REFUSAL_PATH } from '../../../collector/rollout/install-commands.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { buildWorld, type World } from './api-fixture.ts';

let world: World;
let token: { id: string; secret: string };

beforeEach(async () => {
  world = await buildWorld({ limits: { enrolmentsPerMinute: 100 } });
  token = await createJoinToken(world.registry, {}, 'test');
});
afterEach(() => world.close());

function keyPair(): { publicKey: string; privateKey: KeyObject } {
  const pair = generateKeyPairSync('ed25519');
  return { publicKey: encodePublicKey(pair.publicKey), privateKey: pair.privateKey };
}

/** A request as an honest agent makes it. */
function signed(fingerprint = world.fingerprint, keys = keyPair()): EnrolRequest {
  const { publicKey, privateKey } = keys;
  const bytes = enrolBytes({ publicKey, tokenId: token.id, collectorFingerprint: fingerprint });
  return enrolRequest(token, { publicKey, signature: sign(null, bytes, privateKey).toString('base64') });
}

const post = (payload: object | string, contentType = 'application/json') =>
  world.app.inject({ method: 'POST', url: ENROL_PATH, payload, headers: { 'content-type': contentType } });

async function refusal(payload: object | string): Promise<[status: number, code: string]> {
  const response = await post(payload);
  const { error } = enrolErrorSchema.parse(response.json());
  return [response.statusCode, error.code];
}

describe('enrolment', () => {
  it('makes an agent of a signed request with a good token, once', async () => {
    const request = signed();
    const { agentId, agencyName } = enrolResponseSchema.parse((await post(request)).json());
    expect(agencyName).toBe('Cơ quan chủ quản');
    expect(await findAgent(world.registry, agentId)).toMatchObject({ publicKey: request.publicKey });
    expect((await post(request)).json()).toEqual({ agentId, agencyName });
    expect(await refusal(signed())).toEqual([403, 'bad-token']);
    expect(world.emitted.at(-1)).toEqual({ event: 'enrol.refused', detail: { code: 'bad-token' } });
  });

  it('keeps what a refused host that holds the token says of itself, until it is let in', async () => {
    await post(signed());
    expect(await refusal(signed())).toEqual([403, 'bad-token']);
    const [kept] = await listRefusals(world.registry.db, { kind: 'all' });
    expect(kept).toMatchObject({ hostname: 'pc-01', reason: 'token-used-up', osName: 'Debian', times: 1 });
    await refusal({ ...signed(), tokenSecret: 'A'.repeat(32) });
    expect(await listRefusals(world.registry.db, { kind: 'all' })).toEqual([kept]);
    token = await createJoinToken(world.registry, {}, 'test');
    await post(signed());
    expect(await listRefusals(world.registry.db, { kind: 'all' })).toEqual([]);
  });

  it('takes the word of a host that can have no agent, with a token that admits only', async () => {
    const tell = async (change: object = {}, of = token) => {
      const text = formatJoinToken({ ...of, fingerprint: world.fingerprint });
      const said = {
        token: text,
        reason: 'old-system',
        hostname: 'PC-XP',
        osVersion: '6.1.7601',
        arch: 'x86',
      };
      const payload = { ...said, ...change };
      return (await world.app.inject({ method: 'POST', url: REFUSAL_PATH, payload })).statusCode;
    };
    expect(await tell()).toBe(204);
    expect(await tell()).toBe(204);
    const kept = await listRefusals(world.registry.db, { kind: 'all' });
    expect(kept).toMatchObject([{ hostname: 'PC-XP', reason: 'old-system', arch: 'x86', times: 2 }]);
    expect(await tell({ token: 'vgjoin1.nonsense' })).toBe(403);
    expect(await tell({}, { ...token, secret: 'A'.repeat(32) })).toBe(403);
    expect(await tell({ reason: 'token-expired' })).toBe(400);
    expect(await tell({ hostname: 'a\nb' })).toBe(400);
    await revokeJoinToken(world.registry, token.id, 'test');
    expect(await tell()).toBe(403);
    expect(await listRefusals(world.registry.db, { kind: 'all' })).toEqual(kept);
    expect(world.emitted.at(-1)).toEqual({ event: 'enrol.refused', detail: { code: 'bad-token' } });
  });

  it('does not tell how a token fails', async () => {
    const answers = new Set<string>();
    const ask = async (change: Partial<EnrolRequest>): Promise<void> => {
      answers.add((await post({ ...signed(), ...change })).body);
    };
    await ask({ tokenSecret: 'A'.repeat(32) });
    await revokeJoinToken(world.registry, token.id, 'test');
    await ask({});
    token = await createJoinToken(world.registry, { days: 1 }, 'test');
    world.clock.ms += 86_400_000;
    await ask({});
    token = { id: 'AAAAAAAAAAAA', secret: 'A'.repeat(32) };
    await ask({});
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain('bad-token');
  });

  it('refuses an agent that saw another certificate, before its token counts', async () => {
    expect(await refusal(signed('00'.repeat(32)))).toEqual([401, 'bad-proof']);
    expect((await listJoinTokens(world.registry))[0]).toMatchObject({ uses: 0 });
  });

  it("refuses a signature by another key, or for another's token", async () => {
    const { publicKey } = keyPair();
    expect(await refusal({ ...signed(), publicKey })).toEqual([401, 'bad-proof']);
    expect(await refusal({ ...signed(), tokenId: 'AAAAAAAAAAAA' })).toEqual([401, 'bad-proof']);
  });

  it('tells a revoked agent so', async () => {
    const request = signed();
    const { agentId } = (await post(request)).json();
    await revokeAgent(world.registry, agentId, 'test');
    expect(await refusal(request)).toEqual([403, 'revoked']);
  });

  const honest = enrolRequest({ id: 'A'.repeat(12), secret: 'A'.repeat(32) });
  it.each([
    ['an empty body', {}],
    ['no JSON', '{'],
    ['an unknown field', { ...honest, admin: true }],
    ['a key with a line break', { ...honest, publicKey: `${'A'.repeat(43)}\n` }],
    ['a token id with a line break', enrolRequest({ id: `${'A'.repeat(11)}\n`, secret: 'A'.repeat(32) })],
    ['a key in a second spelling', { ...honest, publicKey: `${'A'.repeat(42)}B=` }],
    ['an empty host name', { ...honest, host: { hostname: '' } }],
  ])('refuses %s as a bad frame', async (_what, payload) => {
    expect(await refusal(payload)).toEqual([400, 'bad-frame']);
    expect(await countAgents(world.registry, { kind: 'all' })).toBe(0);
  });

  it('refuses a body over 16 KiB', async () => {
    expect(await refusal({ ...signed(), machineId: 'x'.repeat(20_000) })).toEqual([413, 'too-large']);
  });

  it('is limited per client address, in its own error form', async () => {
    for (let count = 0; count < 100; count += 1) expect(await refusal({})).toEqual([400, 'bad-frame']);
    expect(await refusal(signed())).toEqual([429, 'too-many-requests']);
  });

  it('fails with a code when the control plane does', async () => {
    await world.registry.db.schema.dropTable('join_token_use').execute();
    expect(await refusal(signed())).toEqual([500, 'server-error']);
    const row = await world.registry.db.selectFrom('join_token').select('uses').executeTakeFirst();
    expect(row?.uses).toBe(0);
  });

  it('is put off, not refused for good, while the disk is full', async () => {
    const { db } = world.registry;
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(db);
    const codes = new Set<string>();
    const request = signed();
    // The last page has some room left; when it is gone nothing more fits.
    for (let count = 0; count < 50 && !codes.has('storage-unavailable'); count += 1) {
      const more = await createJoinToken(world.registry, { uses: 1 }, 'test').catch(() => undefined);
      if (more === undefined) codes.add((await refusal(request))[1]);
    }
    expect([...codes]).toEqual(['storage-unavailable']);
    await sql`pragma max_page_count = 1000000`.execute(db);
    expect((await post(request)).statusCode).toBe(200);
  });
});
