/**
 * The projector's one transaction: alert upserts, correlation hits and the cursor move together or not at all.
 * A batch is applied exactly once, because it is applied only when it follows the cursor.
 */
import { setImmediate } from 'node:timers/promises';
import type { CorrelationRecord, Detection, Projection } from '../alert/detection.ts';
import { ALERT_POLICY, type AlertPolicy } from '../alert/alert-policy.ts';
import { judgeDetection, type Suppressor } from '../alert/judge-detection.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { recordHidden, type Hidden } from './exceptions/exception-hits.ts';
import { noteSightings } from './indicator/sightings.ts';
import { readDesk } from './read-desk.ts';
import { readRuleControl } from './rules/rule-scopes.ts';
import { writeDesk } from './write-desk.ts';

/** How long a transaction runs before other work gets its turn. */
const BREATH_MS = 8;

/** Asked first inside the transaction. @throws when this collector may not project any more */
export type Guard = (trx: RegistryTransaction) => Promise<void>;

/** A projection and when it is written. */
export interface ProjectionWrite extends Projection, JudgeSettings {
  nowMs: number;
}

/** How detections are judged: the house's policy by default. */
export interface JudgeSettings {
  policy?: AlertPolicy | undefined;
  suppress?: Suppressor | undefined;
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
): Promise<Raised> {
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

export interface Raised {
  alertIds: string[];
  correlationHits: number;
  /** Detections that an exception or a maintenance window kept from becoming alerts, by what did. */
  suppressed: ReadonlyMap<string, number>;
}

/** Writes the correlation hits that are new, and judges all detections. */
export async function raise(
  trx: RegistryTransaction,
  found: Pick<ProjectionWrite, 'batch' | 'detections' | 'correlations' | 'nowMs'> & JudgeSettings,
): Promise<Raised> {
  const fresh: Detection[] = [...found.detections];
  let correlationHits = 0;
  const breathe = breather();
  for (const correlation of found.correlations) {
    await breathe();
    if (!(await insertCorrelation(trx, correlation, found.batch))) continue;
    correlationHits += 1;
    fresh.push(correlation.detection);
  }
  const { policy = ALERT_POLICY, suppress } = found;
  const desk = await readDesk(trx, fresh, policy.windowMs, breathe);
  const control = await readRuleControl(trx, fresh);
  const suppressed = new Map<string, number>();
  const hidden: Hidden[] = [];
  for (const detection of fresh) {
    await breathe();
    const judgement = judgeDetection(detection, desk, { policy, suppress, control });
    if (judgement.kind !== 'suppressed') continue;
    const { by, exceptionId } = judgement;
    suppressed.set(by, (suppressed.get(by) ?? 0) + 1);
    if (exceptionId !== undefined) hidden.push({ exceptionId, detection });
  }
  await recordHidden(trx, hidden, found.batch, breathe);
  const alertIds = await writeDesk(trx, desk, found.nowMs, breathe);
  await noteSightings(trx, fresh, breathe);
  return { alertIds, correlationHits, suppressed };
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
