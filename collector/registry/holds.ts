/**
 * Legal holds: what must not be deleted however old it is, by host, information system or agency, and time span.
 * Invariant: a hold is never changed, only released, with who and why; both acts stand in the audit trail.
 */
import { type AgencyScope, inScope, readAgency, scopeOfAgency } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import { selectHosts } from './select-hosts.ts';
import { readSystem } from './systems.ts';

/** What a hold is about. */
export type HoldSubject =
  /** Whole id of the agent, or its first characters. */
  | { kind: 'agent'; agentId: string }
  | { kind: 'system'; systemId: number }
  /** The agency and everything below it. */
  | { kind: 'agency'; agencyId: number };

export interface LegalHold {
  id: number;
  subject: HoldSubject;
  /** Null: without a beginning, without an end. Both are inside. */
  fromMs: number | null;
  toMs: number | null;
  reason: string;
  createdMs: number;
  createdBy: string;
  releasedMs: number | null;
  releasedBy: string | null;
  releaseReason: string | null;
}

type HoldRow = Awaited<ReturnType<typeof holdRows>>[number];

function holdRows(db: RegistryDb, id?: number) {
  let select = db
    .selectFrom('legal_hold')
    .select([
      'id',
      'agent_id',
      'system_id',
      'agency_id',
      'from_ms',
      'to_ms',
      'reason',
      'created_ms',
      'created_by',
      'released_ms',
      'released_by',
      'release_reason',
    ])
    .orderBy('id');
  if (id !== undefined) select = select.where('id', '=', id);
  return select.execute();
}

function subjectOf(row: HoldRow): HoldSubject {
  if (row.agent_id !== null) return { kind: 'agent', agentId: row.agent_id };
  if (row.system_id !== null) return { kind: 'system', systemId: row.system_id };
  return { kind: 'agency', agencyId: row.agency_id ?? 0 };
}

function toHold(row: HoldRow): LegalHold {
  return {
    id: row.id,
    subject: subjectOf(row),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    reason: row.reason,
    createdMs: row.created_ms,
    createdBy: row.created_by,
    releasedMs: row.released_ms,
    releasedBy: row.released_by,
    releaseReason: row.release_reason,
  };
}

/** Agency that the hold's subject belongs to; undefined when it is gone. */
async function agencyOf(db: RegistryDb, subject: HoldSubject): Promise<number | undefined> {
  if (subject.kind === 'agency') return subject.agencyId;
  if (subject.kind === 'system') return (await readSystem(db, subject.systemId)).agencyId;
  const agent = await db
    .selectFrom('agent')
    .select('agency_id')
    .where('id', '=', subject.agentId)
    .executeTakeFirst();
  return agent?.agency_id;
}

/** In the order they were made; released ones too. Those outside the scope do not exist for the caller. */
export async function listHolds(registry: Registry, scope: AgencyScope): Promise<LegalHold[]> {
  const holds = (await holdRows(registry.db)).map(toHold);
  if (scope.kind === 'all') return holds;
  const seen: LegalHold[] = [];
  for (const hold of holds) {
    const agencyId = await agencyOf(registry.db, hold.subject);
    if (agencyId !== undefined && inScope(scope, agencyId)) seen.push(hold);
  }
  return seen;
}

/** With everything below it and, since what is held goes on with them, with those that took over. */
async function agenciesHeld(
  db: RegistryDb,
  agencyId: number,
  all: readonly { id: number }[],
): Promise<number[]> {
  const held = new Set<number>();
  const open = [agencyId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const scope = await scopeOfAgency(db, id);
    if (scope.kind === 'all') return all.map((agency) => agency.id);
    const fresh = scope.agencyIds.filter((one) => !held.has(one));
    for (const one of fresh) held.add(one);
    if (fresh.length === 0) continue;
    const successors = await db
      .selectFrom('agency_successor')
      .select(['predecessor_id as from', 'successor_id as id'])
      .execute();
    for (const successor of successors) {
      if (held.has(successor.from) && !held.has(successor.id)) open.push(successor.id);
    }
  }
  return [...held];
}

