/**
 * Deadlines of dossiers and attestations, and the reminders of them. Invariant: each stage of a deadline is told once, through the alerts
 * of the house and so through the outbox; what is no longer due takes back what was told of it.
 */
import type { RuleFacts } from '../../alert/detection.ts';
import { addDays, legalDayAt } from '../../agency/legal-day.ts';
import { currentDossier, isRetired } from '../../compliance/dossier/checks.ts';
import {
  type Deadline,
  DEADLINE_WORDS,
  type DeadlineKind,
  dossierDeadlines,
  WARN_DAYS,
} from '../../compliance/dossier/deadlines.ts';
import { addWorkDays } from '../../request/due-day.ts';
import { readCalendars } from '../calendars.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { houseAlertId, raiseHouseAlert, resolveHouseAlert } from '../house-alerts.ts';
import { listSystems } from '../systems.ts';
import type { AgencyScope } from '../agencies.ts';
import { dossiersBySystem } from './mau-08-facts.ts';

export interface SystemDeadline extends Deadline {
  systemId: number;
  systemName: string;
  agencyId: number;
  agencyName: string;
  /** Calendar days from today; below 0 when it has passed. */
  daysLeft: number;
}

const DAY_MS = 86_400_000;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

/** Of systems that agencies of the scope own or run; the earliest first. */
export async function readDeadlines(
  registry: Pick<Registry, 'db' | 'now'>,
  scope: AgencyScope,
): Promise<SystemDeadline[]> {
  const { db } = registry;
  const today = legalDayAt(registry.now());
  const systems = await listSystems(registry, scope);
  const dossiers = await dossiersBySystem(db);
  const calendarOf = await readCalendars(db);
  const attested = await attestationsDue(db);
  return systems
    .flatMap(({ id, name, agencyId, agencyName }) => {
      const of = dossiers.get(id) ?? [];
      const current = currentDossier(of, today);
      if (isRetired(of, today)) return [];
      const { calendar } = calendarOf(agencyId);
      const found =
        current === undefined
          ? []
          : dossierDeadlines(current.facts, (day, count) => addWorkDays(calendar, day, count));
      const again = attested.get(id);
      if (again !== undefined)
        found.push({ kind: 'attestation', dueOn: addDays(again, -1), clause: null, confidence: null });
      return found.map((deadline) => ({
        ...deadline,
        systemId: id,
        systemName: name,
        agencyId,
        agencyName,
        daysLeft: daysBetween(today, deadline.dueOn),
      }));
    })
    .toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.systemId - b.systemId));
}

/** By system: the first day on which one of its newest attestations counts no longer. */
async function attestationsDue(db: RegistryDb): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('attestation')
    .innerJoin('attestation_control as control', 'control.attestation_id', 'attestation.id')
    .select(['system_id', 'control_id', 'due_on'])
    .where('state', '=', 'accepted')
    .where('system_id', 'is not', null)
    .orderBy('signed_on')
    .orderBy('attestation.id')
    .execute();
  // A newer word for the same control replaces an older one.
  const newest = new Map(rows.map((row) => [`${row.system_id} ${row.control_id}`, row]));
  const due = new Map<number, string>();
  for (const { system_id: systemId, due_on: dueOn } of newest.values()) {
    if (systemId === null || dueOn === null) continue;
    const before = due.get(systemId);
    if (before === undefined || dueOn < before) due.set(systemId, dueOn);
  }
  return due;
}

export const DEADLINE_RULE = 'vonggac:dossier-deadline';
type Stage = 'warned' | 'overdue';

function ruleOf(stage: Stage, kind: DeadlineKind): RuleFacts {
  const late = stage === 'overdue';
  const { vi, en } = DEADLINE_WORDS[kind];
  return {
    ruleId: DEADLINE_RULE,
    title: late ? `A day has passed by which ${en}` : `Soon the day by which ${en}`,
    titleVi: late ? `Đã quá hạn: ${vi}` : `Sắp đến hạn: ${vi}`,
    description: 'The dossier of a system has a day by which something is due.',
    descriptionVi: 'Hồ sơ cấp độ của hệ thống có một thời hạn.',
    advice: 'See "vonggac system deadlines"; write down in the dossier what was done, or another day.',
    adviceVi: 'Xem "vonggac system deadlines"; ghi vào hồ sơ việc đã làm, hoặc thời hạn mới.',
    severity: late ? 'medium' : 'low',
    tags: [],
    falsePositives: [],
    references: [],
  };
}

