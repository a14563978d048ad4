/** Console sessions: a random cookie of which only the hash is stored, with an idle and an absolute end. */
import { isLiveAccount } from './account-end.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryTransaction } from './database.ts';
import { readPeoplePolicy } from './people-policy.ts';
import { type Reseal, seal, unseal } from './sealed-secret.ts';
import { hashSecret, randomName } from './secrets.ts';
import type { User } from './users.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export const SESSION_LIMITS = {
  /** Unless the policy of people says less or more. */
  idleMs: HOUR_MS,
  absoluteMs: 12 * HOUR_MS,
  /** Live sessions of one person; the oldest ends when one more begins. */
  perUserMax: 20,
} as const;
/** Use is written at most this often. */
const TOUCH_MS = 60_000;

export interface SessionUser extends User {
  /** Names the session without giving it away. */
  sessionHash: string;
  /** When the person last proved who they are in it. */
  provedMs: number;
  hasSecondFactor: boolean;
  /** Their role asks for a second factor and they have none. */
  mustEnrol: boolean;
  method: 'password' | 'oidc';
  /** They have a second factor here, and neither it nor one of the provider was shown in this session. */
  needsCode: boolean;
}

/** Where a session was begun. */
export interface SessionFacts {
  address?: string | undefined;
  /** What the browser calls itself. */
  client?: string | undefined;
  /** Where it was begun by the word of an identity provider. */
  external?: ExternalSession | undefined;
}

export interface ExternalSession {
  /** When the person proved who they are there; undefined when that is not said. */
  provedMs: number | undefined;
  hasTwoFactors: boolean;
  sid: string | undefined;
  idToken: string;
}

const CLIENT_CHARS_MAX = 256;

/** @returns the cookie's value, known to nobody else. */
export async function createSession(
  registry: Registry,
  userId: number,
  { address, client, external }: SessionFacts = {},
): Promise<string> {
  const value = registry.random(32).toString('base64url');
  const nowMs = registry.now();
  const id = randomName(registry.random);
  await registry.db.transaction().execute(async (trx) => {
    const policy = await readPeoplePolicy(trx);
    await trx
      .deleteFrom('user_session')
      .where((eb) =>
        eb.or([
          eb('expires_ms', '<=', nowMs),
          eb('last_used_ms', '<=', nowMs - policy.idleMinutes * MINUTE_MS),
        ]),
      )
      .execute();
    const live = await trx
      .selectFrom('user_session')
      .select('id_hash')
      .where('user_id', '=', userId)
      .orderBy('last_used_ms', 'desc')
      .execute();
    for (const old of live.slice(SESSION_LIMITS.perUserMax - 1)) {
      await trx.deleteFrom('user_session').where('id_hash', '=', old.id_hash).execute();
    }
    await trx
      .insertInto('user_session')
      .values({
        id_hash: hashSecret(value),
        user_id: userId,
        created_ms: nowMs,
        last_used_ms: nowMs,
        expires_ms: nowMs + policy.absoluteHours * HOUR_MS,
        id,
        proved_ms: nowMs,
        address: address ?? null,
        client: client?.slice(0, CLIENT_CHARS_MAX) ?? null,
        ...(external === undefined ? {} : externalColumns(registry, id, external)),
      })
      .execute();
  });
  return value;
}

const tokenPlace = (id: string): string => `session:${id}`;
/** Of an ID token; a longer one is not kept, and the provider asks the person itself. */
const TOKEN_CHARS_MAX = 8_192;

function externalColumns(
  { sealingKey, random, now }: Registry,
  id: string,
  { provedMs = 0, hasTwoFactors, sid, idToken }: ExternalSession,
) {
  return {
    method: 'oidc' as const,
    proved_ms: Math.min(provedMs, now()),
    factor: hasTwoFactors ? ('provider' as const) : null,
    external_sid: sid ?? null,
    external_token:
      idToken.length > TOKEN_CHARS_MAX ? null : seal(sealingKey(), tokenPlace(id), idToken, random),
  };
}

/** The ID token that a session was begun with, which ends the provider's session too. */
export async function sessionToken(registry: Registry, sessionHash: string): Promise<string | undefined> {
  const row = await registry.db
    .selectFrom('user_session')
    .select(['id', 'external_token as token'])
    .where('id_hash', '=', sessionHash)
    .executeTakeFirst();
  if (row === undefined || row.token === null) return undefined;
  return unseal(registry.sealingKey(), tokenPlace(row.id), row.token);
}

/**
 * Who holds the session now; undefined when it ended or the person is disabled.
 * @param session cookie's value, or the hash of it
 * @param touch counts as use, which puts the idle end off
 */
