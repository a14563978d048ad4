/** Hosts, users, indicators and systems that a case is about, and kept copies of events, which retention does not take. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { CASE_LIMITS, type IndicatorType, type ItemKind } from '../../case/case-words.ts';
import { tidyIndicator } from '../../case/indicator-value.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import { agencyOfPart } from './part-agency.ts';
import { invalidCase, noteAct, settleAgencies, tidyLine, tooMany } from './write-case.ts';

export interface ItemWanted {
  kind: ItemKind;
  /** Of indicators; else left out. */
  type?: IndicatorType | undefined;
  value: string;
  note?: string | undefined;
  agencyId?: number | undefined;
}

/** What it is called, and whose it is, where the control plane knows. */
async function resolve(
  trx: RegistryTransaction,
  { kind, type, value }: ItemWanted,
  scope: AgencyScope,
): Promise<{ value: string; type: string; label: string; agencyId: number | undefined }> {
  if (kind === 'indicator') {
    if (type === undefined) throw invalidCase('type', 'say what kind of indicator it is');
    const tidy = tidyIndicator(type, value);
    if (tidy === undefined) throw invalidCase('value', `this is no ${type}: ${value.slice(0, 64)}`);
    return { value: tidy, type, label: '', agencyId: undefined };
  }
  if (type !== undefined) throw invalidCase('type', 'only indicators have a type');
  const plain = tidyLine('value', value, CASE_LIMITS.valueChars);
  if (kind === 'host') {
    const agent = await trx
      .selectFrom('agent')
      .select(['id', 'hostname', 'agency_id'])
      .where('id', '=', plain)
      .executeTakeFirst();
    if (agent !== undefined && inScope(scope, agent.agency_id))
      return { value: agent.id, type: '', label: agent.hostname, agencyId: agent.agency_id };
    return { value: plain, type: '', label: plain, agencyId: undefined };
  }
  if (kind === 'user') return { value: plain.toLowerCase(), type: '', label: '', agencyId: undefined };
  const system = /^\d{1,9}$/.test(plain)
    ? await trx
        .selectFrom('information_system')
        .select(['id', 'name', 'owner_agency_id'])
        .where('id', '=', Number(plain))
        .executeTakeFirst()
    : undefined;
  if (system === undefined || !inScope(scope, system.owner_agency_id))
    throw new RefusalError(
      'system-unknown',
      plain,
      `there is no system ${plain}; "vonggac system list" shows them`,
    );
  return { value: String(system.id), type: '', label: system.name, agencyId: system.owner_agency_id };
}

/** What is in it already stays. @throws RefusalError as requireCase, case-invalid, case-limit, system-unknown */
export async function addItems(
  registry: Registry,
  id: string,
  wanted: readonly ItemWanted[],
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor, scope } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const { count } = await trx
      .selectFrom('case_item')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    if (count + wanted.length > CASE_LIMITS.items) throw tooMany('items', CASE_LIMITS.items);
    for (const one of wanted) await addItem(trx, row, one, { actor, scope, nowMs });
    await settleAgencies(trx, row.id);
    return row.id;
  });
}

