/** What the centre accepted of what the collector sent by itself, and which machines were in it. Bounded; what was not read is said. */
import { type Deliveries, DELIVERY_LIMITS, machinesIn } from '../../exchange/deliveries.ts';
import type { RegistryDb } from '../database.ts';
import { readDocument } from './messages.ts';

/** Undefined: there is no link. */
export async function queueDeliveries(
  db: RegistryDb,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Deliveries | undefined> {
  const link = await db.selectFrom('exchange_link').select('id').limit(1).executeTakeFirst();
  if (link === undefined) return undefined;
  const accepted = await db
    .selectFrom('exchange_message')
    .select(['id', 'ended_ms as endedMs', 'bytes'])
    .select((eb) => eb('document', 'is not', null).as('kept'))
    .where('state', 'in', ['sent', 'receipt'])
    .where('ended_ms', '<=', toMs)
    .orderBy('ended_ms', 'desc')
    .limit(DELIVERY_LIMITS.reports)
    .execute();
  const last = accepted[0]?.endedMs ?? undefined;
  const failed = await db
    .selectFrom('exchange_attempt')
    .select('fault')
    .where('outcome', 'in', ['refused', 'again'])
    .where('at_ms', '>', last ?? 0)
    .where('at_ms', '<=', toMs)
    .orderBy('id', 'desc')
    .limit(DELIVERY_LIMITS.reports)
    .execute();
  let bytesLeft: number = DELIVERY_LIMITS.reportBytes;
  const read: Deliveries['accepted'][number][] = [];
  for (const { id, endedMs, bytes, kept } of accepted) {
    if (endedMs === null || endedMs < fromMs) continue;
    const isRead = Boolean(kept) && bytes <= bytesLeft;
    if (isRead) bytesLeft -= bytes;
    const machines = isRead ? machinesIn((await readDocument(db, id)).toString('utf8')) : undefined;
    read.push({ acceptedMs: endedMs, machines });
  }
  return {
    accepted: read,
    lastAcceptedMs: last,
    failedSince: failed.length,
    lastFault: failed[0]?.fault ?? undefined,
  };
}
