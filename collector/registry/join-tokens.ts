/**
 * Join tokens: a secret that lets so many hosts enrol into one agency until a date. Only its hash is stored.
 * `claimJoinToken` runs inside the enrolment's transaction, so a use is counted if and only if the agent exists.
 */
import { type AgencyScope, ensureAgentGroup, inScope, requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import { hashSecret, randomName, sameHash } from './secrets.ts';

export const JOIN_TOKEN_LIMITS = { usesMax: 100_000, daysMax: 3_650, daysDefault: 7 } as const;
const DAY_MS = 86_400_000;

export interface NewJoinToken {
  /** How many hosts may enrol with it; 1 by default. */
  uses?: number | undefined;
  days?: number | undefined;
  /** The root agency by default. */
  agencyId?: number | undefined;
  /** Agent group, made when it is new. */
  group?: string | undefined;
  /** What it is for. */
  note?: string | undefined;
  /** Whoever enrols with it waits until somebody approves it. */
  approve?: boolean | undefined;
}

/** Why a token does not admit; the peer only ever learns `bad-token`. */
export type JoinTokenFault = 'unknown' | 'wrong-secret' | 'revoked' | 'expired' | 'used-up';

export type JoinTokenClaim =
  | { ok: true; agencyId: number; groupId: number | null; needsApproval: boolean }
  | { ok: false; fault: JoinTokenFault };

/** @throws RefusalError agency-unknown */
export async function createJoinToken(
  registry: Registry,
  wanted: NewJoinToken,
  actor: string,
): Promise<{ id: string; secret: string; expiresMs: number; agencyId: number; uses: number }> {
  const id = randomName(registry.random);
  const secret = registry.random(24).toString('base64url');
  const nowMs = registry.now();
  const uses = wanted.uses ?? 1;
  const expiresMs = nowMs + (wanted.days ?? JOIN_TOKEN_LIMITS.daysDefault) * DAY_MS;
  return registry.db.transaction().execute(async (trx) => {
    const agencyId = wanted.agencyId ?? (await rootAgencyId(trx));
    await requireAgency(trx, agencyId);
    const groupId = wanted.group === undefined ? null : await ensureAgentGroup(trx, wanted.group, nowMs);
    await trx
      .insertInto('join_token')
      .values({
        id,
        secret_hash: hashSecret(secret),
        agency_id: agencyId,
        group_id: groupId,
        uses_max: uses,
        expires_ms: expiresMs,
        created_ms: nowMs,
        created_by: actor,
        uses: 0,
        note: wanted.note ?? '',
        needs_approval: wanted.approve === true ? 1 : 0,
      })
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'join-token.create',
      target: `join-token:${id}`,
      detail: {
        uses,
        expiresMs,
        agencyId,
        group: wanted.group ?? null,
        note: wanted.note ?? '',
        approve: wanted.approve === true,
      },
    });
    return { id, secret, expiresMs, agencyId, uses };
  });
}

/**
 * Checks the token's secret alone: true also for a token that is used up, expired or revoked. Lets a host whose
 * enrolment was answered into a cut line ask again.
 */
export async function holdsSecret(db: RegistryDb, id: string, secret: string): Promise<boolean> {
  const row = await db.selectFrom('join_token').select('secret_hash').where('id', '=', id).executeTakeFirst();
  return sameHash(row?.secret_hash ?? hashSecret(''), hashSecret(secret)) && row !== undefined;
}

/** Whether a host that shows it may say something: used up or not, but neither expired nor revoked. */
export async function admits(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  { id, secret }: { id: string; secret: string },
): Promise<boolean> {
  if (!(await holdsSecret(db, id, secret))) return false;
  const row = await db
    .selectFrom('join_token')
    .select('id')
    .where('id', '=', id)
    .where('revoked_ms', 'is', null)
    .where('expires_ms', '>', now())
    .executeTakeFirst();
  return row !== undefined;
}

/** Counts one use, or says why not. Atomic: of two hosts with a single-use token, one gets in. */
export async function claimJoinToken(
  db: RegistryDb,
  claim: { id: string; secret: string; nowMs: number },
): Promise<JoinTokenClaim> {
  const row = await db
    .selectFrom('join_token')
    .select(['secret_hash', 'agency_id', 'group_id', 'uses_max', 'uses', 'expires_ms', 'revoked_ms'])
    .select('needs_approval')
    .where('id', '=', claim.id)
    .executeTakeFirst();
  const same = sameHash(row?.secret_hash ?? hashSecret(''), hashSecret(claim.secret));
  if (row === undefined) return { ok: false, fault: 'unknown' };
  if (!same) return { ok: false, fault: 'wrong-secret' };
  if (row.revoked_ms !== null) return { ok: false, fault: 'revoked' };
  if (row.expires_ms <= claim.nowMs) return { ok: false, fault: 'expired' };
  const taken = await db
    .updateTable('join_token')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', claim.id)
    .where('revoked_ms', 'is', null)
    .whereRef('uses', '<', 'uses_max')
    .executeTakeFirst();
  if (taken.numUpdatedRows !== 1n) return { ok: false, fault: 'used-up' };
  return {
    ok: true,
    agencyId: row.agency_id,
    groupId: row.group_id,
    needsApproval: row.needs_approval === 1,
  };
}

export interface JoinTokenSummary {
  id: string;
  state: 'usable' | 'used-up' | 'expired' | 'revoked';
  agencyId: number;
  agencyName: string;
  group: string | null;
  uses: number;
  usesMax: number;
  createdMs: number;
  createdBy: string;
  expiresMs: number;
  note: string;
  /** Whoever enrols with it waits for approval. */
  approve: boolean;
  /** Who used it, oldest first, at most 20. */
  usedBy: JoinTokenUse[];
}

