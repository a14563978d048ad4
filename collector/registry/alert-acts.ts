/**
 * What people do to one alert. Invariants: each act is one transaction with its row of the alert's history and of the audit
 * trail; the version grows with it; who names a version changes nothing when it has moved on; what is outside the scope is
 * not there.
 */
import { FOLD, gathers } from '../alert/alert-draft.ts';
import { ALERT_LIMITS, type AlertVerdict } from '../api/contract-alerts.ts';
import type { AlertState } from '../api/contract.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import { type AlertChanges, writeHistories, writeHistory } from './alert-history.ts';
import { writeAudit } from './audit.ts';
import { calledPeople } from './called-people.ts';
import type { Registry, RegistryTransaction } from './database.ts';
import { isoTime } from './iso-time.ts';
import { RefusalError } from './refusal.ts';

export interface AlertChange {
  state?: AlertState | undefined;
  /** Asked for with `closed`, and with nothing else. */
  verdict?: AlertVerdict | undefined;
  /** The alert that this one is a duplicate of. */
  duplicateOf?: string | undefined;
  reason?: string | undefined;
  /** A user name; null to give it back. */
  assignee?: string | null | undefined;
  addTags?: readonly string[] | undefined;
  removeTags?: readonly string[] | undefined;
  dueMs?: number | null | undefined;
}

export interface AlertActor {
  /** As in the audit trail, e.g. `user:an`. */
  actor: string;
  scope: AgencyScope;
  /** The version that the act was made for. */
  version?: number | undefined;
}

const FIELDS = [
  'id',
  'kind',
  'agency_id',
  'state',
  'verdict',
  'duplicate_of',
  'assignee',
  'due_ms',
  'version',
  'acknowledged_ms',
] as const;

function unknownAlert(id: string): RefusalError {
  return new RefusalError('alert-unknown', id, `there is no alert ${id}; "vonggac alert list" shows them`);
}

function invalid(field: string, message: string): RefusalError {
  return new RefusalError('alert-invalid', field, message);
}

async function requireAlert(trx: RegistryTransaction, id: string, { scope, version }: AlertActor) {
  const row = await trx.selectFrom('alert').select(FIELDS).where('id', '=', id).executeTakeFirst();
  if (row === undefined || !inScope(scope, row.agency_id)) throw unknownAlert(id);
  if (version !== undefined && version !== row.version) {
    const said = `alert ${id} is at version ${row.version} and not ${version} any more: read it again`;
    throw new RefusalError('alert-changed', id, said);
  }
  return row;
}

type Row = Awaited<ReturnType<typeof requireAlert>>;

/** @throws RefusalError alert-invalid */
export function checkChange({ state, verdict, duplicateOf, reason }: AlertChange): void {
  if (state === 'closed') {
    if (verdict === undefined) throw invalid('verdict', 'say what it was: closing takes a verdict');
    if (reason === undefined || reason.trim() === '')
      throw invalid('reason', 'say why: closing takes a reason');
  } else if (verdict !== undefined) throw invalid('verdict', 'a verdict goes with closing the alert');
  if ((verdict === 'duplicate') !== (duplicateOf !== undefined)) {
    throw invalid(
      'duplicateOf',
      'a duplicate names the alert that it is a duplicate of, and nothing else does',
    );
  }
}

async function requireOriginal(
  trx: RegistryTransaction,
  id: string,
  of: string,
  scope: AgencyScope,
): Promise<void> {
  const original = await trx
    .selectFrom('alert')
    .select(['agency_id', 'duplicate_of'])
    .where('id', '=', of)
    .executeTakeFirst();
  if (id === of || original === undefined || !inScope(scope, original.agency_id)) {
    throw invalid('duplicateOf', `there is no other alert ${of}`);
  }
  if (original.duplicate_of !== null) {
    throw invalid(
      'duplicateOf',
      `alert ${of} is itself a duplicate of ${original.duplicate_of}: name that one`,
    );
  }
}

/** @throws RefusalError alert-invalid for nobody, or somebody who may not sign in */
export async function requireAssignee(trx: RegistryTransaction, username: string): Promise<void> {
  const user = await trx
    .selectFrom('user_account')
    .select('disabled_ms')
    .where('username', '=', username)
    .executeTakeFirst();
  if (user === undefined || user.disabled_ms !== null) {
    throw invalid('assignee', `there is no user ${username} who could take it`);
  }
}

