/**
 * Losses that agents have declared: which sequences will never come, and why.
 * Invariant: ranges of a lane do not overlap, so their lengths add up.
 */
import { z } from 'zod';
import type { LossTable } from './alert-tables.ts';
import type { RegistryDb } from './database.ts';

/**
 * Writes a declared loss down, once: of a range that was declared in part before (and has grown while the agent was
 * away), only the rest.
 */
export async function recordLoss(db: RegistryDb, loss: LossTable): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const known = await trx
      .selectFrom('loss')
      .select(['from_seq', 'to_seq'])
      .where('agent_id', '=', loss.agent_id)
      .where('epoch', '=', loss.epoch)
      .where('lane', '=', loss.lane)
      .where('from_seq', '<=', loss.to_seq)
      .where('to_seq', '>=', loss.from_seq)
      .orderBy('from_seq')
      .execute();
    const fresh: LossTable[] = [];
    let from = loss.from_seq;
    for (const { from_seq, to_seq } of known) {
      if (from < from_seq) fresh.push({ ...loss, from_seq: from, to_seq: from_seq - 1 });
      from = Math.max(from, to_seq + 1);
    }
    if (from <= loss.to_seq) fresh.push({ ...loss, from_seq: from });
    if (fresh.length > 0) await trx.insertInto('loss').values(fresh).execute();
  });
}

const lossSchema: z.ZodType<LossTable> = z.strictObject({
  agent_id: z.string(),
  epoch: z.string(),
  lane: z.int(),
  from_seq: z.int(),
  to_seq: z.int(),
  reason: z.string(),
  recorded_ms: z.int(),
});

/** Recorded at or after that time. */
export function lossesSince(db: RegistryDb, ms: number): Promise<LossTable[]> {
  return db
    .selectFrom('loss')
    .select(['agent_id', 'epoch', 'lane', 'from_seq', 'to_seq', 'reason', 'recorded_ms'])
    .where('recorded_ms', '>=', ms)
    .execute();
}

/** Takes over what `lossesSince` gave; what is known already changes nothing. @throws ZodError */
export async function recordLosses(db: RegistryDb, losses: unknown): Promise<void> {
  for (const loss of z.array(lossSchema).parse(losses)) await recordLoss(db, loss);
}
