/**
 * Legal clocks on cases: started, met, stopped. Invariants: what the law's text said when a
 * clock was started stays with it; a case with a running clock is not closed.
 */
import { dueAfter, warnAt, type LegalClock, type LegalClocks } from '../../case/legal-clocks.ts';
import { CASE_LIMITS } from '../../case/case-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { isoTime } from '../iso-time.ts';
import { RefusalError } from '../refusal.ts';
import { requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import { invalidCase, noteAct, settleAgencies, tidyText, tooMany } from './write-case.ts';

const FUTURE_MS_MAX = 300_000;
export const CLOCK_FIELDS = [
  'case_clock.id as id',
  'case_clock.agency_id as agencyId',
  'case_clock.kind as kind',
  'case_clock.title as title',
  'case_clock.title_vi as titleVi',
  'case_clock.source as source',
  'case_clock.confidence as confidence',
  'case_clock.started_ms as startedMs',
  'case_clock.due_ms as dueMs',
  'case_clock.warn_ms as warnMs',
  'case_clock.started_by as startedBy',
  'case_clock.note as note',
  'case_clock.met_ms as metMs',
  'case_clock.met_by as metBy',
  'case_clock.met_note as metNote',
  'case_clock.stopped_ms as stoppedMs',
  'case_clock.stopped_by as stoppedBy',
  'case_clock.stopped_why as stoppedWhy',
  'case_clock.by_facts as byFacts',
] as const;

/** @throws RefusalError case-clock-running */
export async function requireNoRunningClock(db: RegistryDb, { id, number }: CaseRow): Promise<void> {
  const running = await db
    .selectFrom('case_clock')
    .select('kind')
    .where('case_id', '=', id)
    .where('met_ms', 'is', null)
    .where('stopped_ms', 'is', null)
    .executeTakeFirst();
  if (running === undefined) return;
  const said = `the legal clock ${running.kind} runs on case ${number}: say when it was met, or stop it with a reason`;
  throw new RefusalError('case-clock-running', number, said);
}

/** A clock as the law says it now. */
export async function insertClock(
  trx: RegistryTransaction,
  row: Pick<CaseRow, 'id' | 'agency_id'>,
  clock: LegalClock,
  how: {
    startedMs: number;
    note: string;
    actor: string;
    holidays: LegalClocks['holidays'];
    byFacts?: boolean | undefined;
  },
): Promise<{ id: number; dueMs: number }> {
  const { startedMs, note, actor, holidays, byFacts = false } = how;
  const dueMs = dueAfter(startedMs, clock.within, holidays);
  const { id } = await trx
    .insertInto('case_clock')
    .values({
      case_id: row.id,
      agency_id: row.agency_id,
      kind: clock.id,
      title: clock.title,
      title_vi: clock.titleVi,
      source: clock.source,
      confidence: clock.confidence,
      started_ms: startedMs,
      due_ms: dueMs,
      warn_ms: warnAt(startedMs, dueMs, clock.warnBeforeMinutes),
      started_by: actor,
      note,
      met_ms: null,
      met_by: null,
      met_note: null,
      stopped_ms: null,
      stopped_by: null,
      stopped_why: null,
      told: null,
      by_facts: byFacts ? 1 : 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, dueMs };
}

/** @param startedMs when the law's time began, e.g. when the incident was found @throws RefusalError as requireCase, case-invalid */
export async function startClock(
  registry: Registry,
  id: string,
  wanted: { kind: string; startedMs: number; note?: string | undefined },
  rules: LegalClocks,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    const clock = rules.clocks.find((one) => one.id === wanted.kind);
    if (clock === undefined)
      throw invalidCase(
        'kind',
        `there is no clock ${wanted.kind}: ${rules.clocks.map((one) => one.id).join(', ')}`,
      );
    if (wanted.startedMs > nowMs + FUTURE_MS_MAX)
      throw invalidCase('startedAt', 'a clock begins now or before');
    const known = await trx
      .selectFrom('case_clock')
      .select(['kind', 'met_ms', 'stopped_ms'])
      .where('case_id', '=', row.id)
      .execute();
    if (known.length >= CASE_LIMITS.clocks) throw tooMany('clocks', CASE_LIMITS.clocks);
    if (known.some((one) => one.kind === clock.id && one.met_ms === null && one.stopped_ms === null))
      throw invalidCase('kind', `the clock ${clock.id} runs on case ${row.number} already`);
    const { id: clockId, dueMs } = await insertClock(trx, row, clock, {
      startedMs: wanted.startedMs,
      note: (wanted.note ?? '').normalize('NFC').trim(),
      actor,
      holidays: rules.holidays,
    });
    const detail = {
      clock: clockId,
      kind: clock.id,
      startedAt: isoTime(wanted.startedMs),
      dueAt: isoTime(dueMs),
    };
    await noteAct(trx, row.id, { actor, action: 'case.start-clock', detail, nowMs });
    return row.id;
  });
}

