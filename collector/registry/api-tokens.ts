/** Bearer tokens for scripts: `vgapi_` and 32 random bytes; only the hash is stored; a role, an agency and an end. */
import type { Role } from '../api/contract.ts';
import { requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry } from './database.ts';
import { RefusalError } from './refusal.ts';
import { hashSecret, randomName } from './secrets.ts';

export const API_TOKEN_LIMITS = { daysMax: 3_650, daysDefault: 30, nameCharsMax: 128 } as const;
const FORM = /^vgapi_[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;
/** Use is written at most this often. */
const TOUCH_MS = 60_000;

export interface ApiTokenHolder {
  id: string;
  name: string;
  role: Role;
  agencyId: number;
}

export interface ApiTokenSummary extends ApiTokenHolder {
  state: 'usable' | 'expired' | 'revoked';
  createdMs: number;
  createdBy: string;
  expiresMs: number;
  lastUsedMs: number | null;
}

/** @throws RefusalError agency-unknown */
export async function createApiToken(
  registry: Registry,
  wanted: { role: Role; days?: number | undefined; name?: string | undefined; agencyId?: number | undefined },
  actor: string,
): Promise<{ id: string; token: string; expiresMs: number }> {
  const id = randomName(registry.random);
  const token = `vgapi_${registry.random(32).toString('base64url')}`;
  const nowMs = registry.now();
  const expiresMs = nowMs + (wanted.days ?? API_TOKEN_LIMITS.daysDefault) * DAY_MS;
  await registry.db.transaction().execute(async (trx) => {
    const agencyId = wanted.agencyId ?? (await rootAgencyId(trx));
    await requireAgency(trx, agencyId);
    await trx
      .insertInto('api_token')
      .values({
        id,
        name: wanted.name ?? '',
        token_hash: hashSecret(token),
        role: wanted.role,
        agency_id: agencyId,
        created_ms: nowMs,
        created_by: actor,
        expires_ms: expiresMs,
      })
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'api-token.create',
      target: `api-token:${id}`,
      detail: { name: wanted.name ?? '', role: wanted.role, agencyId, expiresMs },
    });
  });
  return { id, token, expiresMs };
}

/** Holder of a usable token. @param touch notes the use */
export async function findApiToken(
  registry: Registry,
  token: { value: string } | { id: string },
  touch: boolean,
): Promise<ApiTokenHolder | undefined> {
  if ('value' in token && !FORM.test(token.value)) return undefined;
  const nowMs = registry.now();
  const select = registry.db
    .selectFrom('api_token')
    .select(['id', 'name', 'role', 'agency_id as agencyId', 'last_used_ms as lastUsedMs'])
    .where('expires_ms', '>', nowMs)
    .where('revoked_ms', 'is', null);
  const row = await (
    'value' in token
      ? select.where('token_hash', '=', hashSecret(token.value))
      : select.where('id', '=', token.id)
  ).executeTakeFirst();
  if (row === undefined) return undefined;
  const { lastUsedMs, ...holder } = row;
  if (touch && (lastUsedMs ?? 0) <= nowMs - TOUCH_MS) {
    await registry.db
      .updateTable('api_token')
      .set({ last_used_ms: nowMs })
      .where('id', '=', row.id)
      .execute();
  }
  return holder;
}

/** Newest first. */
export async function listApiTokens(registry: Registry, limit = 1_000): Promise<ApiTokenSummary[]> {
  const nowMs = registry.now();
  const rows = await registry.db
    .selectFrom('api_token')
    .select([
      'id',
      'name',
      'role',
      'agency_id',
      'created_ms',
      'created_by',
      'expires_ms',
      'last_used_ms',
      'revoked_ms',
    ])
    .orderBy('created_ms', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    agencyId: row.agency_id,
    state: row.revoked_ms === null ? (row.expires_ms <= nowMs ? 'expired' : 'usable') : 'revoked',
    createdMs: row.created_ms,
    createdBy: row.created_by,
    expiresMs: row.expires_ms,
    lastUsedMs: row.last_used_ms,
  }));
}

/** @throws RefusalError api-token-unknown */
export async function revokeApiToken(registry: Registry, id: string, actor: string): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('api_token')
      .select('revoked_ms')
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) {
      throw new RefusalError(
        'api-token-unknown',
        id,
        `there is no API token ${id}; "vonggac api-token list" shows them`,
      );
    }
    if (row.revoked_ms !== null) return;
    await trx.updateTable('api_token').set({ revoked_ms: nowMs }).where('id', '=', id).execute();
    await writeAudit(trx, nowMs, { actor, action: 'api-token.revoke', target: `api-token:${id}` });
  });
}
