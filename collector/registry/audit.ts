/** The audit trail: who did what to what. Rows are only ever added; details never hold a secret. */
import type { Registry, RegistryDb } from './database.ts';

const DETAIL_CHARS_MAX = 8_192;

export interface AuditEntry {
  /** `user:NAME`, `token:ID`, `cli:NAME`, `agent:ID` or `system`. */
  actor: string;
  /** e.g. `join-token.create`. */
  action: string;
  /** e.g. `agent:ID`. */
  target?: string | undefined;
  detail?: Record<string, unknown> | undefined;
}

/** Adds a row in `db`, which may be the transaction of the act itself. */
export async function writeAudit(db: RegistryDb, atMs: number, entry: AuditEntry): Promise<void> {
  const detail = JSON.stringify(entry.detail ?? {});
  await db
    .insertInto('audit_log')
    .values({
      at_ms: atMs,
      actor: entry.actor,
      action: entry.action,
      target: entry.target ?? '',
      detail: detail.length <= DETAIL_CHARS_MAX ? detail : JSON.stringify({ cutChars: detail.length }),
    })
    .execute();
}

export interface AuditRecord {
  id: number;
  atMs: number;
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown>;
}

/** Newest first, below `beforeId` when given. */
export async function listAudit(
  registry: Registry,
  query: { limit: number; beforeId?: number },
): Promise<AuditRecord[]> {
  let select = registry.db
    .selectFrom('audit_log')
    .select(['id', 'at_ms', 'actor', 'action', 'target', 'detail'])
    .orderBy('id', 'desc')
    .limit(query.limit);
  if (query.beforeId !== undefined) select = select.where('id', '<', query.beforeId);
  const rows = await select.execute();
  return rows.map((row) => ({
    id: row.id,
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    target: row.target,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  }));
}
