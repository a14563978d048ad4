/** Cases as a whole: opened, changed, closed, opened again, watched. Each act is one transaction. */
import type { CaseClass, CaseOutcome, CaseState } from '../../case/case-words.ts';
import { CASE_LIMITS, caseNumber } from '../../case/case-words.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { foldText } from '../../alert/search-text.ts';
import { severityRank } from '../../alert/severity-score.ts';
import type { Severity } from '../../api/contract.ts';
import { inScope, requireAgency, unknownAgency } from '../agencies.ts';
import { isoTime } from '../iso-time.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { coverOfAlerts, insertAlerts } from './case-alerts.ts';
import { requireNoRunningClock } from './case-clocks.ts';
import { addChecklist } from './case-tasks.ts';
import type { Checklists } from '../../case/checklists.ts';
import { requireComplete } from './incidents.ts';
import { exactCase, requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import {
  invalidCase,
  noteAct,
  requirePerson,
  settleAgencies,
  tidyLine,
  tidyText,
  tooMany,
} from './write-case.ts';

export interface CaseWanted {
  title: string;
  summary?: string | undefined;
  severity: Severity;
  class: CaseClass;
  /** Whose case it is, beside those of its alerts; left out, what covers the alerts. */
  agencyId?: number | undefined;
  /** When there is neither that nor an alert. */
  ownAgencyId: number;
  assignee?: string | undefined;
  tags?: readonly string[] | undefined;
  dueMs?: number | undefined;
  drill?: boolean | undefined;
  alertIds?: readonly string[] | undefined;
  /** Tasks of the class's checklist. */
  checklists?: Checklists | undefined;
}

/** The next number of the year, taken in the transaction of the case: one that comes to nothing leaves no gap. */
export async function nextNumber(trx: RegistryTransaction, nowMs: number): Promise<string> {
  const year = Number(legalDayAt(nowMs).slice(0, 4));
  const { last } = await trx
    .insertInto('case_number')
    .values({ year, last: 1 })
    .onConflict((conflict) =>
      conflict.column('year').doUpdateSet((eb) => ({ last: eb('case_number.last', '+', 1) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow();
  return caseNumber(year, last);
}

export const searchTextOf = (title: string, summary: string): string =>
  foldText(`${title}\n${summary}`).slice(0, 4_096);

function tidyTag(tag: string): string {
  const name = tag.normalize('NFC').trim().toLowerCase();
  if (name !== '' && name.length <= 64 && !/[\p{Cc}\p{Zl}\p{Zp},]/u.test(name)) return name;
  throw invalidCase('tags', 'a tag is 1 to 64 characters without commas');
}

async function addTags(trx: RegistryTransaction, caseId: string, tags: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(tags.map(tidyTag))];
  if (wanted.length === 0) return [];
  await trx
    .insertInto('case_tag')
    .values(wanted.map((tag) => ({ case_id: caseId, tag })))
    .onConflict((conflict) => conflict.columns(['case_id', 'tag']).doNothing())
    .execute();
  const rows = await trx.selectFrom('case_tag').select('tag').where('case_id', '=', caseId).execute();
  if (rows.length > CASE_LIMITS.tags) throw tooMany('tags', CASE_LIMITS.tags);
  return wanted;
}

/** An empty case with its number. */
export async function insertCase(
  trx: RegistryTransaction,
  id: string,
  wanted: Pick<CaseWanted, 'title' | 'summary' | 'severity' | 'class' | 'assignee' | 'dueMs' | 'drill'> & {
    agencyId: number;
  },
  { actor, nowMs }: { actor: string; nowMs: number },
): Promise<string> {
  const title = tidyLine('title', wanted.title, CASE_LIMITS.titleChars);
  const summary = (wanted.summary ?? '').normalize('NFC').trim();
  const number = await nextNumber(trx, nowMs);
  await trx
    .insertInto('case_file')
    .values({
      id,
      number,
      title,
      summary,
      lessons: null,
      text_agency_id: wanted.agencyId,
      agency_id: wanted.agencyId,
      severity: wanted.severity,
      severity_rank: severityRank(wanted.severity),
      class: wanted.class,
      state: 'open',
      closed: 0,
      outcome: null,
      close_reason: null,
      assignee: wanted.assignee ?? null,
      drill: wanted.drill === true ? 1 : 0,
      due_ms: wanted.dueMs ?? null,
      created_by: actor,
      created_ms: nowMs,
      updated_ms: nowMs,
      contained_ms: null,
      closed_ms: null,
      closed_by: null,
      merged_into: null,
      search_text: searchTextOf(title, summary),
      version: 0,
    })
    .execute();
  await trx
    .insertInto('case_agency')
    .values({ case_id: id, agency_id: wanted.agencyId, by_hand: 1 })
    .execute();
  return number;
}

/** @throws RefusalError agency-unknown, agency-ended, case-invalid, case-alert-elsewhere, alert-unknown */
export async function createCase(registry: Registry, wanted: CaseWanted, by: CaseBy): Promise<string> {
  const nowMs = registry.now();
  const id = registry.random(16).toString('hex');
  const { actor, scope } = by;
  await registry.db.transaction().execute(async (trx) => {
    const alerts = wanted.alertIds ?? [];
    const agencyId = wanted.agencyId ?? (await coverOfAlerts(trx, alerts, scope)) ?? wanted.ownAgencyId;
    if (!inScope(scope, agencyId)) throw unknownAgency(agencyId);
    if (wanted.agencyId !== undefined) await requireAgency(trx, agencyId);
    if (wanted.assignee !== undefined) await requirePerson(trx, 'assignee', wanted.assignee);
    const number = await insertCase(trx, id, { ...wanted, agencyId }, { actor, nowMs });
    await addTags(trx, id, wanted.tags ?? []);
    if (alerts.length > 0) await insertAlerts(trx, { id, number }, alerts, { actor, scope, nowMs });
    const cover = await settleAgencies(trx, id);
    await trx.updateTable('case_file').set({ text_agency_id: cover }).where('id', '=', id).execute();
    const detail = {
      number,
      severity: wanted.severity,
      class: wanted.class,
      drill: wanted.drill === true,
      alerts: alerts.length,
      ...(wanted.assignee === undefined ? {} : { assignee: wanted.assignee }),
    };
    await noteAct(trx, id, { actor, action: 'case.create', detail, nowMs });
    if (wanted.checklists !== undefined) {
      const row = await exactCase(trx, id, scope);
      await addChecklist(trx, row, wanted.checklists, { actor, nowMs });
    }
  });
  return id;
}

export interface CaseChange {
  title?: string | undefined;
  summary?: string | undefined;
  severity?: Severity | undefined;
  class?: CaseClass | undefined;
  state?: Exclude<CaseState, 'closed'> | undefined;
  assignee?: string | null | undefined;
  dueMs?: number | null | undefined;
  drill?: boolean | undefined;
  addTags?: readonly string[] | undefined;
  removeTags?: readonly string[] | undefined;
  addAgencyIds?: readonly number[] | undefined;
  removeAgencyIds?: readonly number[] | undefined;
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

/** What is so already changes nothing. @throws RefusalError as requireCase, case-invalid, agency-unknown */
export async function changeCase(
  registry: Registry,
  id: string,
  change: CaseChange,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    const { columns, changes } = await columnsOf(trx, row, change, nowMs);
    const tagsAdded = await addTags(trx, row.id, change.addTags ?? []);
    const tagsRemoved = (change.removeTags ?? []).map(tidyTag);
    if (tagsRemoved.length > 0)
      await trx
        .deleteFrom('case_tag')
        .where('case_id', '=', row.id)
        .where('tag', 'in', tagsRemoved)
        .execute();
    if (tagsAdded.length + tagsRemoved.length > 0) changes['tags'] = [tagsRemoved, tagsAdded];
    if (await changeAgencies(trx, row, change, by)) {
      changes['agencies'] = [change.removeAgencyIds ?? [], change.addAgencyIds ?? []];
    }
    if (Object.keys(changes).length === 0) return row.id;
    const cover = await settleAgencies(trx, row.id);
    if (Object.keys(columns).length > 0) {
      const texts = 'title' in columns || 'summary' in columns ? { text_agency_id: cover } : {};
      await trx
        .updateTable('case_file')
        .set({ ...columns, ...texts })
        .where('id', '=', row.id)
        .execute();
    }
    await noteAct(trx, row.id, { actor, action: 'case.change', detail: { changes }, nowMs });
    return row.id;
  });
}

async function columnsOf(trx: RegistryTransaction, row: CaseRow, change: CaseChange, nowMs: number) {
  const changes: Record<string, [unknown, unknown]> = {};
  const moved = <T>(field: string, before: T, after: T | undefined): after is T => {
    if (after === undefined || after === before) return false;
    changes[field] = [before, after];
    return true;
  };
  const title =
    change.title === undefined ? undefined : tidyLine('title', change.title, CASE_LIMITS.titleChars);
  const summary = change.summary?.normalize('NFC').trim();
  if (typeof change.assignee === 'string') await requirePerson(trx, 'assignee', change.assignee);
  const columns: Partial<Omit<CaseRow, 'id'>> & { search_text?: string } = {};
  if (moved('title', row.title, title)) columns.title = title;
  // Long texts are not written down twice.
  if (summary !== undefined && summary !== row.summary) {
    columns.summary = summary;
    changes['summary'] = [row.summary.length, summary.length];
  }
  if (columns.title !== undefined || columns.summary !== undefined)
    columns.search_text = searchTextOf(columns.title ?? row.title, columns.summary ?? row.summary);
  if (moved('severity', row.severity, change.severity)) {
    columns.severity = change.severity;
    columns.severity_rank = severityRank(change.severity);
  }
  if (moved('class', row.class, change.class)) columns.class = change.class;
  if (moved<CaseState>('state', row.state, change.state)) {
    columns.state = change.state;
    if (change.state === 'contained') columns.contained_ms = row.contained_ms ?? nowMs;
  }
  if (moved('assignee', row.assignee, change.assignee)) columns.assignee = change.assignee;
  if (change.dueMs !== undefined && change.dueMs !== row.due_ms) {
    columns.due_ms = change.dueMs;
    changes['dueAt'] = [isoOrNull(row.due_ms), isoOrNull(change.dueMs)];
  }
  if (moved('drill', row.drill === 1, change.drill)) columns.drill = change.drill ? 1 : 0;
  return { columns, changes };
}

async function changeAgencies(
  trx: RegistryTransaction,
  row: CaseRow,
  { addAgencyIds = [], removeAgencyIds = [] }: CaseChange,
  { scope }: CaseBy,
): Promise<boolean> {
  for (const agencyId of addAgencyIds) {
    if (!inScope(scope, agencyId)) throw unknownAgency(agencyId);
    await requireAgency(trx, agencyId);
    await trx
      .insertInto('case_agency')
      .values({ case_id: row.id, agency_id: agencyId, by_hand: 1 })
      .onConflict((conflict) => conflict.columns(['case_id', 'agency_id']).doUpdateSet({ by_hand: 1 }))
      .execute();
  }
  if (removeAgencyIds.length > 0) {
    await trx
      .updateTable('case_agency')
      .set({ by_hand: 0 })
      .where('case_id', '=', row.id)
      .where('agency_id', 'in', removeAgencyIds)
      .execute();
    const left = await trx
      .selectFrom('case_agency')
      .select('agency_id')
      .where('case_id', '=', row.id)
      .where('by_hand', '=', 1)
      .execute();
    if (left.length === 0)
      throw invalidCase('removeAgencyIds', 'a case keeps at least one agency that a person named');
  }
  return addAgencyIds.length + removeAgencyIds.length > 0;
}

export interface Closing {
  outcome: CaseOutcome;
  reason: string;
  lessons?: string | undefined;
}

/** @throws RefusalError as requireCase, case-clock-running, case-invalid */
export async function closeCase(
  registry: Registry,
  id: string,
  closing: Closing,
  by: CaseBy,
): Promise<CaseRow> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    await requireNoRunningClock(trx, row);
    const reason = tidyText('reason', closing.reason, CASE_LIMITS.reasonChars);
    const lessons = (closing.lessons ?? '').normalize('NFC').trim();
    if (closing.outcome === 'incident' && row.drill === 0 && lessons === '')
      throw invalidCase('lessons', 'an incident is closed with what was learned of it');
    if (closing.outcome === 'incident') await requireComplete(trx, row);
    await trx
      .updateTable('case_file')
      .set({
        state: 'closed',
        closed: 1,
        outcome: closing.outcome,
        close_reason: reason,
        lessons: lessons === '' ? null : lessons,
        closed_ms: nowMs,
        closed_by: by.actor,
        text_agency_id: row.agency_id,
      })
      .where('id', '=', row.id)
      .execute();
    const detail = { from: row.state, outcome: closing.outcome, reason };
    await noteAct(trx, row.id, { actor: by.actor, action: 'case.close', detail, nowMs });
    return exactCase(trx, row.id, by.scope);
  });
}

