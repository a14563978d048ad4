/** Writes what is folded into what, and gives rows that gather others the newest proofs of theirs. */
import { keepNewestProofs } from '../newest-proofs.ts';
import { DETECTIONS_KEPT, foldOf, FOLD } from '../../alert/alert-draft.ts';
import { severityRank } from '../../alert/severity-score.ts';
import type { RegistryTransaction } from '../database.ts';
import { text } from '../typed-value.ts';
import { inParts } from './read-queue.ts';

/** @returns their ids */
export async function fold(
  trx: RegistryTransaction,
  into: { id: string; agencyId: number },
  rows: readonly { id: string; agencyId: number }[],
  nowMs: number,
): Promise<string[]> {
  for (const kind of [FOLD.own, FOLD.all]) {
    const ids = rows.filter((row) => foldOf(into, row) === kind).map(({ id }) => id);
    for (const part of inParts(ids)) {
      await trx
        .updateTable('alert')
        .set({ fleet_id: into.id, fold: kind, updated_ms: nowMs })
        .where('id', 'in', part)
        .execute();
    }
  }
  return rows.map(({ id }) => id);
}

/** What has become high does not stay in the digest. @returns ids */
export async function unfoldHigh(
  trx: RegistryTransaction,
  digestGroup: string,
  nowMs: number,
): Promise<string[]> {
  const rows = await trx
    .updateTable('alert')
    .set({ fleet_id: null, fold: FOLD.none, updated_ms: nowMs })
    .where('fleet_id', 'in', (eb) =>
      eb.selectFrom('alert').select('id').where('group_key', '=', digestGroup).where('closed', '=', 0),
    )
    .where('closed', '=', 0)
    // A fleet's is that of the worst of its hosts: it was judged by its rule.
    .where('kind', '!=', 'fleet')
    .where('severity_rank', '>=', severityRank('high'))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export interface MemberSum {
  detections: number;
  /** Most hosts of one of them. */
  hosts: number;
  /** Different hosts of those that are about one. */
  agents: number;
  firstMs: number;
  lastMs: number;
}

/** What is folded into each of these. */
export async function sumMembers(
  trx: RegistryTransaction,
  ids: readonly string[],
): Promise<Map<string, MemberSum>> {
  const sums = new Map<string, MemberSum>();
  for (const part of inParts(ids)) {
    const rows = await trx
      .selectFrom('alert')
      .select((eb) => [
        'fleet_id',
        eb.fn.sum<number | string>('detections').as('detections'),
        eb.fn.max<number>('hosts').as('hosts'),
        eb.fn.count<number>('agent_id').distinct().as('agents'),
        eb.fn.min<number>('first_seen_ms').as('first'),
        eb.fn.max<number>('last_seen_ms').as('last'),
      ])
      .where('fleet_id', 'in', part)
      .where('closed', '=', 0)
      .groupBy('fleet_id')
      .execute();
    for (const { fleet_id, detections, hosts, agents, first, last } of rows) {
      sums.set(fleet_id ?? '', {
        detections: Number(detections),
        hosts,
        agents,
        firstMs: first,
        lastMs: last,
      });
    }
  }
  return sums;
}

/** The newest proofs of all, as many as an alert keeps. */
export async function copyProofs(
  trx: RegistryTransaction,
  alertId: string,
  members: readonly { id: string }[],
): Promise<void> {
  for (const part of inParts(members.map(({ id }) => id))) {
    await trx
      .insertInto('alert_detection')
      .columns(['alert_id', 'detection_id', 'time_ms', 'event_id', 'hostname', 'message', 'matched'])
      .expression((eb) =>
        eb
          .selectFrom('alert_detection as proof')
          .select([
            text(alertId).as('alert_id'),
            'proof.detection_id',
            'proof.time_ms',
            'proof.event_id',
            'proof.hostname',
            'proof.message',
            'proof.matched',
          ])
          .where('proof.alert_id', 'in', part)
          .orderBy('proof.time_ms', 'desc')
          .orderBy('proof.detection_id')
          .limit(DETECTIONS_KEPT),
      )
      .onConflict((conflict) => conflict.columns(['alert_id', 'detection_id']).doNothing())
      .execute();
  }
  await keepNewestProofs(trx, alertId, DETECTIONS_KEPT);
}
