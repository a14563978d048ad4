/** An alert keeps its newest proofs only. */
import type { RegistryTransaction } from './database.ts';

/** Of equal times the first by id stay. */
export async function keepNewestProofs(
  trx: RegistryTransaction,
  alertId: string,
  limit: number,
): Promise<void> {
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
        .limit(limit),
    )
    .execute();
}
