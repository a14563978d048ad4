/** Incidents as the API and the command line show them. */
import type { z } from 'zod';
import type { AgencyScope } from '../registry/agencies.ts';
import { requireCase } from '../registry/cases/find-case.ts';
import { readIncident } from '../registry/cases/incidents.ts';
import { listNotices } from '../registry/cases/notices.ts';
import { listTold } from '../registry/cases/told.ts';
import type { RegistryDb } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { incidentViewSchema, noticeListSchema, toldListSchema } from './contract-incidents.ts';

/** The case, for one who sees all of it: facts of an incident are not cut. @throws RefusalError as requireCase */
export function wholeCase(db: RegistryDb, id: string, scope: AgencyScope) {
  return requireCase(db, id, { actor: '', scope }, 'whole', { closed: true });
}

export async function viewIncident(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<z.infer<typeof incidentViewSchema>> {
  const row = await wholeCase(db, id, scope);
  const { facts, grade, systems, missing, begunMs, updatedMs, updatedBy } = await readIncident(db, row);
  return {
    case: row.number,
    version: row.version,
    drill: row.drill === 1,
    begun: begunMs !== null,
    facts,
    serious: grade.isSerious,
    grounds: grade.grounds.map((ground) => ({
      ...ground,
      toBeConfirmed: ground.confidence === 'C' || ground.confidence === 'D',
    })),
    systems,
    missing,
    updatedAt: updatedMs === null ? null : isoTime(updatedMs),
    updatedBy,
  };
}

export async function viewTold(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<z.infer<typeof toldListSchema>> {
  const row = await wholeCase(db, id, scope);
  const told = await listTold(db, row.id, scope);
  return {
    told: told.map(({ agencyId: _agency, atMs, dueMs, dated, notedMs, ...rest }) => ({
      ...rest,
      at: isoTime(atMs),
      on: dated,
      inTime: dueMs === null ? null : atMs <= dueMs,
      notedAt: isoTime(notedMs),
    })),
  };
}

export async function viewNotices(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<z.infer<typeof noticeListSchema>> {
  const row = await wholeCase(db, id, scope);
  const notices = await listNotices(db, row.id);
  return { notices: notices.map(({ lockedMs, ...rest }) => ({ ...rest, lockedAt: isoTime(lockedMs) })) };
}
