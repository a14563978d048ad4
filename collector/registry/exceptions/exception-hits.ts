/** What exceptions hid: counted in the projector's transaction, so each detection counts once. */
import type { Detection } from '../../alert/detection.ts';
import { EXCEPTION_LIMITS } from '../../exceptions/vocabulary.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { ExceptionProofTable } from '../tables/exception.ts';

const MESSAGE_CHARS = 512;
const ROWS_MAX = 50;

export interface Hidden {
  exceptionId: number;
  detection: Detection;
}

interface Count {
  exceptionId: number;
  first: Detection;
  hidden: number;
  firstMs: number;
  lastMs: number;
}

function count(counts: Map<string, Count>, key: string, { exceptionId, detection }: Hidden): void {
  const { timeMs } = detection;
  const known = counts.get(key);
  if (known === undefined) {
    counts.set(key, { exceptionId, first: detection, hidden: 1, firstMs: timeMs, lastMs: timeMs });
    return;
  }
  known.hidden += 1;
  known.firstMs = Math.min(known.firstMs, timeMs);
  known.lastMs = Math.max(known.lastMs, timeMs);
}

/** @param batch that was projected; 0 for none. @param breathe called between statements */
export async function recordHidden(
  trx: RegistryTransaction,
  hidden: readonly Hidden[],
  batch: number,
  breathe: () => Promise<void>,
): Promise<void> {
  if (hidden.length === 0) return;
  const totals = new Map<string, Count>();
  const cells = new Map<string, Count>();
  const newest = new Map<number, Detection[]>();
  for (const one of hidden) {
    const { exceptionId, detection } = one;
    count(totals, String(exceptionId), one);
    count(cells, JSON.stringify([exceptionId, detection.rule.ruleId, detection.agentId]), one);
    const kept = newest.get(exceptionId) ?? [];
    kept.push(detection);
    if (kept.length > EXCEPTION_LIMITS.proofsKept) kept.shift();
    newest.set(exceptionId, kept);
  }
  for (const { exceptionId, hidden: more, firstMs, lastMs } of totals.values()) {
    await breathe();
    await trx
      .updateTable('exception')
      .set((eb) => ({
        hidden: eb('hidden', '+', more),
        hidden_first_ms: eb
          .case()
          .when(eb.or([eb('hidden_first_ms', 'is', null), eb('hidden_first_ms', '>', firstMs)]))
          .then(firstMs)
          .else(eb.ref('hidden_first_ms'))
          .end(),
        hidden_last_ms: eb
          .case()
          .when(eb.or([eb('hidden_last_ms', 'is', null), eb('hidden_last_ms', '<', lastMs)]))
          .then(lastMs)
          .else(eb.ref('hidden_last_ms'))
          .end(),
      }))
      .where('id', '=', exceptionId)
      .execute();
  }
  for (const cell of cells.values()) {
    await breathe();
    await addCell(trx, cell, batch === 0 ? null : batch);
  }
  for (const [exceptionId, detections] of newest) {
    await breathe();
    await keepProofs(trx, exceptionId, detections);
  }
}

async function addCell(
  trx: RegistryTransaction,
  { exceptionId, first, hidden, firstMs, lastMs }: Count,
  batch: number | null,
): Promise<void> {
  await trx
    .insertInto('exception_hit')
    .values({
      exception_id: exceptionId,
      rule_id: first.rule.ruleId,
      agent_id: first.agentId,
      agency_id: first.agencyId,
      hostname: first.hostname,
      hidden,
      first_ms: firstMs,
      last_ms: lastMs,
      first_batch: batch,
      last_batch: batch,
    })
    .onConflict((conflict) =>
      conflict.columns(['exception_id', 'rule_id', 'agent_id']).doUpdateSet((eb) => ({
        hidden: eb('exception_hit.hidden', '+', hidden),
        ...(batch === null ? {} : { last_batch: batch }),
        agency_id: first.agencyId,
        hostname: first.hostname,
        first_ms: eb
          .case()
          .when('exception_hit.first_ms', '>', firstMs)
          .then(firstMs)
          .else(eb.ref('exception_hit.first_ms'))
          .end(),
        last_ms: eb
          .case()
          .when('exception_hit.last_ms', '<', lastMs)
          .then(lastMs)
          .else(eb.ref('exception_hit.last_ms'))
          .end(),
      })),
    )
    .execute();
}

async function keepProofs(
  trx: RegistryTransaction,
  exceptionId: number,
  detections: readonly Detection[],
): Promise<void> {
  const rows: ExceptionProofTable[] = detections.map((detection) => ({
    exception_id: exceptionId,
    detection_id: detection.id,
    time_ms: detection.timeMs,
    event_id: detection.eventId,
    rule_id: detection.rule.ruleId,
    hostname: detection.hostname,
    message: detection.message.slice(0, MESSAGE_CHARS).toWellFormed(),
  }));
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    await trx
      .insertInto('exception_proof')
      .values(rows.slice(at, at + ROWS_MAX))
      .onConflict((conflict) => conflict.columns(['exception_id', 'detection_id']).doNothing())
      .execute();
  }
  await trx
    .deleteFrom('exception_proof')
    .where('exception_id', '=', exceptionId)
    .where('detection_id', 'not in', (eb) =>
      eb
        .selectFrom('exception_proof as newest')
        .select('newest.detection_id')
        .where('newest.exception_id', '=', exceptionId)
        .orderBy('newest.time_ms', 'desc')
        .orderBy('newest.detection_id')
        .limit(EXCEPTION_LIMITS.proofsKept),
    )
    .execute();
}

export interface HiddenCell {
  ruleId: string;
  agentId: string;
  agencyId: number;
  hostname: string;
  hidden: number;
  firstMs: number;
  lastMs: number;
}

/** Where it hid most. */
export async function readCells(db: RegistryDb, exceptionId: number, limit: number): Promise<HiddenCell[]> {
  const rows = await db
    .selectFrom('exception_hit')
    .select(['rule_id', 'agent_id', 'agency_id', 'hostname', 'hidden', 'first_ms', 'last_ms'])
    .where('exception_id', '=', exceptionId)
    .orderBy('hidden', 'desc')
    .orderBy('rule_id')
    .orderBy('agent_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ruleId: row.rule_id,
    agentId: row.agent_id,
    agencyId: row.agency_id,
    hostname: row.hostname,
    hidden: row.hidden,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
  }));
}

/** Different hosts of which it hid something, by exception. */
export async function countHosts(
  db: RegistryDb,
  exceptionIds: readonly number[],
): Promise<Map<number, number>> {
  if (exceptionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('exception_hit')
    .select((eb) => ['exception_id', eb.fn.count<number>('agent_id').distinct().as('hosts')])
    .where('exception_id', 'in', exceptionIds)
    .groupBy('exception_id')
    .execute();
  return new Map(rows.map(({ exception_id, hosts }) => [exception_id, hosts]));
}

/** Newest first. */
export async function readProofs(
  db: RegistryDb,
  exceptionId: number,
): Promise<Omit<ExceptionProofTable, 'exception_id'>[]> {
  return db
    .selectFrom('exception_proof')
    .select(['detection_id', 'time_ms', 'event_id', 'rule_id', 'hostname', 'message'])
    .where('exception_id', '=', exceptionId)
    .orderBy('time_ms', 'desc')
    .orderBy('detection_id')
    .execute();
}
