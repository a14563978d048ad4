/**
 * Incidents of cases: their facts, and the clocks that follow from them. Invariants: facts are read and changed by who sees the whole
 * case; a clock that facts started stays when they change, and moves to an earlier start only; one that a person stopped does not
 * come back; a clock of a drill runs in its case only.
 */
import {
  incidentFactsSchema,
  type IncidentFacts,
  type IncidentPatch,
  missingToClose,
  NO_FACTS,
  tidyFacts,
  wrongTime,
} from '../../case/incident-facts.ts';
import { type AffectedSystem, clocksOf, gradeIncident, type Grade } from '../../case/incident-grade.ts';
import { dueAfter, type LegalClocks, warnAt } from '../../case/legal-clocks.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { isoTime } from '../iso-time.ts';
import { RefusalError } from '../refusal.ts';
import { insertClock } from './case-clocks.ts';
import { caseRows, type CaseBy, type CaseRow, requireCase } from './find-case.ts';
import { invalidCase, noteAct } from './write-case.ts';

export interface Incident {
  facts: IncidentFacts;
  systems: AffectedSystem[];
  grade: Grade;
  /** What it is not closed without. */
  missing: string[];
  /** Null: nobody has said anything of it yet. */
  begunMs: number | null;
  updatedMs: number | null;
  updatedBy: string | null;
}

/** Systems that the case names and those of its alerts, by name. */
export async function affectedSystems(db: RegistryDb, caseId: string): Promise<AffectedSystem[]> {
  const named = await db
    .selectFrom('case_item')
    .select('value')
    .where('case_id', '=', caseId)
    .where('kind', '=', 'system')
    .execute();
  const ofAlerts = await db
    .selectFrom('case_alert')
    .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
    .select('alert.system_id as id')
    .distinct()
    .where('case_alert.case_id', '=', caseId)
    .where('alert.system_id', 'is not', null)
    .execute();
  const ids = [
    ...new Set([...named.map(({ value }) => Number(value)), ...ofAlerts.map(({ id }) => id ?? 0)]),
  ];
  if (ids.length === 0) return [];
  return db
    .selectFrom('information_system')
    .select(['id', 'name', 'level', 'law_profile as profile'])
    .where('id', 'in', ids)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

export function readFacts(json: string): IncidentFacts {
  // Facts that came later are empty in what was written before them.
  return incidentFactsSchema.parse({ ...NO_FACTS, ...(JSON.parse(json) as object) });
}

export async function readIncident(
  db: RegistryDb,
  { id, severity }: Pick<CaseRow, 'id' | 'severity'>,
): Promise<Incident> {
  const row = await db
    .selectFrom('case_incident')
    .select(['facts', 'begun_ms', 'updated_ms', 'updated_by'])
    .where('case_id', '=', id)
    .executeTakeFirst();
  const facts = row === undefined ? NO_FACTS : readFacts(row.facts);
  const systems = await affectedSystems(db, id);
  return {
    facts,
    systems,
    grade: gradeIncident(facts, { severity, systems }),
    missing: missingToClose(facts, systems.length),
    begunMs: row?.begun_ms ?? null,
    updatedMs: row?.updated_ms ?? null,
    updatedBy: row?.updated_by ?? null,
  };
}

/** Changes what is named; clocks that follow start at once. @throws RefusalError as requireCase, case-invalid */
export async function setIncident(
  registry: Registry,
  id: string,
  patch: IncidentPatch,
  rules: LegalClocks,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    const { facts: before, begunMs } = await readIncident(trx, row);
    const facts = incidentFactsSchema.parse({ ...before, ...tidyFacts(patch) });
    const wrong = wrongTime(facts, nowMs);
    if (wrong !== undefined) throw invalidCase(wrong.field, wrong.message);
    if (facts.serious !== null && facts.seriousWhy === '')
      throw invalidCase('seriousWhy', 'who says whether it is serious says why: `seriousWhy`');
    const fields = Object.entries(facts).flatMap(([name, value]) =>
      JSON.stringify(value) === JSON.stringify(Object.entries(before).find(([one]) => one === name)?.[1])
        ? []
        : [name],
    );
    if (begunMs !== null && fields.length === 0) return row.id;
    const written = { facts: JSON.stringify(facts), updated_ms: nowMs, updated_by: actor };
    await trx
      .insertInto('case_incident')
      .values({ case_id: row.id, ...written, settled_version: -1, begun_ms: nowMs, begun_by: actor })
      .onConflict((conflict) => conflict.column('case_id').doUpdateSet(written))
      .execute();
    const detail = {
      fields,
      ...(facts.detectedAt === before.detectedAt
        ? {}
        : { detectedAt: [before.detectedAt, facts.detectedAt] }),
    };
    await noteAct(trx, row.id, { actor, action: 'case.incident', detail, nowMs });
    await settleClocks(trx, row.id, rules, { actor, nowMs });
    return row.id;
  });
}

