/**
 * What came too late for the live correlator, and what looking back for it found. Invariant: hits that are added, hits
 * that are taken back and what is done with move in one transaction, and alerts with them: an alert counts the
 * detections that there are, and one that has none left and that nobody has taken up closes itself.
 */
import { z } from 'zod';
import { DETECTIONS_KEPT } from '../alert/alert-draft.ts';
import type { CorrelationRecord } from '../alert/detection.ts';
import { closeBySystem } from './close-by-system.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { raise, type Guard, type JudgeSettings, type Raised } from './projection.ts';

/** Ids in one statement. */
const IDS_MAX = 500;
const GONE = 'Sự kiện đến muộn cho thấy không phải như vậy. / Events that came late show that it was not so.';

const timesSchema = z.array(z.number());

export interface LateBatch {
  batch: number;
  timesMs: number[];
}

/** The oldest batches whose late events are not done with. */
export async function takeLateBatches(db: RegistryDb, batchesMax: number): Promise<LateBatch[]> {
  const rows = await db
    .selectFrom('late_batch')
    .select(['batch', 'times'])
    .orderBy('batch')
    .limit(batchesMax)
    .execute();
  return rows.map(({ batch, times }) => ({ batch, timesMs: timesSchema.parse(JSON.parse(times)) }));
}

/** Hits that looking back found for this batch and later ones. */
export async function findLateHits(
  db: RegistryDb,
  fromBatch: number,
): Promise<{ id: string; timeMs: number }[]> {
  const rows = await db
    .selectFrom('correlation_hit')
    .select(['id', 'time_ms'])
    .where('late', '=', 1)
    .where('batch', '>=', fromBatch)
    .execute();
  return rows.map(({ id, time_ms }) => ({ id, timeMs: time_ms }));
}

/** What looking back found; one transaction. @returns ids of alerts that changed, and how many hits were new */
export async function applyLate(
  db: RegistryDb,
  look: {
    /** The newest batch that was looked for. */
    batch: number;
    /** Batches that are done. */
    batches: readonly number[];
    added: readonly CorrelationRecord[];
    /** Ids of hits to take back, as far as there are such. */
    removed: readonly string[];
    nowMs: number;
  } & JudgeSettings,
  guard?: Guard,
): Promise<Raised> {
  const { batch, batches, added, removed, nowMs, policy, suppress } = look;
  return db.transaction().execute(async (trx) => {
    await guard?.(trx);
    if (batches.length > 0) await trx.deleteFrom('late_batch').where('batch', 'in', batches).execute();
    const touched = new Set<string>();
    for (let at = 0; at < removed.length; at += IDS_MAX) {
      for (const id of await takeBack(trx, removed.slice(at, at + IDS_MAX))) touched.add(id);
    }
    const raised = await raise(trx, { batch, detections: [], correlations: added, nowMs, policy, suppress });
    for (const alertId of touched) await recount(trx, alertId, nowMs);
    return { ...raised, alertIds: [...new Set([...touched, ...raised.alertIds])] };
  });
}

/** @returns ids of the alerts that counted one of them */
async function takeBack(trx: RegistryTransaction, ids: readonly string[]): Promise<string[]> {
  const hits = await trx
    .selectFrom('correlation_hit')
    .select(['id', 'rule_id'])
    .where('id', 'in', ids)
    .execute();
  if (hits.length === 0) return [];
  const hitIds = hits.map(({ id }) => id);
  await trx.deleteFrom('correlation_hit').where('id', 'in', hitIds).execute();
  const proofs = await trx
    .selectFrom('alert')
    .innerJoin('alert_detection', 'alert_detection.alert_id', 'alert.id')
    .select((eb) => ['alert.id', eb.fn.countAll<number>().as('count')])
    .where('alert.rule_id', 'in', [...new Set(hits.map(({ rule_id }) => rule_id))])
    .where('alert_detection.detection_id', 'in', hitIds)
    .groupBy('alert.id')
    .execute();
  for (const { id, count } of proofs) {
    await trx
      .deleteFrom('alert_detection')
      .where('alert_id', '=', id)
      .where('detection_id', 'in', hitIds)
      .execute();
    await trx
      .updateTable('alert')
      .set((eb) => ({ detections: eb('detections', '-', count) }))
      .where('id', '=', id)
      .execute();
  }
  return proofs.map(({ id }) => id);
}

/** Brings an alert in line with the detections it has left. */
async function recount(trx: RegistryTransaction, id: string, nowMs: number): Promise<void> {
  const { detections, state } = await trx
    .selectFrom('alert')
    .select(['detections', 'state'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (detections > 0) {
    // Of more than are kept the first is not known any more.
    if (detections <= DETECTIONS_KEPT) await spanOf(trx, id, nowMs);
    return;
  }
  if (state !== 'new') {
    await trx.updateTable('alert').set({ updated_ms: nowMs }).where('id', '=', id).execute();
    return;
  }
  await closeBySystem(trx, { id, from: state, reason: GONE }, nowMs);
}

async function spanOf(trx: RegistryTransaction, id: string, nowMs: number): Promise<void> {
  const proofs = await trx
    .selectFrom('alert_detection')
    .select(['time_ms', 'message'])
    .where('alert_id', '=', id)
    .orderBy('time_ms')
    .execute();
  const [first] = proofs;
  const last = proofs.at(-1);
  if (first === undefined || last === undefined) return;
  await trx
    .updateTable('alert')
    .set({
      first_seen_ms: first.time_ms,
      last_seen_ms: last.time_ms,
      message: last.message,
      updated_ms: nowMs,
    })
    .where('id', '=', id)
    .execute();
}