export async function findSession(
  registry: Registry,
  session: { value: string } | { hash: string },
  touch: boolean,
): Promise<SessionUser | undefined> {
  const nowMs = registry.now();
  const policy = await readPeoplePolicy(registry.db);
  const sessionHash = 'value' in session ? hashSecret(session.value) : session.hash;
  const row = await registry.db
    .selectFrom('user_session')
    .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
    .select([
      'user_account.id',
      'user_account.username',
      'user_account.role',
      'user_account.agency_id',
      'user_account.must_change_password',
      'user_account.totp_since_ms',
      'user_session.last_used_ms',
      'user_session.proved_ms',
      'user_session.method',
      'user_session.factor',
    ])
    .where('user_session.id_hash', '=', sessionHash)
    .where('user_session.expires_ms', '>', nowMs)
    .where('user_session.last_used_ms', '>', nowMs - policy.idleMinutes * MINUTE_MS)
    .where(isLiveAccount(nowMs))
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (touch && row.last_used_ms <= nowMs - TOUCH_MS) {
    await registry.db
      .updateTable('user_session')
      .set({ last_used_ms: nowMs })
      .where('id_hash', '=', sessionHash)
      .execute();
  }
  return {
    id: row.id,
    username: row.username,
    role: row.role,
    agencyId: row.agency_id,
    mustChangePassword: row.must_change_password === 1,
    sessionHash,
    provedMs: row.proved_ms ?? 0,
    hasSecondFactor: row.totp_since_ms !== null,
    mustEnrol:
      row.totp_since_ms === null &&
      row.factor === null &&
      policy.secondFactorRoles.some((role) => role === row.role),
    method: row.method,
    needsCode: row.method === 'oidc' && row.totp_since_ms !== null && row.factor === null,
  };
}

/** Ends the session; ending it twice is no error. */
export async function endSession(registry: Registry, sessionHash: string): Promise<void> {
  await registry.db.deleteFrom('user_session').where('id_hash', '=', sessionHash).execute();
}

/**
 * The person has just proved who they are, and with which second factor, if any: the session goes on under another cookie, and the one
 * before is worth nothing.
 * @returns the new cookie's value
 */
export async function rotateSession(
  registry: Registry,
  sessionHash: string,
  factor?: 'provider' | 'local',
): Promise<string> {
  const value = registry.random(32).toString('base64url');
  await registry.db
    .updateTable('user_session')
    .set({
      id_hash: hashSecret(value),
      proved_ms: registry.now(),
      ...(factor === undefined ? {} : { factor }),
    })
    .where('id_hash', '=', sessionHash)
    .execute();
  return value;
}

export interface SessionSummary {
  id: string;
  createdMs: number;
  lastUsedMs: number;
  expiresMs: number;
  address: string | null;
  client: string | null;
  isCurrent: boolean;
}

/** Live sessions of a person, the last used first. */
export async function listSessions(
  registry: Registry,
  username: string,
  currentHash: string,
): Promise<SessionSummary[]> {
  const nowMs = registry.now();
  const { idleMinutes } = await readPeoplePolicy(registry.db);
  const rows = await registry.db
    .selectFrom('user_session')
    .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
    .select([
      'user_session.id',
      'user_session.id_hash',
      'user_session.created_ms',
      'user_session.last_used_ms',
      'user_session.expires_ms',
      'user_session.address',
      'user_session.client',
    ])
    .where('user_account.username', '=', username)
    .where('user_session.expires_ms', '>', nowMs)
    .where('user_session.last_used_ms', '>', nowMs - idleMinutes * MINUTE_MS)
    .orderBy('user_session.last_used_ms', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdMs: row.created_ms,
    lastUsedMs: row.last_used_ms,
    expiresMs: row.expires_ms,
    address: row.address,
    client: row.client,
    isCurrent: row.id_hash === currentHash,
  }));
}

/** Ends sessions of a person: the named one, or all. @returns how many ended */
export async function endSessions(
  registry: Registry,
  { username, id, actor }: { username: string; id?: string | undefined; actor: string },
): Promise<number> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const user = trx.selectFrom('user_account').select('id').where('username', '=', username);
    let ending = trx.deleteFrom('user_session').where('user_id', '=', user);
    if (id !== undefined) ending = ending.where('id', '=', id);
    const { numDeletedRows } = await ending.executeTakeFirstOrThrow();
    const ended = Number(numDeletedRows);
    if (ended > 0) {
      const detail = id === undefined ? { ended } : { ended, id };
      await writeAudit(trx, nowMs, { actor, action: 'session.end', target: `user:${username}`, detail });
    }
    return ended;
  });
}

/** @returns how many tokens of providers were sealed anew */
export async function resealTokens(trx: RegistryTransaction, reseal: Reseal): Promise<number> {
  const rows = await trx
    .selectFrom('user_session')
    .select(['id', 'external_token as token'])
    .where('external_token', 'is not', null)
    .execute();
  for (const { id, token } of rows)
    await trx
      .updateTable('user_session')
      .set({ external_token: reseal(tokenPlace(id), token ?? '') })
      .where('id', '=', id)
      .execute();
  return rows.length;
}
