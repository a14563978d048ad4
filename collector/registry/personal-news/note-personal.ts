/**
 * Who is told of what was done: watchers, whoever was called by name, whom something was given to; nobody of their own acts.
 * Invariants: histories are the outbox, so an act costs nothing more and loses nothing; a cursor moves in the transaction that
 * notes what people are told of the rows before it; each is told an act once.
 */
import { z } from 'zod';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { changesSchema } from '../alert-history.ts';
import type { NewsReason, NewsSource, PersonalCursorTable } from '../tables/notify.ts';
import { readPersonalSettings } from './personal-settings.ts';

/** Rows of a history in one transaction, and transactions at one look. */
const ROWS_MAX = 2_000;
const STEPS_MAX = 50;
const VALUES_MAX = 100;

interface News {
  username: string;
  source: NewsSource;
  actId: number | null;
  subjectId: string;
  why: NewsReason;
  severityRank: number;
  atMs: number;
  /** Makes the id, with source and person. */
  act: string;
}

interface Act {
  id: number;
  subjectId: string;
  atMs: number;
  actor: string;
  severityRank: number;
}

/** Looks at what was done since the last time. @returns how many things people are told */
export async function notePersonalNews(db: RegistryDb): Promise<number> {
  let noted = 0;
  for (const source of ['alert_history', 'case_act'] as const) {
    for (let step = 0; step < STEPS_MAX && (await nextRows(db, source, 1)).length > 0; step += 1)
      noted += await db.transaction().execute((trx) => noteSome(trx, source));
  }
  return noted;
}

type Source = PersonalCursorTable['source'];

/** Rows behind the cursor, in their order. */
function nextRows(db: RegistryDb, source: Source, limit: number) {
  return db
    .selectFrom(source)
    .select('id')
    .where('id', '>', (eb) => eb.selectFrom('personal_cursor').select('last_id').where('source', '=', source))
    .orderBy('id')
    .limit(limit)
    .execute();
}

async function noteSome(trx: RegistryTransaction, source: Source): Promise<number> {
  const rows = await nextRows(trx, source, ROWS_MAX);
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const span = { from: first.id, upTo: last.id };
  const news = source === 'alert_history' ? await newsOfAlerts(trx, span) : await newsOfCases(trx, span);
  const noted = await insertNews(trx, news);
  await trx.updateTable('personal_cursor').set({ last_id: span.upTo }).where('source', '=', source).execute();
  return noted;
}

/** Both included. */
interface Span {
  from: number;
  upTo: number;
}

/** Comings and goings of watchers are their own affair. */
const UNTOLD = ['alert.watch', 'alert.unwatch'];

async function newsOfAlerts(trx: RegistryTransaction, { from, upTo }: Span): Promise<News[]> {
  const acts = trx
    .selectFrom('alert_history')
    .innerJoin('alert', 'alert.id', 'alert_history.alert_id')
    .select([
      'alert_history.id as id',
      'alert_history.alert_id as subjectId',
      'alert_history.at_ms as atMs',
      'alert_history.actor as actor',
      'alert_history.changes as changes',
      'alert.severity_rank as severityRank',
    ])
    .where('alert_history.id', '>=', from)
    .where('alert_history.id', '<=', upTo)
    .where('alert_history.action', 'not in', UNTOLD);
  const watched = await acts
    .innerJoin('alert_watcher', 'alert_watcher.alert_id', 'alert_history.alert_id')
    .select('alert_watcher.username as username')
    .execute();
  const given = await acts.where('alert_history.changes', 'like', '%"assignee":%').execute();
  return [
    ...watched.map(({ username, changes, ...act }) =>
      told(act, 'alert-act', username, mentionsOf(changes).includes(username) ? 'mention' : 'watch'),
    ),
    ...given.flatMap(({ changes, ...act }) => {
      const assignee = changesSchema.parse(JSON.parse(changes))['assignee']?.[1];
      return typeof assignee === 'string' ? [told(act, 'alert-act', assignee, 'assigned')] : [];
    }),
  ].flat();
}

const detailSchema = z.object({
  assignee: z.string().nullish(),
  mentions: z.array(z.string()).optional(),
  changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])).optional(),
});