/** Starts the clocks that the facts ask for and that the case never had. */
async function settleClocks(
  trx: RegistryTransaction,
  caseId: string,
  rules: LegalClocks,
  { actor, nowMs }: { actor: string; nowMs: number },
): Promise<void> {
  const row = await caseRows(trx).where('id', '=', caseId).executeTakeFirstOrThrow();
  const { facts, grade, systems } = await readIncident(trx, row);
  const startedMs = facts.detectedAt === null ? undefined : Date.parse(facts.detectedAt);
  if (startedMs !== undefined && row.closed_ms === null && row.merged_into === null) {
    const known = await trx
      .selectFrom('case_clock')
      .select(['id', 'kind', 'started_ms', 'by_facts', 'met_ms', 'stopped_ms', 'told'])
      .where('case_id', '=', caseId)
      .execute();
    const wanted = new Set(clocksOf(facts, grade, systems));
    for (const clock of rules.clocks) {
      const own = known.filter(({ kind }) => kind === clock.id);
      if (own.length === 0 && wanted.has(clock.id)) {
        const how = { startedMs, note: '', actor, holidays: rules.holidays, byFacts: true };
        const { id, dueMs } = await insertClock(trx, row, clock, how);
        const detail = { clock: id, kind: clock.id, startedAt: isoTime(startedMs), dueAt: isoTime(dueMs) };
        await noteAct(trx, caseId, { actor, action: 'case.start-clock', detail, nowMs });
      }
      for (const late of own) {
        if (late.by_facts !== 1 || late.met_ms !== null || late.stopped_ms !== null) continue;
        if (startedMs >= late.started_ms) continue;
        const dueMs = dueAfter(startedMs, clock.within, rules.holidays);
        const warnMs = warnAt(startedMs, dueMs, clock.warnBeforeMinutes);
        await trx
          .updateTable('case_clock')
          .set({ started_ms: startedMs, due_ms: dueMs, warn_ms: warnMs })
          .where('id', '=', late.id)
          .execute();
        const detail = {
          clock: late.id,
          kind: clock.id,
          startedAt: isoTime(startedMs),
          dueAt: isoTime(dueMs),
        };
        await noteAct(trx, caseId, { actor, action: 'case.move-clock', detail, nowMs });
      }
    }
  }
  await trx
    .updateTable('case_incident')
    .set((eb) => ({
      settled_version: eb.selectFrom('case_file').select('version').where('id', '=', caseId),
    }))
    .where('case_id', '=', caseId)
    .execute();
}

/** Incidents at one look. */
const LOOK_MAX = 100;

/** Holds clocks against cases that changed since: another severity, another system. @returns ids of those cases */
export async function settleIncidents(registry: Registry, rules: LegalClocks): Promise<string[]> {
  const changed = await registry.db
    .selectFrom('case_incident')
    .innerJoin('case_file', 'case_file.id', 'case_incident.case_id')
    .select('case_id as id')
    .whereRef('case_file.version', '!=', 'case_incident.settled_version')
    .limit(LOOK_MAX)
    .execute();
  for (const { id } of changed)
    await registry.db
      .transaction()
      .execute((trx) => settleClocks(trx, id, rules, { actor: 'system', nowMs: registry.now() }));
  return changed.map(({ id }) => id);
}

/** An incident of which facts were told is closed with all that control IR-02 asks for. @throws RefusalError case-incident-incomplete */
export async function requireComplete(db: RegistryDb, row: CaseRow): Promise<void> {
  if (row.drill === 1) return;
  const { begunMs, missing } = await readIncident(db, row);
  if (begunMs === null || missing.length === 0) return;
  throw new RefusalError(
    'case-incident-incomplete',
    missing.join(', '),
    `case ${row.number} is not closed as an incident without: ${missing.join(', ')} ("vonggac case incident set")`,
  );
}