export interface JoinTokenUse {
  agentId: string;
  hostname: string;
  usedMs: number;
  /** Where the request came from. */
  address: string;
}

const USED_BY_MAX = 20;

/** Newest first. */
export async function listJoinTokens(
  registry: Registry,
  query: { limit?: number | undefined; scope?: AgencyScope | undefined } = {},
): Promise<JoinTokenSummary[]> {
  const { limit = 1_000, scope = { kind: 'all' } } = query;
  const nowMs = registry.now();
  let select = registry.db
    .selectFrom('join_token')
    .innerJoin('agency', 'agency.id', 'join_token.agency_id')
    .leftJoin('agent_group', 'agent_group.id', 'join_token.group_id')
    .select([
      'join_token.id',
      'join_token.agency_id',
      'agency.name as agency_name',
      'agent_group.name as group_name',
      'join_token.uses',
      'join_token.uses_max',
      'join_token.created_ms',
      'join_token.created_by',
      'join_token.expires_ms',
      'join_token.revoked_ms',
      'join_token.note',
      'join_token.needs_approval',
    ])
    .orderBy('join_token.created_ms', 'desc')
    .orderBy('join_token.id')
    .limit(limit);
  if (scope.kind === 'some') select = select.where('join_token.agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  const byToken = await firstUses(
    registry.db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    state: stateOf(row, nowMs),
    agencyId: row.agency_id,
    agencyName: row.agency_name,
    group: row.group_name,
    uses: row.uses,
    usesMax: row.uses_max,
    createdMs: row.created_ms,
    createdBy: row.created_by,
    expiresMs: row.expires_ms,
    note: row.note,
    approve: row.needs_approval === 1,
    usedBy: byToken.get(row.id) ?? [],
  }));
}

/** The first few uses of each token. */
async function firstUses(
  db: RegistryDb,
  tokenIds: readonly string[],
): Promise<Map<string, JoinTokenSummary['usedBy']>> {
  if (tokenIds.length === 0) return new Map();
  const uses = await db
    .with('numbered', (inner) =>
      inner
        .selectFrom('join_token_use')
        .select(['token_id', 'agent_id', 'used_ms', 'address'])
        .select((eb) =>
          eb.fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('token_id').orderBy('join_token_use.id'))
            .as('place'),
        )
        .where('token_id', 'in', tokenIds),
    )
    .selectFrom('numbered')
    .innerJoin('agent', 'agent.id', 'numbered.agent_id')
    .select([
      'numbered.token_id',
      'numbered.agent_id',
      'agent.hostname',
      'numbered.used_ms',
      'numbered.address',
    ])
    .where('numbered.place', '<=', USED_BY_MAX)
    .orderBy('numbered.token_id')
    .orderBy('numbered.place')
    .execute();
  const byToken = new Map<string, JoinTokenSummary['usedBy']>();
  for (const use of uses) {
    const list = byToken.get(use.token_id) ?? [];
    list.push({
      agentId: use.agent_id,
      hostname: use.hostname,
      usedMs: use.used_ms,
      address: use.address,
    });
    byToken.set(use.token_id, list);
  }
  return byToken;
}

function stateOf(
  row: { revoked_ms: number | null; expires_ms: number; uses: number; uses_max: number },
  nowMs: number,
): JoinTokenSummary['state'] {
  if (row.revoked_ms !== null) return 'revoked';
  if (row.uses >= row.uses_max) return 'used-up';
  return row.expires_ms <= nowMs ? 'expired' : 'usable';
}

/** Every use of a token, the newest first. @throws RefusalError join-token-unknown */
export async function listJoinTokenUses(
  registry: Registry,
  query: { id: string; scope: AgencyScope; limit: number; beforeUse?: number | undefined },
): Promise<(JoinTokenUse & { use: number })[]> {
  const { id, scope, limit, beforeUse } = query;
  await requireToken(registry.db, id, scope);
  let select = registry.db
    .selectFrom('join_token_use')
    .innerJoin('agent', 'agent.id', 'join_token_use.agent_id')
    .select([
      'join_token_use.id as use',
      'join_token_use.agent_id as agentId',
      'agent.hostname as hostname',
      'join_token_use.used_ms as usedMs',
      'join_token_use.address as address',
    ])
    .where('join_token_use.token_id', '=', id)
    .orderBy('join_token_use.id', 'desc')
    .limit(limit);
  if (beforeUse !== undefined) select = select.where('join_token_use.id', '<', beforeUse);
  return select.execute();
}

/** @throws RefusalError join-token-unknown, also for one outside the scope */
async function requireToken(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<{ revokedMs: number | null }> {
  const row = await db
    .selectFrom('join_token')
    .select(['revoked_ms', 'agency_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agency_id)) return { revokedMs: row.revoked_ms };
  throw new RefusalError(
    'join-token-unknown',
    id,
    `there is no join token ${id}; "vonggac join-token list" shows them`,
  );
}

/** Agents that already enrolled with it stay. @throws RefusalError join-token-unknown */
export async function revokeJoinToken(
  registry: Registry,
  id: string,
  actor: string,
  scope: AgencyScope = { kind: 'all' },
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const { revokedMs } = await requireToken(trx, id, scope);
    if (revokedMs !== null) return;
    await trx.updateTable('join_token').set({ revoked_ms: nowMs }).where('id', '=', id).execute();
    await writeAudit(trx, nowMs, { actor, action: 'join-token.revoke', target: `join-token:${id}` });
  });
}

/** Agent that first enrolled with the token. */
export async function findJoinTokenUse(registry: Registry, id: string): Promise<string | undefined> {
  const row = await registry.db
    .selectFrom('join_token_use')
    .select('agent_id')
    .where('token_id', '=', id)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.agent_id;
}