async function newsOfCases(trx: RegistryTransaction, { from, upTo }: Span): Promise<News[]> {
  const rows = await trx
    .selectFrom('case_act')
    .innerJoin('case_file', 'case_file.id', 'case_act.case_id')
    .leftJoin('case_watcher', 'case_watcher.case_id', 'case_act.case_id')
    .select([
      'case_act.id as id',
      'case_act.case_id as subjectId',
      'case_act.at_ms as atMs',
      'case_act.actor as actor',
      'case_act.detail as detail',
      'case_file.severity_rank as severityRank',
      'case_watcher.username as username',
    ])
    .where('case_act.id', '>=', from)
    .where('case_act.id', '<=', upTo)
    .execute();
  return rows.flatMap(({ detail, username, ...act }) => {
    const { assignee, mentions = [], changes = {} } = detailSchema.parse(JSON.parse(detail));
    const given = assignee ?? changes['assignee']?.[1];
    return [
      ...(username === null
        ? []
        : told(act, 'case-act', username, mentions.includes(username) ? 'mention' : 'watch')),
      ...(typeof given === 'string' ? told(act, 'case-act', given, 'assigned') : []),
    ];
  });
}

const namesSchema = z.array(z.string());

function mentionsOf(changes: string): string[] {
  const mentions = changesSchema.parse(JSON.parse(changes))['mentions'];
  return mentions === undefined ? [] : namesSchema.parse(mentions[1]);
}

function told(act: Act, source: NewsSource, username: string, why: NewsReason): News[] {
  const { id, actor, ...rest } = act;
  if (actor === `user:${username}`) return [];
  const { subjectId, atMs, severityRank } = rest;
  return [{ username, source, actId: id, subjectId, atMs, severityRank, why, act: String(id) }];
}

/** What is watched became more serious by itself: noted in the transaction that raised it. */
export async function noteRaised(
  trx: RegistryTransaction,
  news: readonly { alertId: string; severityRank: number; change: string }[],
  nowMs: number,
): Promise<void> {
  const raised = new Map(
    news.filter(({ change }) => change === 'raised').map((one) => [one.alertId, one.severityRank]),
  );
  if (raised.size === 0) return;
  const watchers = await trx
    .selectFrom('alert_watcher')
    .select(['alert_id', 'username'])
    .where('alert_id', 'in', [...raised.keys()])
    .execute();
  const items = watchers.map(({ alert_id: subjectId, username }): News => {
    const severityRank = raised.get(subjectId) ?? 0;
    const act = `${subjectId}:${severityRank}`;
    const what = { source: 'alert-raised', actId: null, why: 'watch' } as const;
    return { ...what, username, subjectId, severityRank, atMs: nowMs, act };
  });
  await insertNews(trx, items);
}

/** Of those who can be told by mail, and want to be. @returns how many were noted */
async function insertNews(trx: RegistryTransaction, all: readonly News[]): Promise<number> {
  if (all.length === 0) return 0;
  const usernames = [...new Set(all.map(({ username }) => username))];
  const reachable = new Set(
    (
      await trx
        .selectFrom('user_account')
        .select('username')
        .where('username', 'in', usernames)
        .where('disabled_ms', 'is', null)
        .where('email', 'is not', null)
        .execute()
    ).map(({ username }) => username),
  );
  const settingsOf = await readPersonalSettings(trx, usernames);
  // Who is called or given something hears that, and not that they watch it too.
  const strongest = new Map<string, News>();
  for (const one of all) {
    const { about } = settingsOf(one.username).settings;
    if (!reachable.has(one.username) || about === 'nothing') continue;
    if (about === 'mentions' && one.why === 'watch') continue;
    const id = `${one.source}:${one.act}:${one.username}`;
    if (one.why !== 'watch' || !strongest.has(id)) strongest.set(id, one);
  }
  const values = [...strongest].map(([id, one]) => ({
    id,
    username: one.username,
    source: one.source,
    act_id: one.actId,
    subject_id: one.subjectId,
    why: one.why,
    severity_rank: one.severityRank,
    at_ms: one.atMs,
    message_id: null,
  }));
  for (let at = 0; at < values.length; at += VALUES_MAX) {
    await trx
      .insertInto('personal_news')
      .values(values.slice(at, at + VALUES_MAX))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  return values.length;
}
