/**
 * Legal identity codes of agencies over time. Invariants: on no day has an agency two codes of one form, and on no day
 * have two agencies one code. A code is looked up by the day, never a key.
 */
import { checkCode } from '../agency/agency-code.ts';
import { type DaySpan, holdsOn, overlap } from '../agency/legal-day.ts';
import { type AgencyScope, inScope, readAgency, requireAgency } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AgencyCodeForm } from './tables/agency.ts';

export interface AgencyCode extends DaySpan {
  id: number;
  agencyId: number;
  form: AgencyCodeForm;
  code: string;
}

function codeRows(db: RegistryDb) {
  return db
    .selectFrom('agency_code')
    .select(['id', 'agency_id as agencyId', 'form', 'code', 'valid_from as from', 'valid_to as to']);
}

/** By form, oldest first. */
export async function listCodes(db: RegistryDb, agencyIds?: readonly number[]): Promise<AgencyCode[]> {
  let select = codeRows(db).orderBy('form').orderBy('id');
  if (agencyIds !== undefined) select = select.where('agency_id', 'in', agencyIds);
  return agencyIds?.length === 0 ? [] : select.execute();
}

export interface CodeWanted {
  code: string;
  /** The form that the code has by default. */
  form?: AgencyCodeForm | undefined;
  /** First day it holds. */
  from?: string | undefined;
  /** First day it no longer holds. */
  to?: string | undefined;
  /** The agency's code of that form that holds until then ends on `from`. */
  replaces?: boolean | undefined;
}

const span = ({ from, to }: DaySpan): string => `${from ?? '…'} – ${to ?? '…'}`;

/**
 * As part of a larger act; the caller writes the audit trail.
 * @throws RefusalError code-invalid, code-overlap, date-invalid
 */
export async function insertCode(
  trx: RegistryDb,
  agencyId: number,
  wanted: CodeWanted,
  changeId: number | null = null,
): Promise<AgencyCode> {
  const checked = checkCode(wanted.code, wanted.form);
  if (!checked.ok) throw new RefusalError('code-invalid', wanted.code, checked.message);
  const { code, form } = checked;
  const { from = null, to = null, replaces = false } = wanted;
  if (from !== null && to !== null && to <= from) {
    throw new RefusalError(
      'date-invalid',
      to,
      `code ${code} would end on ${to}, before it begins on ${from}`,
    );
  }
  const wantedSpan = { from, to };
  const same = await codeRows(trx).where('code', '=', code).where('form', '=', form).execute();
  const taken = same.find((other) => other.agencyId !== agencyId && overlap(other, wantedSpan));
  if (taken !== undefined) {
    const said = `code ${code} is agency ${taken.agencyId}'s in ${span(taken)}: two agencies cannot have it on one day`;
    throw new RefusalError('code-overlap', code, said);
  }
  const own = await codeRows(trx).where('agency_id', '=', agencyId).where('form', '=', form).execute();
  for (const other of own.filter((one) => overlap(one, wantedSpan))) {
    const canEnd = replaces && from !== null && other.to === null && (other.from ?? '') < from;
    if (!canEnd) {
      const said = `agency ${agencyId} has the ${form} code ${other.code} in ${span(other)}: end that one first`;
      throw new RefusalError('code-overlap', code, said);
    }
    await trx
      .updateTable('agency_code')
      .set({ valid_to: from, ended_by: changeId })
      .where('id', '=', other.id)
      .execute();
  }
  const { id } = await trx
    .insertInto('agency_code')
    .values({ agency_id: agencyId, form, code, valid_from: from, valid_to: to, begun_by: changeId })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, agencyId, form, code, from, to };
}

export interface CodeAct {
  actor: string;
  scope: AgencyScope;
}

/** @throws RefusalError agency-unknown, agency-ended, code-invalid, code-overlap, date-invalid */
export async function addCode(
  registry: Registry,
  agencyId: number,
  wanted: CodeWanted,
  { actor, scope }: CodeAct,
): Promise<AgencyCode> {
  return registry.db.transaction().execute(async (trx) => {
    const agency = await readAgency(trx, agencyId, scope);
    // A code that held in the past is put on record for agencies that have ended, too.
    if (wanted.to === undefined) await requireAgency(trx, agency.id);
    const added = await insertCode(trx, agencyId, wanted);
    const { form, code, from, to } = added;
    const detail = { form, code, from, to, replaces: wanted.replaces ?? false };
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'agency-code.add',
      target: `agency:${agencyId}`,
      detail,
    });
    return added;
  });
}

async function requireCode(
  trx: RegistryDb,
  agencyId: number,
  codeId: number,
  scope: AgencyScope,
): Promise<AgencyCode> {
  await readAgency(trx, agencyId, scope);
  const code = await codeRows(trx)
    .where('id', '=', codeId)
    .where('agency_id', '=', agencyId)
    .executeTakeFirst();
  if (code !== undefined) return code;
  throw new RefusalError('code-unknown', String(codeId), `agency ${agencyId} has no code ${codeId}`);
}

/** The code no longer holds from a day on. @throws RefusalError code-unknown, date-invalid */
export async function endCode(
  registry: Registry,
  agencyId: number,
  codeId: number,
  on: string,
  { actor, scope }: CodeAct,
): Promise<AgencyCode> {
  return registry.db.transaction().execute(async (trx) => {
    const code = await requireCode(trx, agencyId, codeId, scope);
    if ((code.from !== null && on <= code.from) || (code.to !== null && code.to < on)) {
      throw new RefusalError(
        'date-invalid',
        on,
        `code ${code.code} holds in ${span(code)}: it cannot end on ${on}`,
      );
    }
    await trx.updateTable('agency_code').set({ valid_to: on }).where('id', '=', codeId).execute();
    const detail = { form: code.form, code: code.code, on };
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'agency-code.end',
      target: `agency:${agencyId}`,
      detail,
    });
    return { ...code, to: on };
  });
}

/** It was entered by mistake. @throws RefusalError code-unknown */
export async function removeCode(
  registry: Registry,
  agencyId: number,
  codeId: number,
  { actor, scope }: CodeAct,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const { form, code, from, to } = await requireCode(trx, agencyId, codeId, scope);
    await trx.deleteFrom('agency_code').where('id', '=', codeId).execute();
    const detail = { form, code, from, to };
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'agency-code.remove',
      target: `agency:${agencyId}`,
      detail,
    });
  });
}

/** Whose code it was on a day; undefined when nobody's in the scope. */
export async function agencyOfCode(
  db: RegistryDb,
  code: string,
  day: string,
  scope: AgencyScope = { kind: 'all' },
): Promise<AgencyCode | undefined> {
  const rows = await codeRows(db).where('code', '=', code.trim().toUpperCase()).execute();
  return rows.find((row) => holdsOn(row, day) && inScope(scope, row.agencyId));
}