function needsProof(number: string, kind: string): RefusalError {
  const said = `the facts of the incident started the clock ${kind}: say who was told, with the proof of sending ("vonggac case told ${number}")`;
  return new RefusalError('case-clock-proof', number, said);
}

export type ClockEnd = { met: { atMs: number; note: string } } | { stopped: { why: string } };

/** @throws RefusalError as requireCase, case-part-unknown, case-invalid */
export async function endClock(
  registry: Registry,
  id: string,
  clockId: number,
  end: ClockEnd,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    const clock = await trx
      .selectFrom('case_clock')
      .select(['kind', 'agency_id', 'started_ms', 'due_ms', 'met_ms', 'stopped_ms', 'by_facts'])
      .where('id', '=', clockId)
      .where('case_id', '=', row.id)
      .executeTakeFirst();
    if (clock === undefined || !inScope(by.scope, clock.agency_id))
      throw new RefusalError(
        'case-part-unknown',
        String(clockId),
        `case ${row.number} has no clock ${clockId}`,
      );
    if (clock.met_ms !== null || clock.stopped_ms !== null)
      throw invalidCase('clock', `the clock ${clock.kind} has ended already`);
    if ('met' in end) {
      const { atMs, note } = end.met;
      if (clock.by_facts === 1) throw needsProof(row.number, clock.kind);
      if (atMs > nowMs + FUTURE_MS_MAX || atMs < clock.started_ms)
        throw invalidCase('metAt', 'a clock is met between its start and now');
      const said = tidyText('note', note, CASE_LIMITS.reasonChars);
      await trx
        .updateTable('case_clock')
        .set({ met_ms: atMs, met_by: actor, met_note: said })
        .where('id', '=', clockId)
        .execute();
      const detail = {
        clock: clockId,
        kind: clock.kind,
        metAt: isoTime(atMs),
        inTime: atMs <= clock.due_ms,
        note: said,
      };
      await noteAct(trx, row.id, {
        actor,
        action: 'case.meet-clock',
        agencyId: clock.agency_id,
        detail,
        nowMs,
      });
    } else {
      const why = tidyText('reason', end.stopped.why, CASE_LIMITS.reasonChars);
      await trx
        .updateTable('case_clock')
        .set({ stopped_ms: nowMs, stopped_by: actor, stopped_why: why })
        .where('id', '=', clockId)
        .execute();
      const detail = { clock: clockId, kind: clock.kind, why };
      await noteAct(trx, row.id, {
        actor,
        action: 'case.stop-clock',
        agencyId: clock.agency_id,
        detail,
        nowMs,
      });
    }
    await settleAgencies(trx, row.id);
    return row.id;
  });
}

export async function listClocks(db: RegistryDb, caseId: string, scope: AgencyScope) {
  let select = db
    .selectFrom('case_clock')
    .select(CLOCK_FIELDS)
    .where('case_id', '=', caseId)
    .orderBy('due_ms')
    .orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return select.execute();
}
