/** Who is watched, and who is silent: each silence is a row, and an alert that closes itself when it ends. */
import type { HouseFinding } from '../alert/house-finding.ts';
import type { WorkCalendar } from '../liveness/calendar.ts';
import { parseHabit } from '../liveness/habit.ts';
import type { OpenSilence, Profile, WatchedAgent } from '../liveness/watch.ts';
import { profileOfGroup } from './agent-groups.ts';
import type { RegistryDb } from './database.ts';
import { houseAlertId, raiseHouseAlert, resolveHouseAlert } from './house-alerts.ts';
import type { SilenceKind } from './tables/liveness.ts';

/** Servers are expected at any time: what calls itself one, and every Linux host. */
function profileOf(platform: string, osName: string): Profile {
  if (platform === 'linux' || /server/i.test(osName)) return 'always';
  return 'office';
}

/** Agents that count: at work here, seen at least once, and not a host that seems to report under another key now. */
export async function readWatched(
  db: RegistryDb,
  calendarOf: (agencyId: number) => WorkCalendar,
): Promise<WatchedAgent[]> {
  const rows = await db
    .selectFrom('agent')
    .innerJoin('agent_presence', 'agent_presence.agent_id', 'agent.id')
    .leftJoin('liveness_profile', 'liveness_profile.group_id', 'agent.group_id')
    .select([
      'agent.id',
      'hostname',
      'agency_id',
      'platform',
      'os_name',
      'network',
      'offline_ms',
      'habit',
      'profile',
    ])
    .where('agent.state', '=', 'active')
    .where('agent.id', 'not in', (eb) =>
      eb.selectFrom('same_host').select('former_id').where('same_host.state', '=', 'open'),
    )
    .execute();
  return rows.map((row) => ({
    agentId: row.id,
    hostname: row.hostname,
    agencyId: row.agency_id,
    network: row.network,
    profile: profileOfGroup(row.profile) ?? profileOf(row.platform, row.os_name),
    calendar: calendarOf(row.agency_id),
    habit: parseHabit(row.habit),
    offlineMs: row.offline_ms,
  }));
}

export async function readOpenSilences(
  db: RegistryDb,
): Promise<(OpenSilence & { id: string; sinceMs: number })[]> {
  return db
    .selectFrom('silence')
    .select(['id', 'kind', 'subject', 'since_ms as sinceMs'])
    .where('ended_ms', 'is', null)
    .execute();
}

export interface NewSilence {
  kind: SilenceKind;
  subject: string;
  sinceMs: number;
  found: HouseFinding;
}

export interface EndedSilence {
  id: string;
  ruleId: string;
  note: string;
}

/** One transaction: rows and alerts go together. @returns ids of alerts that are new or changed */
export async function applySilences(
  db: RegistryDb,
  changes: { begun: readonly NewSilence[]; ended: readonly EndedSilence[] },
  nowMs: number,
): Promise<string[]> {
  if (changes.begun.length === 0 && changes.ended.length === 0) return [];
  return db.transaction().execute(async (trx) => {
    const ids: string[] = [];
    for (const { kind, subject, sinceMs, found } of changes.begun) {
      await trx
        .insertInto('silence')
        .values({
          id: found.finding,
          kind,
          subject,
          agency_id: found.agencyId,
          agent_id: found.agentId,
          since_ms: sinceMs,
          begun_ms: nowMs,
          ended_ms: null,
        })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ ended_ms: null }))
        .execute();
      const id = await raiseHouseAlert(trx, found, nowMs);
      if (id !== undefined) ids.push(id);
    }
    for (const { id: finding, ruleId, note } of changes.ended) {
      await trx.updateTable('silence').set({ ended_ms: nowMs }).where('id', '=', finding).execute();
      const id = await resolveHouseAlert(trx, { id: houseAlertId(ruleId, finding), note }, nowMs);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  });
}
