/**
 * The outbox. Invariants: what is to be told is written in the transaction that changes the alert; the same change of the
 * same alert is told to a channel once; items wait, however many, until their channel may carry the next message, and
 * then go with it together, so a storm is one message.
 */
import { deterministicId } from '../alert/detection.ts';
import { SEVERITIES, severityRank } from '../alert/severity-score.ts';
import { severitySchema } from '../api/contract-vocabulary.ts';
import { inHours } from '../oncall/hours.ts';
import { personOnDutySchema } from '../oncall/roster.ts';
import { leavesNow, ROUTING, routingSchema, type Routing } from '../oncall/routing.ts';
import { ALERTS_TOLD_MAX, type Notice, type NoticeAlert, type Receipt } from '../notify/notice.ts';
import { type AgencyScope, inScope, scopeOfAgency } from './agencies.ts';
import { writeAudit } from './audit.ts';
import { readCalendars } from './calendars.ts';
import { beginLadders } from './oncall/ladders.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import { readRequestNotices } from './requests/request-notices.ts';
import { ruleFactsSchema } from './rule-facts.ts';
import type { NotifyState } from './tables/notify.ts';

/** Rows in one statement. */
const ROWS_MAX = 100;
const HOUR_MS = 3_600_000;
/** How long messages are remembered that are over. */
const KEPT_MS = 90 * 24 * HOUR_MS;

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
    .execute();
  const calendars = channels.some(({ routing }) => routing !== null) ? await readCalendars(trx) : undefined;
  for (const { id: channelId, agency_id: agencyId, severity_rank_min: rankMin, routing } of channels) {
    if (calendars !== undefined && !inHours(routingOf(routing).hours, calendars(agencyId), nowMs)) continue;
    const serious = news.filter(({ severityRank }) => severityRank >= rankMin);
    if (serious.length === 0) continue;
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
  await trx
    .insertInto('notify_message')
    .values({
      id,
      channel_id: channelId,
      state: 'waiting',
      created_ms: nowMs,
      items: Number(packed.numUpdatedRows),
      attempts: 0,
      next_ms: nowMs,
      sent_ms: null,
      answer: null,
      refused: null,
      problem: null,
      ladder_id: null,
      person: null,
    })
    .execute();
  await trx
    .updateTable('notify_channel')
    .set({ last_message_ms: nowMs })
    .where('id', '=', channelId)
    .execute();
}

export interface DueMessage {
  id: string;
  channelId: number;
  createdMs: number;
  attempts: number;
  /** A step of an escalation: it says what nobody has acknowledged, and nothing otherwise. */
  ladderId: string | null;
  person: string | null;
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
    ])
    .where('state', '=', 'waiting')
    .where('next_ms', '<=', nowMs)
    .where('enabled', '=', 1)
    .orderBy('notify_message.created_ms')
    .limit(limit)
    .execute();
}

/** What a message says, as its alerts and requests are now. Undefined: none of them is there any more. */
export async function readNotice(db: RegistryDb, message: DueMessage): Promise<Notice | undefined> {
  const all = db
    .selectFrom('alert')
    .where('alert.id', 'in', (eb) =>
      eb.selectFrom('notify_item').select('alert_id').where('message_id', '=', message.id),
    );
  const alerts = message.ladderId === null ? all : all.where('alert.state', '=', 'new');
  const { count } = await alerts
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await alerts
    .leftJoin('agency', 'agency.id', 'alert.agency_id')
    .select([
      'alert.id',
      'rule_id',
      'alert.severity',
      'rule',
      'agency.name as agency',
      'hostname',
      'detections',
      'state',
      'message',
      'first_seen_ms',
      'last_seen_ms',
    ])
    .orderBy('alert.severity_rank', 'desc')
    .orderBy('risk', 'desc')
    .orderBy('alert.id')
    .limit(ALERTS_TOLD_MAX)
    .execute();
  const requests = await readRequestNotices(db, message.id, ALERTS_TOLD_MAX);
  if (rows.length + requests.told.length === 0) return undefined;
  const total = count + requests.total;
  return {
    id: message.id,
    kind: total > 1 ? 'digest' : 'alert',
    atMs: message.createdMs,
    total,
    person: message.person === null ? undefined : personOnDutySchema.parse(JSON.parse(message.person)),
    alerts: mixed(
      requests.told,
      rows.map((row): NoticeAlert => {
        const { title, titleVi } = ruleFactsSchema.parse(JSON.parse(row.rule));
        return {
          id: row.id,
          ruleId: row.rule_id,
          severity: severitySchema.parse(row.severity),
          title,
          titleVi: titleVi ?? '',
          agency: row.agency ?? '',
          hostname: row.hostname,
          detections: row.detections,
          state: row.state,
          message: row.message,
          firstSeenMs: row.first_seen_ms,
          lastSeenMs: row.last_seen_ms,
        };
      }),
    ),
  };
}

/** The most serious first; of equally serious ones requests, which have a deadline. */
function mixed(requests: readonly NoticeAlert[], alerts: readonly NoticeAlert[]): NoticeAlert[] {
  return [...requests, ...alerts]
    .toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, ALERTS_TOLD_MAX);
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
  await db.deleteFrom('notify_item').where('message_id', 'is not', null).where('at_ms', '<', over).execute();
}