/** @throws RefusalError as requireCase, case-invalid when it is not closed */
export async function reopenCase(
  registry: Registry,
  id: string,
  reason: string,
  by: CaseBy,
): Promise<CaseRow> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole', { closed: true });
    if (row.state !== 'closed') throw invalidCase('state', `case ${row.number} is not closed`);
    const said = tidyText('reason', reason, CASE_LIMITS.reasonChars);
    await trx
      .updateTable('case_file')
      .set({
        state: 'in-progress',
        closed: 0,
        outcome: null,
        close_reason: null,
        closed_ms: null,
        closed_by: null,
      })
      .where('id', '=', row.id)
      .execute();
    const detail = { reason: said, outcome: row.outcome, closedReason: row.close_reason };
    await noteAct(trx, row.id, { actor: by.actor, action: 'case.reopen', detail, nowMs });
    return exactCase(trx, row.id, by.scope);
  });
}

/** A watcher is one's own affair: it moves no version. @throws RefusalError as requireCase */
export async function watchCase(
  registry: Registry,
  id: string,
  { username, watches }: { username: string; watches: boolean },
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part', { closed: true });
    if (watches) await addWatchers(trx, row.id, [username], nowMs);
    else
      await trx
        .deleteFrom('case_watcher')
        .where('case_id', '=', row.id)
        .where('username', '=', username)
        .execute();
    return row.id;
  });
}

export async function addWatchers(
  trx: RegistryTransaction,
  caseId: string,
  usernames: readonly string[],
  nowMs: number,
): Promise<void> {
  if (usernames.length === 0) return;
  const { count } = await trx
    .selectFrom('case_watcher')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  if (count + usernames.length > CASE_LIMITS.watchers) throw tooMany('watchers', CASE_LIMITS.watchers);
  await trx
    .insertInto('case_watcher')
    .values(usernames.map((username) => ({ case_id: caseId, username, since_ms: nowMs })))
    .onConflict((conflict) => conflict.columns(['case_id', 'username']).doNothing())
    .execute();
}
