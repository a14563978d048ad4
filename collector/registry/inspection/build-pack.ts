/** One inspection pack of a system or an agency, from what the control plane kept. Invariant: reads only; masks before it leaves. */
import { currentDossier, dossierFindings, isRetired } from '../../compliance/dossier/checks.ts';
import { DEADLINE_WORDS, dossierDeadlines } from '../../compliance/dossier/deadlines.ts';
import { maskRecord } from '../../personal/mask-record.ts';
import { momentText } from '../../report/inspection/inspection-words.ts';
import type { InspectionPack, PackPart } from '../../report/inspection/pack.ts';
import { addWorkDays } from '../../request/due-day.ts';
import type { AgencyScope } from '../agencies.ts';
import { demonstrationMark } from '../demonstration-mark.ts';
import { readCalendars } from '../calendars.ts';
import { readSystemsAt } from '../compliance/assessed-systems.ts';
import { hostCounts, sharedHosts } from '../compliance/mau-08-facts.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { contradictionPart } from './contradictions.ts';
import { controlParts } from './control-parts.ts';
import { type DatedDossier, dossierParts } from './dossier-parts.ts';
import { actPart, alertPart, type EventSearch, logPart } from './extract-parts.ts';
import { incidentParts, reportPart } from './incident-parts.ts';
import type { PaperFound } from './papers.ts';
import { type PackReach, type PackWanted, readPackReach } from './pack-reach.ts';
import { auditPart, ledgerPart, retentionPart } from './proof-parts.ts';
import { accountPart, attestationPart, exceptionPart } from './standing-parts.ts';

export interface PackReader {
  scope: AgencyScope;
  /** As the audit trail writes them. */
  actor: string;
  seesPersonal: boolean;
  /** Of the running collector; undefined beside an idle data folder. */
  events: EventSearch | undefined;
}

const DAY_MS = 86_400_000;

/**
 * @param papers what was found of their contents; left out: they are handed over apart
 * @throws RefusalError agency-unknown, system-unknown, date-invalid
 */
export async function buildPack(
  registry: Registry,
  wanted: PackWanted,
  reader: PackReader,
  papers?: ReadonlyMap<string, PaperFound>,
): Promise<InspectionPack> {
  const { db } = registry;
  const nowMs = registry.now();
  const reach = await readPackReach(db, wanted, { scope: reader.scope, nowMs });
  const dossiers = await dossierParts(db, reach, papers);
  const controls = await controlParts(db, reach);
  const retention = await retentionPart(db, reach);
  const ledger = await ledgerPart(db, reach);
  const audit = await auditPart(db, reach);
  const incidents = await incidentParts(db, reach);
  const contradictions = contradictionPart({
    reach,
    ...(await dossierFaults(db, reach, dossiers.dossiers)),
    assessments: controls.assessments,
    proofs: retention.proofs,
    unbalanced: ledger.unbalanced,
    verdict: audit.verdict,
    late: incidents.late,
    silent: await silentHosts(db, reach, nowMs),
    papers: [...(papers?.values() ?? [])].filter(({ state }) => state !== 'kept'),
  });
  const parts = [
    contradictions,
    ...dossiers.parts,
    ...controls.parts,
    await attestationPart(db, reach),
    await exceptionPart(db, reach),
    ...incidents.parts,
    await reportPart(db, reach, papers),
    retention.part,
    ledger.part,
    audit.part,
    await accountPart(registry, reach),
    await actPart(db, reach, reader.scope),
    await alertPart(db, reach, reader.seesPersonal),
    await logPart(reader.events, reach, reader.seesPersonal),
  ];
  const { kind, id, name, agencyName, asOf } = reach;
  const mark = await demonstrationMark(registry.db);
  return {
    kind,
    id,
    name,
    agencyName,
    asOf,
    madeAt: momentText(nowMs),
    madeBy: reader.actor,
    masked: !reader.seesPersonal,
    ...(mark === undefined ? {} : { demonstration: mark }),
    parts: reader.seesPersonal ? parts : parts.map(maskedPart),
  };
}

/** Each row is a record of its own. */
function maskedPart(part: PackPart): PackPart {
  return {
    ...part,
    rows: part.rows.map((row) => ({ ...row, cells: maskRecord(row.cells) as typeof row.cells })), // masking changes texts only
  };
}

async function dossierFaults(db: RegistryDb, reach: PackReach, all: readonly DatedDossier[]) {
  const bySystem = Map.groupBy(all, ({ systemId }) => systemId);
  const counts = await hostCounts(db, reach.atMs);
  const checked = reach.systems.map(({ id, name, level }) => ({
    id,
    name,
    level,
    dossiers: bySystem.get(id) ?? [],
    hosts: counts.get(id) ?? 0,
  }));
  const findings = dossierFindings(checked, await sharedHosts(db, reach.atMs), reach.asOf);
  const { calendar } = (await readCalendars(db))(reach.agencyId);
  const overdue = checked.flatMap(({ name, dossiers }) => {
    const current = isRetired(dossiers, reach.asOf) ? undefined : currentDossier(dossiers, reach.asOf);
    if (current === undefined) return [];
    return dossierDeadlines(current.facts, (day, count) => addWorkDays(calendar, day, count))
      .filter(({ dueOn }) => dueOn < reach.asOf)
      .map(({ kind, dueOn }) => ({ systemName: name, what: DEADLINE_WORDS[kind].vi, on: dueOn }));
  });
  const fullPlans = new Set(
    checked.flatMap(({ id, dossiers }) =>
      currentDossier(dossiers, reach.asOf)?.facts.plan === 'full' ? [id] : [],
    ),
  );
  return { findings, overdue, fullPlans };
}

/** Hosts of the systems of which nothing was stored within a day of the moment. */
async function silentHosts(db: RegistryDb, { systems, atMs }: PackReach, nowMs: number) {
  const systemIds = systems.map(({ id }) => id);
  const { graded, ungraded } = await readSystemsAt(db, { atMs, nowMs, systemIds });
  const hosts = new Map(
    [...graded, ...ungraded].flatMap((system) => system.hosts.map((host) => [host.id, host])),
  );
  return [...hosts.values()]
    .filter(({ seenMs }) => seenMs === undefined || seenMs < atMs - DAY_MS)
    .map(({ hostname, seenMs }) => ({ hostname, seenMs }))
    .toSorted((one, other) => (one.hostname < other.hostname ? -1 : 1));
}
