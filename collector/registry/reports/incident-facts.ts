/** Alerts, cases and legal clocks of a report's period. Drills do not count; what was merged away counts where it went. */
import { SEVERITIES } from '../../alert/severity-score.ts';
import type { CaseClass } from '../../case/case-words.ts';
import { CLASS_WORDS } from '../../report/notice-words-vi.ts';
import type { Incidents } from '../../report/summary-facts.ts';
import type { RegistryDb } from '../database.ts';
import { affairsReach } from './affairs-reach.ts';
import type { ReportReach } from './report-reach.ts';

interface Span {
  began: number;
  ended: number | null;
}

/** What began, ended and was open at the end of the period. */
function tally(spans: readonly Span[], { fromMs, toMs }: ReportReach) {
  const within = (ms: number | null): boolean => ms !== null && ms >= fromMs && ms < toMs;
  return {
    opened: spans.filter(({ began }) => within(began)).length,
    closed: spans.filter(({ ended }) => within(ended)).length,
    open: spans.filter(({ began, ended }) => began < toMs && (ended === null || ended >= toMs)).length,
  };
}

export async function readIncidents(db: RegistryDb, reach: ReportReach): Promise<Incidents> {
  const alerts = Map.groupBy(await alertSpans(db, reach), ({ severity }) => severity);
  const cases = Map.groupBy(await caseSpans(db, reach), ({ kind }) => kind);
  return {
    alerts: SEVERITIES.toReversed().map((severity) => ({
      severity,
      ...tally(alerts.get(severity) ?? [], reach),
    })),
    cases: [...cases]
      .map(([kind, spans]) => ({ title: CLASS_WORDS[kind], ...tally(spans, reach) }))
      .filter(({ opened, closed, open }) => opened + closed + open > 0),
    clocks: await clockRows(db, reach),
  };
}

async function alertSpans(db: RegistryDb, reach: ReportReach): Promise<(Span & { severity: string })[]> {
  if (reach.agencyIds.length === 0) return [];
  const affairs = await affairsReach(db, 'alerts', { agencyIds: reach.affairsOf, day: reach.day });
  let select = db
    .selectFrom('alert')
    .select(['id', 'agency_id as agencyId', 'severity', 'created_ms as began', 'closed_ms as ended'])
    .where('agency_id', 'in', affairs.agencyIds)
    .where('created_ms', '<', reach.toMs)
    .where((eb) => eb.or([eb('closed_ms', 'is', null), eb('closed_ms', '>=', reach.fromMs)]));
  if (reach.systemId !== null) select = select.where('system_id', '=', reach.systemId);
  return (await select.execute()).filter(({ id, agencyId }) => affairs.has(id, agencyId));
}

function ofSystem(systemId: number): { kind: 'system'; value: string } {
  return { kind: 'system', value: String(systemId) };
}

async function caseSpans(db: RegistryDb, reach: ReportReach): Promise<(Span & { kind: CaseClass })[]> {
  if (reach.agencyIds.length === 0) return [];
  const affairs = await affairsReach(db, 'cases', { agencyIds: reach.affairsOf, day: reach.day });
  let select = db
    .selectFrom('case_file')
    .select(['id', 'agency_id as agencyId', 'class as kind', 'created_ms as began', 'closed_ms as ended'])
    .where('agency_id', 'in', affairs.agencyIds)
    .where('drill', '=', 0)
    .where('merged_into', 'is', null)
    .where('created_ms', '<', reach.toMs);
  if (reach.systemId !== null) {
    const { kind, value } = ofSystem(reach.systemId);
    select = select.where((eb) =>
      eb(
        'id',
        'in',
        eb.selectFrom('case_item').select('case_id').where('kind', '=', kind).where('value', '=', value),
      ),
    );
  }
  return (await select.execute()).filter(({ id, agencyId }) => affairs.has(id, agencyId));
}

async function clockRows(db: RegistryDb, reach: ReportReach): Promise<Incidents['clocks']> {
  if (reach.agencyIds.length === 0) return [];
  const { fromMs, toMs } = reach;
  const affairs = await affairsReach(db, 'legal-clocks', { agencyIds: reach.affairsOf, day: reach.day });
  let select = db
    .selectFrom('case_clock')
    .innerJoin('case_file', 'case_file.id', 'case_clock.case_id')
    .select(['case_clock.id as id', 'case_clock.agency_id as agencyId'])
    .select(['title_vi as title', 'started_ms as started', 'case_clock.due_ms as due', 'met_ms as met'])
    .where('case_clock.agency_id', 'in', affairs.agencyIds)
    .where('drill', '=', 0)
    .where('stopped_ms', 'is', null)
    .where('started_ms', '<', toMs);
  if (reach.systemId !== null) {
    const { kind, value } = ofSystem(reach.systemId);
    select = select.where((eb) =>
      eb(
        'case_clock.case_id',
        'in',
        eb.selectFrom('case_item').select('case_id').where('kind', '=', kind).where('value', '=', value),
      ),
    );
  }
  const rows = await select.orderBy('case_clock.id').execute();
  const own = rows.filter(({ id, agencyId }) => affairs.has(id, agencyId));
  const byTitle = Map.groupBy(own, ({ title }) => title);
  return [...byTitle]
    .map(([clock, rows]) => {
      const due = rows.filter((row) => row.due >= fromMs && row.due < toMs);
      const kept = due.filter(({ met, due: dueMs }) => met !== null && met <= dueMs).length;
      const running = rows.filter((row) => row.due >= toMs && (row.met === null || row.met >= toMs)).length;
      return { clock, due: due.length, kept, late: due.length - kept, running };
    })
    .filter(({ due, running }) => due + running > 0);
}
