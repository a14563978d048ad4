/**
 * What happens to requests by themselves: reminders, overdue, escalation. Invariant: each act is one transaction that moves
 * the plan on, so whoever looks, and however often, it is done and told of once.
 */
import type { TimedAct } from '../../request/request-words.ts';
import { ASKED_STATES, TIMED_ACTS } from '../../request/request-words.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { logRequest } from './request-log.ts';
import type { RequestNews } from './request-notices.ts';
import { calendarOf, NOTHING_PLANNED, plannedColumns, tellRequest } from './request-timing.ts';

/** At one look. */
const DUE_MAX = 200;

const NEWS: Readonly<Record<TimedAct, RequestNews>> = {
  reminder: 'reminder',
  overdue: 'overdue',
  escalation: 'escalation',
  'last-reminder': 'escalation',
};

/** @returns ids of requests to which something happened */
export async function lookAtRequests(registry: Registry): Promise<string[]> {
  const nowMs = registry.now();
  const due = await registry.db
    .selectFrom('agency_request')
    .select('id')
    .where('next_ms', '<=', nowMs)
    .orderBy('next_ms')
    .limit(DUE_MAX)
    .execute();
  const ids: string[] = [];
  for (const { id } of due) {
    const happened = await registry.db.transaction().execute((trx) => actOn(trx, id, nowMs));
    if (happened) ids.push(id);
  }
  return ids;
}

async function actOn(trx: RegistryTransaction, id: string, nowMs: number): Promise<boolean> {
  const row = await trx
    .selectFrom('agency_request')
    .select(['state', 'agency_id', 'due_ms', 'next_kind', 'next_ms'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined || row.next_ms === null || row.next_ms > nowMs) return false;
  const kind = TIMED_ACTS.find((one) => one === row.next_kind);
  if (kind === undefined || !ASKED_STATES.includes(row.state)) {
    await trx.updateTable('agency_request').set(NOTHING_PLANNED).where('id', '=', id).execute();
    return false;
  }
  const calendar = await calendarOf(trx, row.agency_id);
  const isOverdue = kind === 'overdue';
  await trx
    .updateTable('agency_request')
    .set((eb) => ({
      ...plannedColumns(calendar, row.due_ms, kind, nowMs),
      ...(isOverdue
        ? { state: 'overdue' as const, overdue_ms: nowMs, state_by: 'system', state_reason: null }
        : {}),
      updated_ms: nowMs,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
  await logRequest(trx, nowMs, { id, agencyId: row.agency_id, actor: 'system', action: `request.${kind}` });
  await tellRequest(trx, NEWS[kind], { id, agencyId: row.agency_id }, nowMs);
  return true;
}
