/**
 * Lists that administrators give for hosts to be compared with. Invariants: of a kind one list holds for everybody, an agency
 * or a system at a time; what held on a past day is still known; who may set one sees the whole of what it holds for.
 */
import { z } from 'zod';
import {
  entryProblem,
  isListKind,
  type AssessmentList,
  type ListEntry,
  type ListKind,
  type ListReader,
  type ListScope,
} from '../../compliance/evidence/assessment-lists.ts';
import { type AgencyScope, inScope, requireAgency, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findSystem } from '../system-book.ts';

export interface KeptList extends AssessmentList {
  note: string;
  setBy: string;
  /** Another one for each time that it is set. */
  version: number;
}

export interface ListBy {
  actor: string;
  scope: AgencyScope;
  /** The version that the change was made for. */
  version?: number | undefined;
}

const ENTRIES_MAX = 5_000;
const entriesSchema = z.array(z.object({ value: z.string(), untilMs: z.number().optional() }));

const keyOf = (scope: ListScope): string => (scope.kind === 'all' ? 'all' : `${scope.kind}:${scope.id}`);

function listRows(db: RegistryDb) {
  return db
    .selectFrom('compliance_list')
    .select(['id', 'kind', 'agency_id', 'system_id', 'entries', 'note', 'set_by', 'valid_from_ms'])
    .orderBy('kind')
    .orderBy('id');
}

type Row = Awaited<ReturnType<ReturnType<typeof listRows>['execute']>>[number];

/** A kind that is no longer known is left out. */
function toList({ id, kind, agency_id, system_id, entries, ...row }: Row): KeptList[] {
  if (!isListKind(kind)) return [];
  const scope: ListScope =
    agency_id !== null
      ? { kind: 'agency', id: agency_id }
      : system_id !== null
        ? { kind: 'system', id: system_id }
        : { kind: 'all' };
  const { note, set_by: setBy, valid_from_ms: setMs } = row;
  return [
    { kind, scope, entries: entriesSchema.parse(JSON.parse(entries)), note, setBy, setMs, version: id },
  ];
}

/** Lists as they held at a moment, for judging. */
export function listReader(db: RegistryDb): ListReader {
  return {
    async at(kinds, atMs) {
      const rows = await listRows(db)
        .where('kind', 'in', [...kinds])
        .where('valid_from_ms', '<=', atMs)
        .where((eb) => eb.or([eb('valid_to_ms', 'is', null), eb('valid_to_ms', '>', atMs)]))
        .execute();
      return rows.flatMap(toList);
    },
  };
}

/** Those that hold now for what the caller sees; what holds for everybody is seen by all. */
export async function currentLists(db: RegistryDb, scope: AgencyScope): Promise<KeptList[]> {
  const rows = await listRows(db).where('valid_to_ms', 'is', null).execute();
  const seen: KeptList[] = [];
  for (const list of rows.flatMap(toList)) if (await sees(db, scope, list.scope)) seen.push(list);
  return seen;
}

async function sees(db: RegistryDb, scope: AgencyScope, of: ListScope): Promise<boolean> {
  if (of.kind === 'all' || scope.kind === 'all') return true;
  if (of.kind === 'agency') return inScope(scope, of.id);
  try {
    await findSystem(db, of.id, scope);
    return true;
  } catch (error) {
    if (error instanceof RefusalError && error.code === 'system-unknown') return false;
    throw error;
  }
}

/** @throws RefusalError compliance-list-unknown */
export async function findList(
  db: RegistryDb,
  kind: ListKind,
  of: ListScope,
  scope: AgencyScope,
): Promise<KeptList> {
  const row = (await sees(db, scope, of))
    ? await listRows(db)
        .where('kind', '=', kind)
        .where('scope_key', '=', keyOf(of))
        .where('valid_to_ms', 'is', null)
        .executeTakeFirst()
    : undefined;
  const [list] = row === undefined ? [] : toList(row);
  if (list !== undefined) return list;
  throw new RefusalError('compliance-list-unknown', kind, `nobody gave the list ${kind} for ${keyOf(of)}`);
}

