/**
 * The projector's one transaction: alert upserts, correlation hits and the cursor move together or not at all.
 * A batch is applied exactly once, because it is applied only when it follows the cursor.
 */
import { setImmediate } from 'node:timers/promises';
import {
  deterministicId,
  groupKey,
  type CorrelationRecord,
  type Detection,
  type Projection,
} from '../alert/detection.ts';
import type { AlertTable } from './alert-tables.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';

/** Detections of a group that come later than this after its last one open a new alert. */
const GROUP_WINDOW_MS = 24 * 3_600_000;
/** Proofs kept for each alert, the newest; the count goes on beyond. */
export const DETECTIONS_KEPT = 100;
const MESSAGE_MAX = 2_048;
/** How long a transaction runs before other work gets its turn. */
const BREATH_MS = 8;

/** Asked first inside the transaction. @throws when this collector may not project any more */
export type Guard = (trx: RegistryTransaction) => Promise<void>;

/** A projection and when it is written. */
export interface ProjectionWrite extends Projection {
  nowMs: number;
}

export interface ProjectorPlace {
  cursor: number;
  snapshot: string | null;
  snapshotBatch: number;
}

/** Where the projector stands, and the newest snapshot of its correlator. */
export async function readProjectorPlace(db: RegistryDb): Promise<ProjectorPlace> {
  const row = await db
    .selectFrom('projector_state')
    .select(['cursor', 'snapshot', 'snapshot_batch'])
    .where('id', '=', 1)
    .executeTakeFirst();
  return {
    cursor: row?.cursor ?? 0,
    snapshot: row?.snapshot ?? null,
    snapshotBatch: row?.snapshot_batch ?? 0,
  };
}

/**
 * Applies one projection.
 * @returns ids of the alerts that are new or changed, and how many correlation hits were new.
 * @throws Error when the cursor is not where the projection begins: two projectors, or a restored database.
 */
export async function applyProjection(
  db: RegistryDb,
  projection: ProjectionWrite,
  guard?: Guard,
): Promise<{ alertIds: string[]; correlationHits: number }> {
  return db.transaction().execute(async (trx) => {
    await guard?.(trx);
    await moveCursor(trx, projection);
    const { batch, lateTimes } = projection;
    if (lateTimes.length > 0) {
      await trx
        .insertInto('late_batch')
        .values({ batch, times: JSON.stringify(lateTimes) })
        .execute();
    }
    return raise(trx, projection);
  });
}

/** Statements of SQLite never wait, so many in a row would hold up everything else. */
function breather(): () => Promise<void> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs < BREATH_MS) return;
    await setImmediate();
    lastMs = performance.now();
  };
}

/** Writes the correlation hits that are new, and all detections into their alerts. */
export async function raise(
  trx: RegistryTransaction,
  found: Pick<ProjectionWrite, 'batch' | 'detections' | 'correlations' | 'nowMs'>,
): Promise<{ alertIds: string[]; correlationHits: number }> {
  const fresh: Detection[] = [...found.detections];
  let correlationHits = 0;
  const breathe = breather();
  for (const correlation of found.correlations) {
    await breathe();
    if (!(await insertCorrelation(trx, correlation, found.batch))) continue;
    correlationHits += 1;
    fresh.push(correlation.detection);
  }
  const alertIds: string[] = [];
  for (const group of byGroup(fresh)) {
    await breathe();
    alertIds.push(...(await upsertGroup(trx, group, found.nowMs)));
  }
  return { alertIds, correlationHits };
}

async function moveCursor(trx: RegistryTransaction, projection: ProjectionWrite): Promise<void> {
  const { afterBatch, batch, snapshot } = projection;
  const place = await trx
    .selectFrom('projector_state')
    .select('cursor')
    .where('id', '=', 1)
    .executeTakeFirst();
  if ((place?.cursor ?? 0) !== afterBatch) {
    throw new Error(
      `the projection begins after batch ${afterBatch}, but the cursor is at ${place?.cursor ?? 0}`,
    );
  }
  if (place === undefined) {
    await trx
      .insertInto('projector_state')
      .values({ id: 1, cursor: batch, snapshot: null, snapshot_batch: 0 })
      .execute();
  }
  const changes =
    snapshot === undefined ? { cursor: batch } : { cursor: batch, snapshot, snapshot_batch: batch };
  await trx.updateTable('projector_state').set(changes).where('id', '=', 1).execute();
}