const findingOf = (deadline: { systemId: number; kind: string; dueOn: string }, stage: Stage): string =>
  `${deadline.systemId} ${deadline.kind} ${deadline.dueOn} ${stage}`;

const stageOf = ({ daysLeft, kind }: SystemDeadline): Stage | undefined => {
  if (daysLeft < 0) return 'overdue';
  return daysLeft <= WARN_DAYS[kind] ? 'warned' : undefined;
};

/** Tells of what is due soon or has passed, and takes back what is no longer due. @returns ids of alerts that changed */
export async function tellDeadlines(registry: Registry): Promise<string[]> {
  const { db } = registry;
  const deadlines = await readDeadlines(registry, { kind: 'all' });
  const told = await db
    .selectFrom('dossier_reminder')
    .select(['system_id as systemId', 'kind', 'due_on as dueOn', 'told'])
    .where('told', '<>', 'ended')
    .execute();
  const keyOf = (one: { systemId: number; kind: string; dueOn: string }): string =>
    `${one.systemId} ${one.kind} ${one.dueOn}`;
  const known = new Map(told.map((row) => [keyOf(row), row.told]));
  const alive = new Set(deadlines.map(keyOf));
  const fresh = deadlines.flatMap((deadline) => {
    const stage = stageOf(deadline);
    return stage === undefined || known.get(keyOf(deadline)) === stage ? [] : [{ deadline, stage }];
  });
  const ended = told.filter((row) => !alive.has(keyOf(row)));
  if (fresh.length + ended.length === 0) return [];
  const nowMs = registry.now();
  return db.transaction().execute(async (trx) => {
    const ids: string[] = [];
    for (const { deadline, stage } of fresh) ids.push(...(await tellOne(trx, deadline, stage, nowMs)));
    for (const row of ended) ids.push(...(await endOne(trx, row, nowMs)));
    return ids;
  });
}

async function tellOne(
  trx: RegistryTransaction,
  deadline: SystemDeadline,
  stage: Stage,
  nowMs: number,
): Promise<string[]> {
  const ids: string[] = [];
  const { systemId, kind, dueOn, systemName, agencyId } = deadline;
  await noteTold(trx, deadline, stage, nowMs);
  if (stage === 'overdue') {
    const id = houseAlertId(DEADLINE_RULE, findingOf(deadline, 'warned'));
    const changed = await resolveHouseAlert(trx, { id, note: 'the day has passed' }, nowMs);
    if (changed !== undefined) ids.push(changed);
  }
  const raised = await raiseHouseAlert(
    trx,
    {
      rule: ruleOf(stage, kind),
      finding: findingOf(deadline, stage),
      entity: { system: String(systemId), deadline: kind },
      agencyId,
      agentId: null,
      hostname: null,
      timeMs: nowMs,
      message: `${systemName}: ${DEADLINE_WORDS[kind].vi}: ${dueOn}`,
      matched: { system: systemName, deadline: kind, dueOn },
    },
    nowMs,
  );
  if (raised !== undefined) ids.push(raised);
  return ids;
}

async function endOne(
  trx: RegistryTransaction,
  row: { systemId: number; kind: string; dueOn: string },
  nowMs: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (const stage of ['warned', 'overdue'] as const) {
    const id = houseAlertId(DEADLINE_RULE, findingOf(row, stage));
    const changed = await resolveHouseAlert(trx, { id, note: 'it is no longer due' }, nowMs);
    if (changed !== undefined) ids.push(changed);
  }
  await noteTold(trx, row, 'ended', nowMs);
  return ids;
}

async function noteTold(
  trx: RegistryTransaction,
  { systemId, kind, dueOn }: { systemId: number; kind: string; dueOn: string },
  told: Stage | 'ended',
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('dossier_reminder')
    .values({ system_id: systemId, kind, due_on: dueOn, told, told_ms: nowMs })
    .onConflict((conflict) =>
      conflict.columns(['system_id', 'kind', 'due_on']).doUpdateSet({ told, told_ms: nowMs }),
    )
    .execute();
}
