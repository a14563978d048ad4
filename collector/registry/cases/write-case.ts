/**
 * What every act on a case ends with, in its transaction: the agencies that it touches, its version, its history and the audit
 * trail. Invariant: what covers a case follows from what is in it, so nobody has to say it and nothing is left uncovered.
 */
import { pathOf } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface CaseAct {
  actor: string;
  /** e.g. `case.note`. */
  action: string;
  detail?: Record<string, unknown> | undefined;
  /** Whose affair it is; what covers the case by default. */
  agencyId?: number | undefined;
  nowMs: number;
}

export function invalidCase(field: string, message: string): RefusalError {
  return new RefusalError('case-invalid', field, message);
}

export function tooMany(what: string, limit: number): RefusalError {
  return new RefusalError('case-limit', what, `a case holds at most ${limit} ${what}`);
}

/** The nearest agency that all of them stand below; of one, itself. */
export async function coveringAgency(
  db: RegistryDb,
  agencyIds: readonly number[],
): Promise<number | undefined> {
  let common: number[] | undefined;
  for (const id of agencyIds) {
    const path = await pathOf(db, id);
    common = common === undefined ? path : common.filter((one) => path.includes(one));
  }
  return common?.[0];
}

const PARTS = [
  'case_item',
  'case_event',
  'case_task',
  'case_note',
  'case_entry',
  'case_attachment',
  'case_clock',
] as const;

/** Agencies of everything that lies in the case. */
async function agenciesInside(db: RegistryDb, caseId: string): Promise<Set<number>> {
  const found = new Set<number>();
  const alerts = await db
    .selectFrom('case_alert')
    .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
    .select('alert.agency_id')
    .distinct()
    .where('case_alert.case_id', '=', caseId)
    .execute();
  for (const { agency_id: id } of alerts) found.add(id);
  for (const table of PARTS) {
    const rows = await db
      .selectFrom(table)
      .select('agency_id')
      .distinct()
      .where('case_id', '=', caseId)
      .execute();
    for (const { agency_id: id } of rows) found.add(id);
  }
  return found;
}

/** Brings `case_agency` and what covers the case in line with what is in it. @returns what covers it now */
export async function settleAgencies(trx: RegistryTransaction, caseId: string): Promise<number> {
  const known = await trx
    .selectFrom('case_agency')
    .select(['agency_id', 'by_hand'])
    .where('case_id', '=', caseId)
    .execute();
  const inside = await agenciesInside(trx, caseId);
  const hand = new Set(known.filter(({ by_hand: byHand }) => byHand === 1).map(({ agency_id: id }) => id));
  const gone = known
    .filter(({ agency_id: id }) => !hand.has(id) && !inside.has(id))
    .map(({ agency_id: id }) => id);
  if (gone.length > 0) {
    await trx
      .deleteFrom('case_agency')
      .where('case_id', '=', caseId)
      .where('agency_id', 'in', gone)
      .execute();
  }
  const have = new Set(known.map(({ agency_id: id }) => id));
  const fresh = [...inside].filter((id) => !have.has(id));
  if (fresh.length > 0) {
    await trx
      .insertInto('case_agency')
      .values(fresh.map((id) => ({ case_id: caseId, agency_id: id, by_hand: 0 })))
      .execute();
  }
  const cover = await coveringAgency(trx, [...hand, ...inside]);
  const { agency_id: before } = await trx
    .selectFrom('case_file')
    .select('agency_id')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow();
  if (cover === undefined || cover === before) return before;
  await trx.updateTable('case_file').set({ agency_id: cover }).where('id', '=', caseId).execute();
  return cover;
}

/** One more version, a row of history and an entry of the audit trail. */
export async function noteAct(trx: RegistryTransaction, caseId: string, act: CaseAct): Promise<void> {
  const { actor, action, nowMs, detail = {} } = act;
  const {
    version,
    agency_id: cover,
    number,
  } = await trx
    .updateTable('case_file')
    .set((eb) => ({ updated_ms: nowMs, version: eb('version', '+', 1) }))
    .where('id', '=', caseId)
    .returning(['version', 'agency_id', 'number'])
    .executeTakeFirstOrThrow();
  const agencyId = act.agencyId ?? cover;
  await trx
    .insertInto('case_act')
    .values({
      case_id: caseId,
      agency_id: agencyId,
      version,
      at_ms: nowMs,
      actor,
      action,
      detail: JSON.stringify(detail),
    })
    .execute();
  await writeAudit(trx, nowMs, { actor, action, target: `case:${number}`, agencyId, detail });
}

/** @throws RefusalError case-invalid for nobody, or somebody who may not sign in */
export async function requirePerson(db: RegistryDb, field: string, username: string): Promise<void> {
  const user = await db
    .selectFrom('user_account')
    .select('disabled_ms')
    .where('username', '=', username)
    .executeTakeFirst();
  if (user === undefined || user.disabled_ms !== null)
    throw invalidCase(field, `there is no user ${username} who could sign in`);
}

/** Text as it is kept. @throws RefusalError case-invalid */
export function tidyText(field: string, text: string, charsMax: number): string {
  const said = text.normalize('NFC').trim();
  if (said === '' || said.length > charsMax)
    throw invalidCase(field, `\`${field}\` is 1 to ${charsMax} characters of text`);
  return said;
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** One line of text. @throws RefusalError case-invalid */
export function tidyLine(field: string, text: string, charsMax: number): string {
  const said = tidyText(field, text, charsMax);
  if (CONTROL.test(said)) throw invalidCase(field, `\`${field}\` is one line, without control characters`);
  return said;
}