/** Holds in force, each agency with everything below it: as the policy takes them. */
export async function holdsInForce(db: RegistryDb): Promise<(LegalHold & { agencyIds: number[] | null })[]> {
  const inForce = (await holdRows(db)).map(toHold).filter(({ releasedMs }) => releasedMs === null);
  const all = await db.selectFrom('agency').select('id').execute();
  const result: (LegalHold & { agencyIds: number[] | null })[] = [];
  for (const hold of inForce) {
    if (hold.subject.kind !== 'agency') {
      result.push({ ...hold, agencyIds: null });
      continue;
    }
    result.push({ ...hold, agencyIds: await agenciesHeld(db, hold.subject.agencyId, all) });
  }
  return result;
}

/** @throws RefusalError agent-unknown, agent-ambiguous, system-unknown, agency-unknown */
export async function createHold(
  registry: Registry,
  wanted: { subject: HoldSubject; fromMs?: number | undefined; toMs?: number | undefined; reason: string },
  actor: string,
  scope: AgencyScope = { kind: 'all' },
): Promise<LegalHold> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const subject = await resolveSubject(trx, wanted.subject, scope);
    const { id } = await trx
      .insertInto('legal_hold')
      .values({
        agent_id: subject.kind === 'agent' ? subject.agentId : null,
        system_id: subject.kind === 'system' ? subject.systemId : null,
        agency_id: subject.kind === 'agency' ? subject.agencyId : null,
        from_ms: wanted.fromMs ?? null,
        to_ms: wanted.toMs ?? null,
        reason: wanted.reason.normalize('NFC').trim(),
        created_ms: nowMs,
        created_by: actor,
        released_ms: null,
        released_by: null,
        release_reason: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { fromMs = null, toMs = null, reason } = wanted;
    const detail = { subject, fromMs, toMs, reason };
    await writeAudit(trx, nowMs, { actor, action: 'hold.create', target: `hold:${id}`, detail });
    return onlyHold(trx, id);
  });
}

async function resolveSubject(
  trx: RegistryDb,
  subject: HoldSubject,
  scope: AgencyScope,
): Promise<HoldSubject> {
  if (subject.kind === 'agent') {
    const [host] = await selectHosts(trx, { agentIds: [subject.agentId] }, scope);
    return { kind: 'agent', agentId: host?.id ?? subject.agentId };
  }
  if (subject.kind === 'system') {
    await readSystem(trx, subject.systemId, scope);
    return subject;
  }
  // Of one that has ended, too: what it left is still kept.
  await readAgency(trx, subject.agencyId, scope);
  return subject;
}

async function onlyHold(db: RegistryDb, id: number): Promise<LegalHold> {
  const [row] = await holdRows(db, id);
  if (row !== undefined) return toHold(row);
  throw new RefusalError(
    'hold-unknown',
    String(id),
    `there is no legal hold ${id}; "vonggac hold list" shows them`,
  );
}

/** What it held follows the rules again from the next run on. @throws RefusalError hold-unknown, hold-released */
export async function releaseHold(
  registry: Registry,
  id: number,
  reason: string,
  actor: string,
  scope: AgencyScope = { kind: 'all' },
): Promise<LegalHold> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const hold = await onlyHold(trx, id);
    const agencyId = scope.kind === 'all' ? undefined : await agencyOf(trx, hold.subject);
    if (scope.kind === 'some' && (agencyId === undefined || !inScope(scope, agencyId))) {
      throw new RefusalError('hold-unknown', String(id), `there is no legal hold ${id}`);
    }
    if (hold.releasedMs !== null) {
      throw new RefusalError('hold-released', String(id), `legal hold ${id} was released before`);
    }
    await trx
      .updateTable('legal_hold')
      .set({ released_ms: nowMs, released_by: actor, release_reason: reason.normalize('NFC').trim() })
      .where('id', '=', id)
      .execute();
    const detail = { subject: hold.subject, reason };
    await writeAudit(trx, nowMs, { actor, action: 'hold.release', target: `hold:${id}`, detail });
    return onlyHold(trx, id);
  });
}
