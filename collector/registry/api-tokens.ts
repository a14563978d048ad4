/**
 * Bearer tokens for scripts: `vgapi_` and 32 random bytes; only the hash is stored; a role, an agency and an end. A list of
 * permissions narrows the role; one of the role `api` without a list only looks.
 */
import { holds, isPermission } from '../api/access.ts';
import type { Permission } from '../api/permissions.ts';
import type { Role } from '../api/contract.ts';
import { API_DEFAULT } from '../api/role-grants.ts';
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
  /** What it may of what its role may; undefined: all of that. */
  permissions: ReadonlySet<Permission> | undefined;
}

export interface ApiTokenSummary extends Omit<ApiTokenHolder, 'permissions'> {
  permissions: Permission[] | null;
  state: 'usable' | 'expired' | 'revoked';
  createdMs: number;
  createdBy: string;
  expiresMs: number;
  lastUsedMs: number | null;
  /** Client that used it last. */
  lastUsedAddress: string | null;
}

/** What is no permission of this version does nothing. */
function readPermissions(text: string | null): Permission[] | null {
  if (text === null) return null;
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? parsed.map(String).filter(isPermission) : [];
}

export interface ApiTokenWanted {
  role: Role;
  days?: number | undefined;
  name?: string | undefined;
  agencyId?: number | undefined;
  permissions?: readonly Permission[] | undefined;
}

/** @throws RefusalError agency-unknown, permission-excess for what its role may not */
export async function createApiToken(
  registry: Registry,
  wanted: ApiTokenWanted,
  actor: string,
): Promise<{ id: string; token: string; expiresMs: number }> {
  const { role, permissions } = wanted;
  const excess = permissions?.filter((permission) => !holds({ role }, permission)) ?? [];
  if (excess.length > 0) {
    throw new RefusalError(
      'permission-excess',
      excess.join(' '),
      `the role ${role} may not: ${excess.join(', ')}`,
    );
  }
  const listed = permissions === undefined ? null : [...new Set(permissions)].toSorted();
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
        permissions: listed === null ? null : JSON.stringify(listed),
      })
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'api-token.create',
      target: `api-token:${id}`,
      detail: { name: wanted.name ?? '', role: wanted.role, agencyId, expiresMs, permissions: listed },
    });
  });
  return { id, token, expiresMs };
}

/** Holder of a usable token. @param touch notes the use, and from where */
export async function findApiToken(
  registry: Registry,
  token: { value: string } | { id: string },
  touch: boolean | { address: string },
): Promise<ApiTokenHolder | undefined> {
  if ('value' in token && !FORM.test(token.value)) return undefined;
  const nowMs = registry.now();
  const select = registry.db
    .selectFrom('api_token')
    .select(['id', 'name', 'role', 'agency_id as agencyId', 'last_used_ms as lastUsedMs', 'permissions'])
    .where('expires_ms', '>', nowMs)
    .where('revoked_ms', 'is', null);
  const row = await (
    'value' in token
      ? select.where('token_hash', '=', hashSecret(token.value))
      : select.where('id', '=', token.id)
  ).executeTakeFirst();
  if (row === undefined) return undefined;
  const { lastUsedMs, permissions: text, ...holder } = row;
  if (touch !== false && (lastUsedMs ?? 0) <= nowMs - TOUCH_MS) {
    await registry.db
      .updateTable('api_token')
      .set({
        last_used_ms: nowMs,
        ...(touch === true ? {} : { last_used_address: touch.address }),
      })
      .where('id', '=', row.id)
      .execute();
  }
  const permissions = readPermissions(text);
  if (permissions !== null) return { ...holder, permissions: new Set(permissions) };
  return { ...holder, permissions: holder.role === 'api' ? API_DEFAULT : undefined };
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
      'last_used_address',
      'permissions',
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
    lastUsedAddress: row.last_used_address,
    permissions: readPermissions(row.permissions),
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