async function insertCorrelation(
  trx: RegistryTransaction,
  correlation: CorrelationRecord,
  batch: number,
): Promise<boolean> {
  const result = await trx
    .insertInto('correlation_hit')
    .values({
      id: correlation.id,
      rule_id: correlation.ruleId,
      grouping: JSON.stringify(correlation.grouping),
      time_ms: correlation.timeMs,
      first_ms: correlation.firstMs,
      matches: correlation.matches,
      batch,
      late: correlation.late ? 1 : 0,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

interface Group {
  key: string;
  /** In event-time order; never empty. */
  detections: [Detection, ...Detection[]];
}

function byGroup(detections: readonly Detection[]): Group[] {
  const groups = new Map<string, Group>();
  for (const detection of detections) {
    const key = groupKey(detection.rule.ruleId, detection.entity, detection.agencyId);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, detections: [detection] });
    else group.detections.push(detection);
  }
  for (const group of groups.values()) group.detections.sort((a, b) => a.timeMs - b.timeMs);
  return [...groups.values()];
}

/** Joins the group's detections to its open alert as far as they are near enough in time, and opens new ones. */
async function upsertGroup(trx: RegistryTransaction, group: Group, nowMs: number): Promise<string[]> {
  const changed: string[] = [];
  let run: Detection[] = [];
  let current = await openAlert(trx, group.key, group.detections[0].timeMs);
  let lastMs = current?.last_seen_ms ?? group.detections[0].timeMs;
  const flush = async (): Promise<void> => {
    const [first] = run;
    if (first === undefined) return;
    changed.push(await writeRun(trx, group.key, current, [first, ...run.slice(1)], nowMs));
    run = [];
  };
  for (const detection of group.detections) {
    if (detection.timeMs > lastMs + GROUP_WINDOW_MS) {
      await flush();
      current = await openAlert(trx, group.key, detection.timeMs);
    }
    run.push(detection);
    lastMs = Math.max(lastMs, detection.timeMs);
  }
  await flush();
  return changed;
}

async function openAlert(
  trx: RegistryTransaction,
  key: string,
  timeMs: number,
): Promise<AlertTable | undefined> {
  return trx
    .selectFrom('alert')
    .selectAll()
    .where('group_key', '=', key)
    .where('state', '!=', 'closed')
    .where('last_seen_ms', '>=', timeMs - GROUP_WINDOW_MS)
    .where('first_seen_ms', '<=', timeMs + GROUP_WINDOW_MS)
    .orderBy('last_seen_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function writeRun(
  trx: RegistryTransaction,
  key: string,
  current: AlertTable | undefined,
  run: readonly [Detection, ...Detection[]],
  nowMs: number,
): Promise<string> {
  const [first] = run;
  const last = run.at(-1) ?? first;
  const id = current?.id ?? deterministicId('alert', key, first.id);
  const sameHost = run.every((detection) => detection.agentId === first.agentId);
  if (current === undefined) {
    await trx
      .insertInto('alert')
      .values({
        id,
        rule_id: first.rule.ruleId,
        group_key: key,
        severity: first.rule.severity,
        state: 'new',
        entity: JSON.stringify(first.entity),
        rule: JSON.stringify(first.rule),
        agent_id: sameHost ? first.agentId : null,
        hostname: sameHost ? first.hostname : null,
        agency_id: first.agencyId,
        detections: run.length,
        first_seen_ms: first.timeMs,
        last_seen_ms: last.timeMs,
        created_ms: nowMs,
        updated_ms: nowMs,
        message: last.message.slice(0, MESSAGE_MAX),
        state_by: null,
        state_reason: null,
      })
      .execute();
  } else {
    const stillSameHost = sameHost && current.agent_id === first.agentId;
    const newest = last.timeMs >= current.last_seen_ms;
    await trx
      .updateTable('alert')
      .set({
        detections: current.detections + run.length,
        first_seen_ms: Math.min(current.first_seen_ms, first.timeMs),
        last_seen_ms: Math.max(current.last_seen_ms, last.timeMs),
        updated_ms: nowMs,
        ...(newest ? { message: last.message.slice(0, MESSAGE_MAX) } : {}),
        ...(stillSameHost ? {} : { agent_id: null, hostname: null }),
      })
      .where('id', '=', id)
      .execute();
  }
  await keepProofs(trx, id, run.slice(-DETECTIONS_KEPT));
  return id;
}

async function keepProofs(
  trx: RegistryTransaction,
  alertId: string,
  run: readonly Detection[],
): Promise<void> {
  await trx
    .insertInto('alert_detection')
    .values(
      run.map((detection) => ({
        alert_id: alertId,
        detection_id: detection.id,
        time_ms: detection.timeMs,
        event_id: detection.eventId,
        hostname: detection.hostname,
        message: detection.message.slice(0, MESSAGE_MAX),
        matched: JSON.stringify(detection.matched),
      })),
    )
    .onConflict((conflict) => conflict.columns(['alert_id', 'detection_id']).doNothing())
    .execute();
  const { count } = await trx
    .selectFrom('alert_detection')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('alert_id', '=', alertId)
    .executeTakeFirstOrThrow();
  if (count <= DETECTIONS_KEPT) return;
  await trx
    .deleteFrom('alert_detection')
    .where('alert_id', '=', alertId)
    .where('detection_id', 'not in', (eb) =>
      eb
        .selectFrom('alert_detection')
        .select('detection_id')
        .where('alert_id', '=', alertId)
        .orderBy('time_ms', 'desc')
        .orderBy('detection_id')
        .limit(DETECTIONS_KEPT),
    )
    .execute();
}
