/** Messages of the outbox: which are due, what became of each, and what people have tried again. */
import type { Receipt } from '../notify/notice.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { NotifyState } from './tables/notify.ts';

/** How long messages are remembered that are over. */
const KEPT_MS = 90 * 24 * 3_600_000;

export interface DueMessage {
  id: string;
  channelId: number;
  createdMs: number;
  attempts: number;
  /** A step of an escalation: it says what nobody has acknowledged, and nothing otherwise. */
  ladderId: string | null;
  person: string | null;
  /** Whose own message it is. */
  username: string | null;
}

/** Puts a message into the outbox that is due at once; its items name it already or are put beside it. */
export async function putMessage(
  trx: RegistryTransaction,
  message: {
    id: string;
    channelId: number;
    items: number;
    ladderId?: string | undefined;
    /** JSON of who is on duty. */
    person?: string | undefined;
    username?: string | undefined;
  },
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('notify_message')
    .values({
      id: message.id,
      channel_id: message.channelId,
      state: 'waiting',
      created_ms: nowMs,
      items: message.items,
      attempts: 0,
      next_ms: nowMs,
      sent_ms: null,
      answer: null,
      refused: null,
      problem: null,
      ladder_id: message.ladderId ?? null,
      person: message.person ?? null,
      username: message.username ?? null,
    })
    .execute();
}

/** The oldest first. */
export async function dueMessages(db: RegistryDb, nowMs: number, limit: number): Promise<DueMessage[]> {
  return db
    .selectFrom('notify_message')
    .innerJoin('notify_channel', 'notify_channel.id', 'notify_message.channel_id')
    .select([
      'notify_message.id as id',
      'channel_id as channelId',
      'notify_message.created_ms as createdMs',
      'attempts',
      'ladder_id as ladderId',
      'person',
      'username',
    ])
    .where('state', '=', 'waiting')
    .where('next_ms', '<=', nowMs)
    .where('enabled', '=', 1)
    .orderBy('notify_message.created_ms')
    .limit(limit)
    .execute();
}

/** @param receipt undefined: there was nothing left to tell */
export async function noteTaken(
  db: RegistryDb,
  message: DueMessage,
  receipt: Receipt | undefined,
  nowMs: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('notify_message')
      .set({
        state: 'sent',
        attempts: message.attempts + 1,
        sent_ms: nowMs,
        answer: receipt?.answer ?? null,
        refused: receipt === undefined ? null : JSON.stringify(receipt.refused),
        problem: null,
      })
      .where('id', '=', message.id)
      .execute();
    if (message.username !== null) return;
    await trx
      .updateTable('notify_channel')
      .set({ failing_since_ms: null, problem: null })
      .where('id', '=', message.channelId)
      .execute();
  });
}

/** @param nextMs when it is tried again; null: never, unless people say so */
export async function noteNotTaken(
  db: RegistryDb,
  message: DueMessage,
  failed: { problem: string; nextMs: number | null },
  nowMs: number,
): Promise<void> {
  const { problem, nextMs } = failed;
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('notify_message')
      .set({
        state: nextMs === null ? 'dead' : 'waiting',
        attempts: message.attempts + 1,
        next_ms: nextMs ?? nowMs,
        problem,
      })
      .where('id', '=', message.id)
      .execute();
    // What one person's mail server says is no fault of the channel.
    if (message.username !== null) return;
    await trx
      .updateTable('notify_channel')
      .set((eb) => ({ failing_since_ms: eb.fn.coalesce('failing_since_ms', eb.val(nowMs)), problem }))
      .where('id', '=', message.channelId)
      .execute();
  });
}

export interface NotifyMessage {
  id: string;
  channelId: number;
  channel: string;
  state: NotifyState;
  createdMs: number;
  items: number;
  attempts: number;
  nextMs: number;
  sentMs: number | null;
  answer: string | null;
  refused: string | null;
  problem: string | null;
  /** Whose own it is; null: the channel's. */
  username: string | null;
}

/** Newest first. */
export async function listMessages(
  db: RegistryDb,
  query: { scope: AgencyScope; limit: number; state?: NotifyState | undefined },
): Promise<NotifyMessage[]> {
  let rows = db
    .selectFrom('notify_message')
    .innerJoin('notify_channel', 'notify_channel.id', 'notify_message.channel_id')
    .select([
      'notify_message.id as id',
      'channel_id as channelId',
      'notify_channel.name as channel',
      'state',
      'notify_message.created_ms as createdMs',
      'items',
      'attempts',
      'next_ms as nextMs',
      'sent_ms as sentMs',
      'answer',
      'refused',
      'notify_message.problem as problem',
      'username',
    ])
    .orderBy('notify_message.created_ms', 'desc')
    .orderBy('notify_message.id')
    .limit(query.limit);
  if (query.scope.kind === 'some') rows = rows.where('agency_id', 'in', query.scope.agencyIds);
  if (query.state !== undefined) rows = rows.where('state', '=', query.state);
  return rows.execute();
}

/** A message that was given up is tried again, at once and as often as a new one. @throws RefusalError notify-message-unknown */
export async function retryMessage(
  registry: Registry,
  id: string,
  by: { actor: string; scope: AgencyScope },
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('notify_message')
      .innerJoin('notify_channel', 'notify_channel.id', 'channel_id')
      .select('agency_id')
      .where('notify_message.id', '=', id)
      .where('state', '=', 'dead')
      .executeTakeFirst();
    if (row === undefined || !inScope(by.scope, row.agency_id)) {
      const said = `there is no message ${id} that was given up`;
      throw new RefusalError('notify-message-unknown', id, said);
    }
    const again = { state: 'waiting', attempts: 0, next_ms: nowMs } as const;
    await trx.updateTable('notify_message').set(again).where('id', '=', id).execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'notify-message.retry',
      target: `notify-message:${id}`,
      agencyId: row.agency_id,
    });
  });
}

/** Forgets what is long over. */
export async function forgetMessages(db: RegistryDb, nowMs: number): Promise<void> {
  const over = nowMs - KEPT_MS;
  await db
    .deleteFrom('notify_message')
    .where('state', '!=', 'waiting')
    .where('created_ms', '<', over)
    .execute();
  for (const table of ['notify_item', 'personal_news'] as const)
    await db.deleteFrom(table).where('message_id', 'is not', null).where('at_ms', '<', over).execute();
}
