/** Who was told of an incident when, with the proof of sending. Invariants: what was told stays; a clock is met by one proof, at its time. */
import type { ToldChannel } from '../../report/notice-words.ts';
import { CASE_LIMITS } from '../../case/case-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { isoTime } from '../iso-time.ts';
import { RefusalError } from '../refusal.ts';
import { type CaseBy, requireCase, withMerged } from './find-case.ts';
import { invalidCase, noteAct, tidyLine } from './write-case.ts';

export interface ToldWanted {
  /** Milliseconds UTC. */
  atMs: number;
  receiver: string;
  channel: ToldChannel;
  /** Number and day (`YYYY-MM-DD`) of the document, and SHA-256 of its file; none of a call. */
  number: string;
  dated: string;
  sha256: string;
  note: string;
  clockId?: number | undefined;
  noticeId?: number | undefined;
}

const FUTURE_MS_MAX = 300_000;
const TOLD_MAX = 500;
const NUMBER_CHARS = 60;
const RECEIVER_CHARS = 300;

/** @throws RefusalError as requireCase, case-invalid, case-part-unknown, case-limit */
export async function noteTold(
  registry: Registry,
  id: string,
  told: ToldWanted,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    const receiver = tidyLine('receiver', told.receiver, RECEIVER_CHARS);
    const isCall = told.channel === 'phone';
    const number = isCall && told.number === '' ? '' : tidyLine('number', told.number, NUMBER_CHARS);
    if (!isCall && (told.dated === '' || told.sha256 === ''))
      throw invalidCase('sha256', 'the proof of sending is number, day and SHA-256 of the file');
    if (told.atMs > nowMs + FUTURE_MS_MAX) throw invalidCase('at', 'somebody was told now or before');
    const { count } = await trx
      .selectFrom('case_told')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    if (count >= TOLD_MAX)
      throw new RefusalError('case-limit', row.number, `a case holds at most ${TOLD_MAX} notices told`);
    if (told.noticeId !== undefined) {
      const notice = await trx
        .selectFrom('case_notice')
        .select('id')
        .where('id', '=', told.noticeId)
        .where('case_id', '=', row.id)
        .executeTakeFirst();
      if (notice === undefined)
        throw new RefusalError(
          'case-part-unknown',
          String(told.noticeId),
          `case ${row.number} has no such notice`,
        );
    }
    const kind = await meet(trx, row, told, { actor, isCall });
    const note = told.note.normalize('NFC').trim().slice(0, CASE_LIMITS.reasonChars);
    await trx
      .insertInto('case_told')
      .values({
        case_id: row.id,
        agency_id: row.agency_id,
        clock_id: told.clockId ?? null,
        notice_id: told.noticeId ?? null,
        at_ms: told.atMs,
        receiver,
        channel: told.channel,
        number,
        dated: told.dated,
        sha256: told.sha256,
        note,
        noted_ms: nowMs,
        noted_by: actor,
      })
      .execute();
    const detail = { receiver, channel: told.channel, number, at: isoTime(told.atMs), ...kind };
    await noteAct(trx, row.id, { actor, action: 'case.told', detail, nowMs });
    return row.id;
  });
}

/** A call meets what the law asks for at once, and nothing else. */
async function meet(
  trx: RegistryDb,
  row: { id: string; number: string },
  { clockId, atMs, receiver, number }: ToldWanted,
  { actor, isCall }: { actor: string; isCall: boolean },
): Promise<{ clock: string; inTime: boolean } | undefined> {
  if (clockId === undefined) return undefined;
  const clock = await trx
    .selectFrom('case_clock')
    .select(['kind', 'started_ms', 'due_ms', 'met_ms', 'stopped_ms'])
    .where('id', '=', clockId)
    .where('case_id', '=', row.id)
    .executeTakeFirst();
  if (clock === undefined)
    throw new RefusalError(
      'case-part-unknown',
      String(clockId),
      `case ${row.number} has no clock ${clockId}`,
    );
  if (clock.met_ms !== null || clock.stopped_ms !== null)
    throw invalidCase('clockId', `the clock ${clock.kind} has ended already`);
  if (atMs < clock.started_ms) throw invalidCase('at', 'a clock is met after its start');
  if (isCall && clock.due_ms !== clock.started_ms)
    throw invalidCase('channel', 'a call is no proof for this clock: a document is sent');
  await trx
    .updateTable('case_clock')
    .set({ met_ms: atMs, met_by: actor, met_note: number === '' ? receiver : `${number}, ${receiver}` })
    .where('id', '=', clockId)
    .execute();
  return { clock: clock.kind, inTime: atMs <= clock.due_ms };
}

/** Oldest first; of merged cases too. */
export async function listTold(db: RegistryDb, caseId: string, scope: AgencyScope) {
  const rows = await db
    .selectFrom('case_told')
    .leftJoin('case_clock', 'case_clock.id', 'case_told.clock_id')
    .select([
      'case_told.id as id',
      'case_told.agency_id as agencyId',
      'case_told.clock_id as clockId',
      'case_clock.kind as clock',
      'case_clock.due_ms as dueMs',
      'case_told.notice_id as noticeId',
      'case_told.at_ms as atMs',
      'case_told.receiver as receiver',
      'case_told.channel as channel',
      'case_told.number as number',
      'case_told.dated as dated',
      'case_told.sha256 as sha256',
      'case_told.note as note',
      'case_told.noted_ms as notedMs',
      'case_told.noted_by as notedBy',
    ])
    .where('case_told.case_id', 'in', await withMerged(db, caseId))
    .orderBy('case_told.at_ms')
    .orderBy('case_told.id')
    .execute();
  return rows.filter(({ agencyId }) => inScope(scope, agencyId));
}
export type Told = Awaited<ReturnType<typeof listTold>>[number];
