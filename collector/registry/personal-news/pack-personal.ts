/** Makes one message of all that waits for a person, when their next one may leave: a storm is one message. */
import { isShut } from '../account-end.ts';
import { deterministicId } from '../../alert/detection.ts';
import { SEVERITIES } from '../../alert/severity-score.ts';
import { leavesNow } from '../../oncall/routing.ts';
import { readCalendars } from '../calendars.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { putMessage } from '../notify-messages.ts';
import { routingOf } from '../notify-outbox.ts';
import {
  carrierFor,
  readPersonalSettings,
  type Carrier,
  type KeptPersonalSettings,
} from './personal-settings.ts';

/** People at one look. */
const PEOPLE_MAX = 200;

/** @returns for how many people something waits on */
export async function packPersonalNews(db: RegistryDb, nowMs: number): Promise<number> {
  const waiting = await db
    .selectFrom('personal_news')
    .leftJoin('user_account', 'user_account.username', 'personal_news.username')
    .select(['personal_news.username as username', 'agency_id as agencyId', 'email'])
    .select(['disabled_ms', 'ends_ms'])
    .select((eb) => eb.fn.min('at_ms').as('sinceMs'))
    .where('message_id', 'is', null)
    .groupBy(['personal_news.username', 'agency_id', 'email', 'disabled_ms', 'ends_ms'])
    .orderBy((eb) => eb.fn.min('at_ms'))
    .limit(PEOPLE_MAX)
    .execute();
  if (waiting.length === 0) return 0;
  const settingsOf = await readPersonalSettings(
    db,
    waiting.map(({ username }) => username),
  );
  const calendars = await readCalendars(db);
  let held = 0;
  for (const { username, agencyId, email, sinceMs, ...ends } of waiting) {
    const carrier = agencyId === null ? undefined : await carrierFor(db, agencyId);
    if (carrier === undefined || agencyId === null || email === null || isShut(ends, nowMs)) {
      // Nobody could be told of it, and nobody is told of it much later.
      await db
        .deleteFrom('personal_news')
        .where('username', '=', username)
        .where('message_id', 'is', null)
        .execute();
      continue;
    }
    const { timeZone } = calendars(agencyId).calendar;
    const clock = { timeZone, waitingSinceMs: sinceMs, nowMs };
    const rankMin = rankLeaving(settingsOf(username), carrier, clock);
    if (rankMin === undefined) held += 1;
    else await db.transaction().execute((trx) => packOne(trx, username, { carrier, rankMin }, nowMs));
  }
  return held;
}

/** The least place among severities that may leave now; undefined: nothing may. */
function rankLeaving(
  { settings, lastMessageMs }: KeptPersonalSettings,
  { windowMs, routing }: Carrier,
  clock: { timeZone: string; waitingSinceMs: number; nowMs: number },
): number | undefined {
  const sinceMs = lastMessageMs === null ? Infinity : clock.nowMs - lastMessageMs;
  // A clock that was set back holds nothing up.
  if (sinceMs >= 0 && sinceMs < windowMs) return undefined;
  const least = leavesNow({ ...routingOf(routing), ...settings.routing }, clock);
  return least && SEVERITIES.indexOf(least);
}

async function packOne(
  trx: RegistryTransaction,
  username: string,
  { carrier, rankMin }: { carrier: Carrier; rankMin: number },
  nowMs: number,
): Promise<void> {
  const first = await trx
    .selectFrom('personal_news')
    .select('id')
    .where('message_id', 'is', null)
    .where('username', '=', username)
    .where('severity_rank', '>=', rankMin)
    .orderBy('at_ms')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return;
  const id = deterministicId('personal', first.id);
  const { numUpdatedRows } = await trx
    .updateTable('personal_news')
    .set({ message_id: id })
    .where('message_id', 'is', null)
    .where('username', '=', username)
    .where('severity_rank', '>=', rankMin)
    .executeTakeFirst();
  await putMessage(trx, { id, channelId: carrier.id, items: Number(numUpdatedRows), username }, nowMs);
  await trx
    .insertInto('personal_settings')
    .values({ username, settings: null, version: 0, last_message_ms: nowMs })
    .onConflict((conflict) => conflict.column('username').doUpdateSet({ last_message_ms: nowMs }))
    .execute();
}
