/** Incidents and drills of cases, as evidence: their systems, clocks with proofs, and what is kept. */
import { OPEN_CASE_STATES } from '../../case/case-words.ts';
import { missingToClose, NO_FACTS } from '../../case/incident-facts.ts';
import type { IncidentFact } from '../../compliance/evidence/incident-evidence.ts';
import { readFacts } from '../cases/incidents.ts';
import type { RegistryDb } from '../database.ts';

const ROWS_MAX = 400;

/** Cases that were open in the time and are incidents or drills; what was merged away counts where it went. */
export async function readIncidentFacts(
  db: RegistryDb,
  fromMs: number,
  atMs: number,
): Promise<IncidentFact[]> {
  const rows = await db
    .selectFrom('case_file')
    .leftJoin('case_incident', 'case_incident.case_id', 'case_file.id')
    .select([
      'case_file.id as id',
      'number',
      'drill',
      'class',
      'state',
      'outcome',
      'contained_ms as containedMs',
      'closed_ms as closedMs',
      'case_file.updated_ms as updatedMs',
      'facts',
    ])
    .where('merged_into', 'is', null)
    .where('created_ms', '<=', atMs)
    .where((eb) =>
      eb.or([
        eb('closed_ms', '>=', fromMs),
        eb.and([eb('closed_ms', 'is', null), eb('state', 'in', OPEN_CASE_STATES)]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('outcome', '=', 'incident'),
        eb('drill', '=', 1),
        eb.and([eb('outcome', 'is', null), eb('case_incident.facts', 'is not', null)]),
        eb.and([
          eb('outcome', 'is', null),
          eb('case_file.id', 'in', eb.selectFrom('case_clock').select('case_clock.case_id')),
        ]),
      ]),
    )
    .orderBy('number')
    .execute();
  const found: IncidentFact[] = [];
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    const page = rows.slice(at, at + ROWS_MAX);
    const parts = await readParts(db, page);
    for (const row of page) {
      const { systemIds, clocks, kept, exported } = parts(row.id, row.number);
      const facts = row.facts === null ? NO_FACTS : readFacts(row.facts);
      found.push({
        number: row.number,
        drill: row.drill === 1,
        systemIds,
        closedMs: row.closedMs ?? undefined,
        contained: row.containedMs !== null || facts.containedAt !== null,
        updatedMs: row.updatedMs,
        class: row.class,
        missing: missingToClose(facts, systemIds.length),
        clocks,
        kept,
        exported,
      });
    }
  }
  return found;
}

/** Packages with hashes are ZIP files. */
async function readParts(db: RegistryDb, cases: readonly { id: string; number: string }[]) {
  const ids = cases.map(({ id }) => id);
  const items = await db
    .selectFrom('case_item')
    .select(['case_id as id', 'value'])
    .where('case_id', 'in', ids)
    .where('kind', '=', 'system')
    .execute();
  const alerts = await db
    .selectFrom('case_alert')
    .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
    .select(['case_alert.case_id as id', 'alert.system_id as systemId'])
    .distinct()
    .where('case_alert.case_id', 'in', ids)
    .where('alert.system_id', 'is not', null)
    .execute();
  const clocks = await db
    .selectFrom('case_clock')
    .select([
      'case_clock.case_id as id',
      'kind',
      'started_ms as startedMs',
      'due_ms as dueMs',
      'met_ms as metMs',
      'stopped_ms as stoppedMs',
      (eb) =>
        eb
          .exists(
            eb.selectFrom('case_told').select('case_told.id').whereRef('clock_id', '=', 'case_clock.id'),
          )
          .as('proven'),
    ])
    .where('case_clock.case_id', 'in', ids)
    .execute();
  const files = await db
    .selectFrom('case_attachment')
    .select(['case_id as id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('case_id', 'in', ids)
    .where('removed_ms', 'is', null)
    .groupBy('case_id')
    .execute();
  const events = await db
    .selectFrom('case_event')
    .select(['case_id as id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('case_id', 'in', ids)
    .groupBy('case_id')
    .execute();
  const exports = await db
    .selectFrom('audit_log')
    .select('target')
    .distinct()
    .where('action', '=', 'case.export')
    .where(
      'target',
      'in',
      cases.map(({ number }) => `case:${number}`),
    )
    .where('detail', 'like', '%"format":"zip"%')
    .execute();
  const exported = new Set(exports.map(({ target }) => target));
  return (id: string, number: string) => ({
    systemIds: [
      ...new Set([
        ...items.filter((item) => item.id === id).map(({ value }) => Number(value)),
        ...alerts.filter((alert) => alert.id === id).map(({ systemId }) => systemId ?? 0),
      ]),
    ],
    clocks: clocks
      .filter((clock) => clock.id === id)
      .map(({ kind, startedMs, dueMs, metMs, stoppedMs, proven }) => ({
        kind,
        startedMs,
        dueMs,
        metMs: metMs ?? undefined,
        stopped: stoppedMs !== null,
        proven: Boolean(proven),
      })),
    kept: [...files, ...events].filter((one) => one.id === id).reduce((sum, { count }) => sum + count, 0),
    exported: exported.has(`case:${number}`),
  });
}
