/**
 * The outbox. Invariants: what is to be told is written in the transaction that changes the alert; the same change of the
 * same alert is told to a channel once; items wait, however many, until their channel may carry the next message, and
 * then go with it together, so a storm is one message.
 */
import { deterministicId } from '../alert/detection.ts';
import { SEVERITIES } from '../alert/severity-score.ts';
import { leavesNow, ROUTING, routingSchema, type Routing } from '../oncall/routing.ts';
import { type AgencyScope, inScope, scopeOfAgency } from './agencies.ts';
import { isTime, readCalendars } from './calendars.ts';
import { putMessage } from './notify-messages.ts';
import { beginLadders } from './oncall/ladders.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { noteRaised } from './personal-news/note-personal.ts';

/** Rows in one statement. */
const ROWS_MAX = 100;
const HOUR_MS = 3_600_000;

export interface AlertNews {
  alertId: string;
  agencyId: number;
  severityRank: number;
  change: 'opened' | 'raised';
}

/** One change of one thing that is told. */
export interface NewsItem {
  /** An alert's id, or `request:ID` (requests/request-notices.ts). */
  subjectId: string;
  agencyId: number;
  severityRank: number;
  /** The same change of the same thing is told once. */
  change: string;
}

/** Puts news of alerts into the outbox, in the transaction that made them. */
export async function noteNews(
  trx: RegistryTransaction,
  news: readonly AlertNews[],
  nowMs: number,
): Promise<void> {
  if (news.length === 0) return;
  const items = news.map(({ alertId, agencyId, severityRank, change }) => ({
    subjectId: alertId,
    agencyId,
    severityRank,
    change: change === 'opened' ? change : `raised-${severityRank}`,
  }));
  await noteItems(trx, items, nowMs);
  await beginLadders(trx, news, nowMs);
  await noteRaised(trx, news, nowMs);
}

/** Puts news of anything into the outbox, in the transaction that made it. */
export async function noteItems(
  trx: RegistryTransaction,
  news: readonly NewsItem[],
  nowMs: number,
): Promise<void> {
  if (news.length === 0) return;
  const channels = await trx
    .selectFrom('notify_channel')
    .select(['id', 'agency_id', 'severity_rank_min', 'routing'])
    .where('enabled', '=', 1)
    .where('severity_rank_min', '<=', Math.max(...news.map(({ severityRank }) => severityRank)))
    .execute();
  for (const { id: channelId, agency_id: agencyId, severity_rank_min: rankMin, routing } of channels) {
    if (!(await isTime(trx, routingOf(routing).hours, agencyId, nowMs))) continue;
    const serious = news.filter(({ severityRank }) => severityRank >= rankMin);
    const scope: AgencyScope = await scopeOfAgency(trx, agencyId);
    const items = serious
      .filter((one) => inScope(scope, one.agencyId))
      .map(({ subjectId, severityRank, change }) => ({
        id: deterministicId('notice', subjectId, change, String(channelId)),
        channel_id: channelId,
        alert_id: subjectId,
        change,
        severity_rank: severityRank,
        at_ms: nowMs,
        message_id: null,
      }));
    for (let at = 0; at < items.length; at += ROWS_MAX) {
      await trx
        .insertInto('notify_item')
        .values(items.slice(at, at + ROWS_MAX))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    }
  }
}

export function routingOf(text: string | null): Routing {
  return text === null ? ROUTING : routingSchema.parse(JSON.parse(text));
}

/** Makes one message of all that waits, for each channel that may carry one now. @returns how many channels may not yet */
export async function packMessages(db: RegistryDb, nowMs: number): Promise<number> {
  const channels = await db
    .selectFrom('notify_channel')
    .select(['id', 'window_ms', 'messages_per_hour_max', 'last_message_ms', 'agency_id', 'routing'])
    .where('enabled', '=', 1)
    .where('id', 'in', (eb) =>
      eb.selectFrom('notify_item').select('channel_id').where('message_id', 'is', null),
    )
    .execute();
  let held = 0;
  for (const channel of channels) {
    const sinceMs = channel.last_message_ms === null ? Infinity : nowMs - channel.last_message_ms;
    // A clock that was set back holds nothing up.
    const isOpen = sinceMs < 0 || sinceMs >= channel.window_ms;
    const rankMin = isOpen ? await rankLeaving(db, channel, nowMs) : undefined;
    if (
      rankMin !== undefined &&
      (await messagesSince(db, channel.id, nowMs - HOUR_MS)) < channel.messages_per_hour_max
    ) {
      await db.transaction().execute((trx) => packOne(trx, channel.id, rankMin, nowMs));
    } else held += 1;
  }
  return held;
}

/** The least place among severities that may leave now; undefined: nothing may. */
async function rankLeaving(
  db: RegistryDb,
  { id, agency_id: agencyId, routing }: { id: number; agency_id: number; routing: string | null },
  nowMs: number,
): Promise<number | undefined> {
  if (routing === null) return 0;
  const oldest = await db
    .selectFrom('notify_item')
    .select((eb) => eb.fn.min('at_ms').as('atMs'))
    .where('channel_id', '=', id)
    .where('message_id', 'is', null)
    .executeTakeFirst();
  const { timeZone } = (await readCalendars(db))(agencyId).calendar;
  const least = leavesNow(routingOf(routing), {
    timeZone,
    waitingSinceMs: oldest?.atMs ?? nowMs,
    nowMs,
  });
  return least && SEVERITIES.indexOf(least);
}

async function messagesSince(db: RegistryDb, channelId: number, sinceMs: number): Promise<number> {
  const row = await db
    .selectFrom('notify_message')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('channel_id', '=', channelId)
    .where('username', 'is', null)
    .where('created_ms', '>', sinceMs)
    .executeTakeFirstOrThrow();
  return row.count;
}

async function packOne(
  trx: RegistryTransaction,
  channelId: number,
  rankMin: number,
  nowMs: number,
): Promise<void> {
  // What was folded into an alert of the whole fleet meanwhile is told by that one.
  await trx
    .deleteFrom('notify_item')
    .where('channel_id', '=', channelId)
    .where('message_id', 'is', null)
    .where('alert_id', 'in', (eb) => eb.selectFrom('alert').select('id').where('fleet_id', 'is not', null))
    .execute();
  const first = await trx
    .selectFrom('notify_item')
    .select('id')
    .where('channel_id', '=', channelId)
    .where('message_id', 'is', null)
    .where('severity_rank', '>=', rankMin)
    .orderBy('at_ms')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return;
  const id = deterministicId('message', first.id);
  const packed = await trx
    .updateTable('notify_item')
    .set({ message_id: id })
    .where('channel_id', '=', channelId)
    .where('message_id', 'is', null)
    .where('severity_rank', '>=', rankMin)
    .executeTakeFirst();
  await putMessage(trx, { id, channelId, items: Number(packed.numUpdatedRows) }, nowMs);
  await trx
    .updateTable('notify_channel')
    .set({ last_message_ms: nowMs })
    .where('id', '=', channelId)
    .execute();
}