/** @throws RefusalError agency-unknown, system-unknown, compliance-list-not-yours */
async function requireMine(db: RegistryDb, of: ListScope, scope: AgencyScope): Promise<void> {
  if (of.kind === 'system') {
    await findSystem(db, of.id, scope);
    return;
  }
  if (of.kind === 'agency') {
    await requireAgency(db, of.id);
    if (inScope(scope, of.id)) return;
    throw new RefusalError('agency-unknown', String(of.id), `there is no agency ${of.id}`);
  }
  if (scope.kind === 'all') return;
  const said = 'a list for everybody is set by who sees the whole province; name an agency or a system';
  throw new RefusalError('compliance-list-not-yours', 'all', said);
}

/**
 * The list holds from now on, in place of the one before.
 * @throws RefusalError agency-unknown, system-unknown, compliance-list-not-yours, compliance-list-invalid, version-conflict
 */
export async function setList(
  registry: Registry,
  { kind, scope: of, entries, note }: Omit<AssessmentList, 'setMs'> & { note: string },
  by: ListBy,
): Promise<KeptList> {
  const nowMs = registry.now();
  const tidy = tidyEntries(kind, entries);
  return registry.db.transaction().execute(async (trx) => {
    await requireMine(trx, of, by.scope);
    await endOpen(trx, kind, of, by.version, nowMs);
    await trx
      .insertInto('compliance_list')
      .values({
        kind,
        scope_key: keyOf(of),
        agency_id: of.kind === 'agency' ? of.id : null,
        system_id: of.kind === 'system' ? of.id : null,
        entries: JSON.stringify(tidy),
        note,
        set_by: by.actor,
        valid_from_ms: nowMs,
        valid_to_ms: null,
      })
      .execute();
    const detail = { entries: tidy.length, note };
    const target = `compliance-list:${kind}:${keyOf(of)}`;
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'compliance-list.set', target, detail });
    return findList(trx, kind, of, by.scope);
  });
}

/** Nobody gives the list any more. @throws as setList, and RefusalError compliance-list-unknown */
export async function dropList(registry: Registry, kind: ListKind, of: ListScope, by: ListBy): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    await requireMine(trx, of, by.scope);
    await findList(trx, kind, of, by.scope);
    await endOpen(trx, kind, of, by.version, nowMs);
    const target = `compliance-list:${kind}:${keyOf(of)}`;
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'compliance-list.drop', target, detail: {} });
  });
}

async function endOpen(
  trx: RegistryDb,
  kind: ListKind,
  of: ListScope,
  expected: number | undefined,
  nowMs: number,
): Promise<void> {
  const open = await trx
    .selectFrom('compliance_list')
    .select('id')
    .where('kind', '=', kind)
    .where('scope_key', '=', keyOf(of))
    .where('valid_to_ms', 'is', null)
    .executeTakeFirst();
  requireVersion(`list ${kind}`, open?.id ?? 0, expected);
  if (open === undefined) return;
  await trx.updateTable('compliance_list').set({ valid_to_ms: nowMs }).where('id', '=', open.id).execute();
}

/** Without repetition, in order. @throws RefusalError compliance-list-invalid */
function tidyEntries(kind: ListKind, entries: readonly ListEntry[]): ListEntry[] {
  const invalid = (said: string): RefusalError => new RefusalError('compliance-list-invalid', kind, said);
  if (entries.length > ENTRIES_MAX) throw invalid(`a list holds at most ${ENTRIES_MAX} entries`);
  const byValue = new Map<string, ListEntry>();
  for (const { value, untilMs } of entries) {
    const text = value.normalize('NFC').trim();
    const problem = entryProblem(kind, text);
    if (problem !== undefined) throw invalid(`"${text.slice(0, 80)}": ${problem}`);
    byValue.set(text, untilMs === undefined ? { value: text } : { value: text, untilMs });
  }
  return [...byValue.values()].sort((left, right) => (left.value < right.value ? -1 : 1));
}