/** The columns that the change sets, and what it is in the history. */
export function columnsOf(
  row: Pick<Row, 'state' | 'verdict' | 'duplicate_of' | 'assignee' | 'due_ms' | 'acknowledged_ms'>,
  change: AlertChange,
  actor: string,
  nowMs: number,
) {
  const changes: AlertChanges = {};
  const note = (field: string, before: unknown, after: unknown): boolean => {
    if (before === after) return false;
    changes[field] = [before, after];
    return true;
  };
  const { state = row.state, verdict = null, duplicateOf = null, assignee, dueMs } = change;
  const moved = change.state !== undefined;
  if (moved) {
    note('state', row.state, state);
    note('verdict', row.verdict, verdict);
    note('duplicateOf', row.duplicate_of, duplicateOf);
  }
  const assigned = assignee !== undefined && note('assignee', row.assignee, assignee);
  const due = dueMs !== undefined && note('dueAt', isoOrNull(row.due_ms), isoOrNull(dueMs));
  const columns = {
    ...(moved
      ? {
          state,
          closed: state === 'closed' ? 1 : 0,
          closed_ms: state === 'closed' ? nowMs : null,
          verdict,
          duplicate_of: duplicateOf,
          state_by: actor,
          state_reason: change.reason ?? null,
          acknowledged_ms: row.acknowledged_ms ?? (state === 'new' ? null : nowMs),
        }
      : {}),
    ...(assigned ? { assignee } : {}),
    // What somebody has taken up stands for itself, also in the list.
    ...(assigned || (moved && state !== 'closed') ? { fold: FOLD.none } : {}),
    ...(due ? { due_ms: dueMs } : {}),
  };
  return { columns, changes };
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

/** A person's tag as it is kept. @throws RefusalError alert-invalid */
export function ownTag(tag: string): string {
  const name = tag.normalize('NFC').trim().toLowerCase();
  if (name !== '' && name.length <= ALERT_LIMITS.tagChars && !/[\p{Cc}\p{Zl}\p{Zp},]/u.test(name))
    return name;
  throw invalid('tags', `a tag is 1 to ${ALERT_LIMITS.tagChars} characters without commas`);
}

async function changeTags(
  trx: RegistryTransaction,
  id: string,
  { addTags = [], removeTags = [] }: AlertChange,
): Promise<AlertChanges> {
  if (addTags.length === 0 && removeTags.length === 0) return {};
  const rows = await trx.selectFrom('alert_tag').select(['tag', 'own']).where('alert_id', '=', id).execute();
  const known = new Set(rows.map(({ tag }) => tag));
  const before = rows.filter(({ own }) => own === 1).map(({ tag }) => tag);
  const removed = new Set(removeTags.map(ownTag).filter((tag) => before.includes(tag)));
  const added = [...new Set(addTags.map(ownTag))].filter((tag) => !known.has(tag) && !removed.has(tag));
  const after = [...before.filter((tag) => !removed.has(tag)), ...added].toSorted();
  if (after.length > ALERT_LIMITS.tagsMax) {
    throw invalid('tags', `an alert has at most ${ALERT_LIMITS.tagsMax} tags of people`);
  }
  if (removed.size > 0) {
    await trx
      .deleteFrom('alert_tag')
      .where('alert_id', '=', id)
      .where('tag', 'in', [...removed])
      .execute();
  }
  if (added.length > 0) {
    await trx
      .insertInto('alert_tag')
      .values(added.map((tag) => ({ alert_id: id, tag, own: 1 })))
      .execute();
  }
  return removed.size + added.length === 0 ? {} : { tags: [before.toSorted(), after] };
}

/**
 * Changes what is given of an alert; what is so already changes nothing. An alert of the fleet that is closed takes those
 * with it that are folded into it and that nobody has touched.
 * @returns ids of the alerts that changed
 * @throws RefusalError alert-unknown, alert-changed, alert-invalid
 */
export async function changeAlert(
  registry: Registry,
  id: string,
  change: AlertChange,
  by: AlertActor,
): Promise<string[]> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireAlert(trx, id, by);
    checkChange(change);
    if (change.duplicateOf !== undefined) await requireOriginal(trx, id, change.duplicateOf, by.scope);
    if (typeof change.assignee === 'string') await requireAssignee(trx, change.assignee);
    const { columns, changes: own } = columnsOf(row, change, by.actor, nowMs);
    const changes = { ...own, ...(await changeTags(trx, id, change)) };
    if (Object.keys(changes).length === 0) return [];
    const action = 'state' in changes ? 'alert.state' : 'alert.change';
    await trx
      .updateTable('alert')
      .set((eb) => ({ ...columns, updated_ms: nowMs, version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .execute();
    const act = { actor: by.actor, action, changes, reason: change.reason };
    await writeHistory(trx, nowMs, { alertId: id, ...act });
    const folded =
      change.state === 'closed' && gathers(row.kind) ? await closeFolded(trx, id, change, by, nowMs) : [];
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action,
      target: `alert:${id}`,
      agencyId: row.agency_id,
      detail: {
        ...('state' in changes ? { from: row.state, to: change.state } : {}),
        changes,
        reason: change.reason ?? '',
        ...(folded.length > 0 ? { folded: folded.length } : {}),
      },
    });
    return [id, ...folded];
  });
}

