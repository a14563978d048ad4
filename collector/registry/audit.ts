/**
 * The audit trail: who did what to what. Rows are only ever added, each chained to the one before it
 * (collector/audit/chain.ts) in the transaction of the act itself; details never hold a secret.
 */
import { sql } from 'kysely';
import { type ChainedEntry, type ChainHead, entryHash, genesisHash, keepableText } from '../audit/chain.ts';
import { agencyOfTarget } from './audit-agency.ts';
import type { AgencyScope } from './agencies.ts';
import type { Registry, RegistryDb } from './database.ts';

const DETAIL_CHARS_MAX = 8_192;

export interface AuditEntry {
  /** `user:NAME`, `token:ID`, `cli:NAME`, `agent:ID` or `system`. */
  actor: string;
  /** e.g. `join-token.create`. */
  action: string;
  /** e.g. `agent:ID`. */
  target?: string | undefined;
  /** Whose affair it is: people of that agency see it too. Left out: that of the target, where it has one. */
  agencyId?: number | undefined;
  detail?: Record<string, unknown> | undefined;
}

/** Adds an entry in `db`, which may be the transaction of the act itself; else it gets one of its own. */
export async function writeAudit(db: RegistryDb, atMs: number, entry: AuditEntry): Promise<void> {
  if (!db.isTransaction) {
    await db.transaction().execute((trx) => writeAudit(trx, atMs, entry));
    return;
  }
  const detail = JSON.stringify(entry.detail ?? {});
  const agencyId = entry.agencyId ?? (await agencyOfTarget(db, entry.target ?? '')) ?? null;
  // Whoever moves the head holds it until its transaction ends: there is one chain, however many write.
  const last = await db
    .updateTable('audit_head')
    .set({ seq: sql<number>`seq + 1` })
    .where('id', '=', 1)
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow();
  const chained = {
    seq: last.seq,
    atMs,
    actor: keepableText(entry.actor),
    action: keepableText(entry.action),
    target: keepableText(entry.target ?? ''),
    agencyId,
    detail: detail.length <= DETAIL_CHARS_MAX ? detail : JSON.stringify({ cutChars: detail.length }),
  };
  const hash = entryHash(last.hash, chained);
  await db
    .insertInto('audit_log')
    .values({
      seq: chained.seq,
      at_ms: atMs,
      actor: chained.actor,
      action: chained.action,
      target: chained.target,
      agency_id: chained.agencyId,
      detail: chained.detail,
      hash,
    })
    .execute();
  await db.updateTable('audit_head').set({ hash }).where('id', '=', 1).execute();
}

export interface AuditHead extends ChainHead {
  trailId: string;
  /** What stands before the first entry. */
  genesisHash: string;
}

/** Where the chain stands by its own account. */
export async function readAuditHead(db: RegistryDb): Promise<AuditHead> {
  const row = await db.selectFrom('audit_head').select(['trail_id', 'seq', 'hash']).executeTakeFirstOrThrow();
  return { trailId: row.trail_id, seq: row.seq, hash: row.hash, genesisHash: genesisHash(row.trail_id) };
}

export interface AuditRecord {
  seq: number;
  atMs: number;
  actor: string;
  action: string;
  target: string;
  agencyId: number | null;
  detail: Record<string, unknown>;
}

export interface AuditQuery {
  actor?: string | undefined;
  /** A whole action, e.g. `agent.revoke`, or all of a thing: `agent.` */
  action?: string | undefined;
  target?: string | undefined;
  /** At this time or later, and before that. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  limit: number;
  beforeSeq?: number | undefined;
}

const COLUMNS = ['seq', 'at_ms', 'actor', 'action', 'target', 'agency_id', 'detail', 'hash'] as const;

/** Newest first. Who does not see the whole tree sees what is said to be of agencies in the scope. */
export async function listAudit(
  { db }: Pick<Registry, 'db'>,
  query: AuditQuery,
  scope: AgencyScope = { kind: 'all' },
): Promise<AuditRecord[]> {
  const { actor, action, target, fromMs, toMs, beforeSeq, limit } = query;
  let select = db.selectFrom('audit_log').select(COLUMNS).orderBy('seq', 'desc').limit(limit);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (actor !== undefined) select = select.where('actor', '=', actor);
  if (action !== undefined) {
    // A range instead of LIKE: nothing in it is a wildcard.
    select = action.endsWith('.')
      ? select.where('action', '>=', action).where('action', '<', `${action.slice(0, -1)}/`)
      : select.where('action', '=', action);
  }
  if (target !== undefined) select = select.where('target', '=', target);
  if (fromMs !== undefined) select = select.where('at_ms', '>=', fromMs);
  if (toMs !== undefined) select = select.where('at_ms', '<', toMs);
  if (beforeSeq !== undefined) select = select.where('seq', '<', beforeSeq);
  const rows = await select.execute();
  return rows.map((row) => ({
    seq: row.seq,
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    target: row.target,
    agencyId: row.agency_id,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  }));
}

/** Entries behind `afterSeq`, in the order of the chain, as they were hashed. */
export async function readChain(db: RegistryDb, afterSeq: number, limit: number): Promise<ChainedEntry[]> {
  const rows = await db
    .selectFrom('audit_log')
    .select(COLUMNS)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ at_ms: atMs, agency_id: agencyId, ...row }) => ({ ...row, atMs, agencyId }));
}