async function addItem(
  trx: RegistryTransaction,
  row: CaseRow,
  wanted: ItemWanted,
  { actor, scope, nowMs }: { actor: string; scope: AgencyScope; nowMs: number },
): Promise<void> {
  const known = await resolve(trx, wanted, scope);
  const agencyId = known.agencyId ?? (await agencyOfPart(trx, row, wanted.agencyId, scope));
  const item = await trx
    .insertInto('case_item')
    .values({
      case_id: row.id,
      agency_id: agencyId,
      kind: wanted.kind,
      type: known.type,
      value: known.value,
      label: known.label,
      note: (wanted.note ?? '').normalize('NFC').trim(),
      added_by: actor,
      added_ms: nowMs,
    })
    .onConflict((conflict) => conflict.columns(['case_id', 'kind', 'type', 'value']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (item === undefined) return;
  // A person's name under a name that says so: it is masked where it is read.
  const named = wanted.kind === 'user' ? { user: known.value } : { type: known.type, value: known.value };
  const detail = { item: item.id, kind: wanted.kind, ...named };
  await noteAct(trx, row.id, { actor, action: 'case.add-item', agencyId, detail, nowMs });
}

/** @throws RefusalError as requireCase, case-part-unknown */
export async function removePart(
  registry: Registry,
  id: string,
  part: { table: 'case_item' | 'case_event'; id: number },
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const found = await trx
      .selectFrom(part.table)
      .select('agency_id')
      .where('id', '=', part.id)
      .where('case_id', '=', row.id)
      .executeTakeFirst();
    if (found === undefined || !inScope(by.scope, found.agency_id))
      throw new RefusalError(
        'case-part-unknown',
        String(part.id),
        `case ${row.number} has no such part ${part.id}`,
      );
    await trx.deleteFrom(part.table).where('id', '=', part.id).execute();
    const action = part.table === 'case_item' ? 'case.remove-item' : 'case.remove-event';
    const detail = { part: part.id };
    await noteAct(trx, row.id, { actor: by.actor, action, agencyId: found.agency_id, detail, nowMs });
    await settleAgencies(trx, row.id);
    return row.id;
  });
}

export async function listItems(db: RegistryDb, caseId: string, scope: AgencyScope) {
  let select = db
    .selectFrom('case_item')
    .select([
      'id',
      'agency_id as agencyId',
      'kind',
      'type',
      'value',
      'label',
      'note',
      'added_by as addedBy',
      'added_ms as addedMs',
    ])
    .where('case_id', '=', caseId)
    .orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return select.execute();
}

/** An event as it is shown, to be kept. */
export interface KeptEvent {
  id: string;
  timeMs: number;
  agencyId: number;
  hostname: string;
  shown: unknown;
}

/** Those that are kept already stay. @throws RefusalError as requireCase, case-limit, case-invalid for one that is too large */
export async function keepEvents(
  registry: Registry,
  id: string,
  events: readonly KeptEvent[],
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const before = await trx
      .selectFrom('case_event')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        sql<number>`cast(coalesce(sum(bytes), 0) as bigint)`.as('bytes'),
      ])
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    let bytes = before.bytes;
    if (before.count + events.length > CASE_LIMITS.events) throw tooMany('events', CASE_LIMITS.events);
    for (const event of events) {
      const text = JSON.stringify(event.shown);
      const size = Buffer.byteLength(text);
      bytes += size;
      if (size > CASE_LIMITS.eventBytes)
        throw invalidCase(
          'eventIds',
          `event ${event.id} has ${size} bytes: at most ${CASE_LIMITS.eventBytes} are kept`,
        );
      if (bytes > CASE_LIMITS.eventsBytes) throw tooMany('bytes of events', CASE_LIMITS.eventsBytes);
      const kept = await trx
        .insertInto('case_event')
        .values({
          case_id: row.id,
          agency_id: event.agencyId,
          event_id: event.id,
          time_ms: event.timeMs,
          hostname: event.hostname,
          event: text,
          sha256: createHash('sha256').update(text).digest('hex'),
          bytes: size,
          added_by: actor,
          added_ms: nowMs,
        })
        .onConflict((conflict) => conflict.columns(['case_id', 'event_id']).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (kept === undefined) continue;
      const { agencyId } = event;
      await noteAct(trx, row.id, {
        actor,
        action: 'case.keep-event',
        agencyId,
        detail: { event: event.id },
        nowMs,
      });
    }
    await settleAgencies(trx, row.id);
    return row.id;
  });
}

/** The oldest first. */
export async function listKeptEvents(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
  page: { limit: number; afterId?: number | undefined },
) {
  let select = db
    .selectFrom('case_event')
    .select([
      'id',
      'agency_id as agencyId',
      'event_id as eventId',
      'time_ms as timeMs',
      'event',
      'sha256',
      'added_by as addedBy',
      'added_ms as addedMs',
    ])
    .where('case_id', '=', caseId)
    .orderBy('id')
    .limit(page.limit);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (page.afterId !== undefined) select = select.where('id', '>', page.afterId);
  return select.execute();
}