/** Folded alerts, and those folded into these, that nobody has touched. */
async function closeFolded(
  trx: RegistryTransaction,
  id: string,
  change: AlertChange,
  { actor }: AlertActor,
  nowMs: number,
): Promise<string[]> {
  const ids: string[] = [];
  let fleets = [id];
  while (fleets.length > 0) {
    const closed = await trx
      .updateTable('alert')
      .set((eb) => ({
        state: 'closed',
        closed: 1,
        closed_ms: nowMs,
        verdict: change.verdict ?? null,
        duplicate_of: change.duplicateOf ?? null,
        state_by: actor,
        state_reason: change.reason ?? null,
        updated_ms: nowMs,
        version: eb('version', '+', 1),
      }))
      .where('fleet_id', 'in', fleets)
      .where('state', '=', 'new')
      .where('assignee', 'is', null)
      .returning(['id', 'kind'])
      .execute();
    if (closed.length === 0) break;
    const changes: AlertChanges = { state: ['new', 'closed'], verdict: [null, change.verdict ?? null] };
    const act = { actor, action: 'alert.state', changes, reason: change.reason };
    await writeHistories(
      trx,
      nowMs,
      closed.map(({ id: alertId }) => ({ ...act, alertId })),
    );
    ids.push(...closed.map((one) => one.id));
    fleets = closed.filter(({ kind }) => gathers(kind)).map((one) => one.id);
  }
  return ids;
}

/** Who is called in it watches the alert from then on. @throws RefusalError alert-unknown, alert-invalid */
export async function addNote(registry: Registry, id: string, text: string, by: AlertActor): Promise<number> {
  const said = text.normalize('NFC').trim();
  if (said === '' || said.length > ALERT_LIMITS.noteChars) {
    throw invalid('text', `a note is 1 to ${ALERT_LIMITS.noteChars} characters`);
  }
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await requireAlert(trx, id, by);
    const note = await trx
      .insertInto('alert_note')
      .values({ alert_id: id, at_ms: nowMs, author: by.actor, text: said })
      .returning('id')
      .executeTakeFirstOrThrow();
    const mentions = await calledPeople(trx, said);
    if (mentions.length > 0) {
      await trx
        .insertInto('alert_watcher')
        .values(mentions.map((username) => ({ alert_id: id, username, since_ms: nowMs })))
        .onConflict((conflict) => conflict.columns(['alert_id', 'username']).doNothing())
        .execute();
    }
    const called: AlertChanges = mentions.length === 0 ? {} : { mentions: [[], mentions] };
    const changes = { note: [null, note.id], ...called } satisfies AlertChanges;
    await touch(trx, id, nowMs, by.actor, { action: 'alert.note', changes });
    return note.id;
  });
}

/** Whoever watches an alert is told of it. @returns whether that changed anything @throws RefusalError alert-unknown */
export async function watchAlert(
  registry: Registry,
  id: string,
  watcher: { username: string; watches: boolean },
  by: AlertActor,
): Promise<boolean> {
  const { username, watches } = watcher;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await requireAlert(trx, id, by);
    if (watches) await requireAssignee(trx, username);
    const done = watches
      ? await trx
          .insertInto('alert_watcher')
          .values({ alert_id: id, username, since_ms: nowMs })
          .onConflict((conflict) => conflict.columns(['alert_id', 'username']).doNothing())
          .executeTakeFirst()
          .then(({ numInsertedOrUpdatedRows }) => numInsertedOrUpdatedRows)
      : await trx
          .deleteFrom('alert_watcher')
          .where('alert_id', '=', id)
          .where('username', '=', username)
          .executeTakeFirst()
          .then(({ numDeletedRows }) => numDeletedRows);
    if ((done ?? 0n) === 0n) return false;
    const action = watches ? 'alert.watch' : 'alert.unwatch';
    await touch(trx, id, nowMs, by.actor, {
      action,
      changes: { watcher: watches ? [null, username] : [username, null] },
    });
    return true;
  });
}

async function touch(
  trx: RegistryTransaction,
  id: string,
  nowMs: number,
  actor: string,
  act: { action: string; changes: AlertChanges },
): Promise<void> {
  await trx
    .updateTable('alert')
    .set((eb) => ({ updated_ms: nowMs, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await writeHistory(trx, nowMs, { alertId: id, actor, ...act });
  await writeAudit(trx, nowMs, {
    actor,
    action: act.action,
    target: `alert:${id}`,
    detail: { ...act.changes },
  });
}

export interface AlertNote {
  id: number;
  atMs: number;
  author: string;
  text: string;
}

/** Oldest first. @throws RefusalError alert-unknown */
export async function listNotes(registry: Registry, id: string, scope: AgencyScope): Promise<AlertNote[]> {
  const alert = await registry.db
    .selectFrom('alert')
    .select('agency_id')
    .where('id', '=', id)
    .executeTakeFirst();
  if (alert === undefined || !inScope(scope, alert.agency_id)) throw unknownAlert(id);
  return registry.db
    .selectFrom('alert_note')
    .select(['id', 'at_ms as atMs', 'author', 'text'])
    .where('alert_id', '=', id)
    .orderBy('id')
    .limit(NOTES_MAX)
    .execute();
}

const NOTES_MAX = 1_000;
