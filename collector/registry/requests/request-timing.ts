/** What falls due of a request by itself, as columns, and telling of it. */
import { severityRank } from '../../alert/severity-score.ts';
import type { WorkCalendar } from '../../liveness/calendar.ts';
import { nextAct } from '../../request/reminder-plan.ts';
import type { TimedAct } from '../../request/request-words.ts';
import { readCalendars } from '../calendars.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { noteItems } from '../notify-outbox.ts';
import { REQUEST_PREFIX, type RequestNews } from './request-notices.ts';

/** A request is told of to every channel that hears what is serious, whatever it is about. */
const TOLD_AS = severityRank('high');
const ESCALATED_AS = severityRank('critical');

export async function calendarOf(db: RegistryDb, agencyId: number): Promise<WorkCalendar> {
  return (await readCalendars(db))(agencyId).calendar;
}

export function plannedColumns(
  calendar: WorkCalendar,
  dueMs: number,
  after: TimedAct | undefined,
  nowMs: number,
): { next_kind: TimedAct | null; next_ms: number | null } {
  const next = nextAct(calendar, dueMs, after, nowMs);
  return { next_kind: next?.kind ?? null, next_ms: next?.atMs ?? null };
}

export const NOTHING_PLANNED = { next_kind: null, next_ms: null } as const;

/**
 * Puts news into the outbox, in the transaction of the act.
 * @param about the agency whose channels, and those above it, are told
 */
export async function tellRequest(
  trx: RegistryTransaction,
  news: RequestNews,
  about: { id: string; agencyId: number },
  nowMs: number,
): Promise<void> {
  const { notices } = await trx
    .updateTable('agency_request')
    .set((eb) => ({ notices: eb('notices', '+', 1) }))
    .where('id', '=', about.id)
    .returning('notices')
    .executeTakeFirstOrThrow();
  const item = {
    subjectId: `${REQUEST_PREFIX}${about.id}`,
    agencyId: about.agencyId,
    severityRank: news === 'escalation' ? ESCALATED_AS : TOLD_AS,
    change: `request-${news}-${notices}`,
  };
  await noteItems(trx, [item], nowMs);
}
