/**
 * Pages to answer on without an account. Invariants: of a link only the hash of its secret is kept; it shows and answers one
 * request, once, until it expires; an answer from anywhere ends all links of the request.
 */
import { ASKED_STATES, REQUEST_LIMITS } from '../../request/request-words.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { hashSecret, randomName, sameHash } from '../secrets.ts';
import { invalidRequest } from './request-findings.ts';
import { requireIssued, wrongState, type RequestActor } from './request-guard.ts';
import { logRequest } from './request-log.ts';
import { findRequest, type AgencyRequest } from './request-rows.ts';

export const LINK_DAYS = { min: 1, default: 14, max: 60 } as const;
const DAY_MS = 86_400_000;
const SECRET_BYTES = 32;
const TOKEN = /^([\w-]{12})\.([\w-]{43})$/;

export interface NewLink {
  id: string;
  /** To be told once: nobody can read it again. */
  token: string;
  expiresMs: number;
}

/** @throws RefusalError request-unknown, request-not-yours, request-state, request-invalid */
export function createLink(registry: Registry, id: string, days: number, by: RequestActor): Promise<NewLink> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const request = await requireIssued(trx, id, by);
    if (!ASKED_STATES.includes(request.state)) throw wrongState(request, 'answered: it has no links');
    const { count } = await trx
      .selectFrom('request_link')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('request_id', '=', request.id)
      .executeTakeFirstOrThrow();
    if (count >= REQUEST_LIMITS.linksMax)
      throw invalidRequest('id', `the request had ${REQUEST_LIMITS.linksMax} links already`);
    const linkId = randomName(registry.random);
    const secret = registry.random(SECRET_BYTES).toString('base64url');
    const expiresMs = nowMs + days * DAY_MS;
    await trx
      .insertInto('request_link')
      .values({
        id: linkId,
        request_id: request.id,
        secret_hash: hashSecret(secret),
        created_ms: nowMs,
        created_by: by.actor,
        expires_ms: expiresMs,
        opened_ms: null,
        used_ms: null,
        revoked_ms: null,
      })
      .execute();
    await logRequest(trx, nowMs, {
      id: request.id,
      agencyId: request.agencyId,
      actor: by.actor,
      action: 'request.link',
      detail: { link: linkId, expiresMs },
    });
    return { id: linkId, token: `${linkId}.${secret}`, expiresMs };
  });
}

/** Ends all links of the request. @throws RefusalError request-unknown, request-not-yours */
export function revokeLinks(registry: Registry, id: string, by: RequestActor): Promise<number> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const request = await requireIssued(trx, id, by);
    const ended = await revokeLinksOf(trx, request.id, nowMs);
    if (ended > 0)
      await logRequest(trx, nowMs, {
        id: request.id,
        agencyId: request.agencyId,
        actor: by.actor,
        action: 'request.links-revoked',
        detail: { links: ended },
      });
    return ended;
  });
}

/** @returns how many were alive */
export async function revokeLinksOf(trx: RegistryTransaction, id: string, nowMs: number): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('request_link')
    .set({ revoked_ms: nowMs })
    .where('request_id', '=', id)
    .where('revoked_ms', 'is', null)
    .where('used_ms', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export interface OpenedLink {
  linkId: string;
  request: AgencyRequest;
}

/** The request that a token opens; undefined for every reason for which it opens none. */
export async function openLink(
  db: RegistryDb,
  token: string,
  nowMs: number,
): Promise<OpenedLink | undefined> {
  const [, linkId = '', secret = ''] = TOKEN.exec(token) ?? [];
  if (linkId === '') return undefined;
  const row = await db
    .selectFrom('request_link')
    .select(['request_id', 'secret_hash', 'expires_ms', 'used_ms', 'revoked_ms'])
    .where('id', '=', linkId)
    .executeTakeFirst();
  if (row === undefined || !sameHash(row.secret_hash, hashSecret(secret))) return undefined;
  if (row.used_ms !== null || row.revoked_ms !== null || row.expires_ms <= nowMs) return undefined;
  const request = await findRequest(db, row.request_id, { kind: 'all' });
  return ASKED_STATES.includes(request.state) ? { linkId, request } : undefined;
}
