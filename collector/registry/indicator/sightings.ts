/** Which hosts showed an indicator, since when and how often: counted in the transaction that makes the detections. */
import { HINDSIGHT_RULE, INDICATOR_FIELDS, INDICATOR_RULE } from '../../alert/indicator-rules.ts';
import type { Detection } from '../../alert/detection.ts';
import type { FieldValue } from '../../normalize/event.ts';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';

const STATEMENT_ROWS = 100;
export const SIGHTINGS_LISTED_MAX = 500;

export interface Sighting {
  agentId: string;
  agencyId: number;
  hostname: string;
  firstMs: number;
  lastMs: number;
  events: number;
  /** Of these, found in history after the indicator was known. */
  hindsight: number;
}

interface Tally extends Sighting {
  indicatorId: number;
}

function idsOf(value: FieldValue | undefined): number[] {
  const all = Array.isArray(value) ? (value as readonly FieldValue[]) : [value];
  return all.filter((id): id is number => typeof id === 'number' && id > 0);
}

function tallied(detections: readonly Detection[]): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const { rule, matched, agentId, agencyId, hostname, timeMs } of detections) {
    if (rule.ruleId !== INDICATOR_RULE && rule.ruleId !== HINDSIGHT_RULE) continue;
    const hindsight = rule.ruleId === HINDSIGHT_RULE ? 1 : 0;
    for (const indicatorId of idsOf(matched[INDICATOR_FIELDS.id])) {
      const key = `${indicatorId}/${agencyId}/${agentId}`;
      const known = tallies.get(key);
      if (known === undefined) {
        const span = { firstMs: timeMs, lastMs: timeMs };
        tallies.set(key, { indicatorId, agentId, agencyId, hostname, ...span, events: 1, hindsight });
        continue;
      }
      known.firstMs = Math.min(known.firstMs, timeMs);
      known.lastMs = Math.max(known.lastMs, timeMs);
      known.hostname = hostname;
      known.events += 1;
      known.hindsight += hindsight;
    }
  }
  return [...tallies.values()];
}

/** Of detections that are new. @param breathe called between statements */
export async function noteSightings(
  trx: RegistryTransaction,
  detections: readonly Detection[],
  breathe: () => Promise<void>,
): Promise<void> {
  const rows = tallied(detections).map((tally) => ({
    indicator_id: tally.indicatorId,
    agent_id: tally.agentId,
    agency_id: tally.agencyId,
    hostname: tally.hostname,
    first_ms: tally.firstMs,
    last_ms: tally.lastMs,
    events: tally.events,
    hindsight: tally.hindsight,
  }));
  for (let at = 0; at < rows.length; at += STATEMENT_ROWS) {
    await breathe();
    await trx
      .insertInto('indicator_sighting')
      .values(rows.slice(at, at + STATEMENT_ROWS))
      .onConflict((conflict) =>
        conflict.columns(['indicator_id', 'agent_id', 'agency_id']).doUpdateSet((eb) => ({
          hostname: eb.ref('excluded.hostname'),
          first_ms: eb
            .case()
            .when('excluded.first_ms', '<', eb.ref('indicator_sighting.first_ms'))
            .then(eb.ref('excluded.first_ms'))
            .else(eb.ref('indicator_sighting.first_ms'))
            .end(),
          last_ms: eb
            .case()
            .when('excluded.last_ms', '>', eb.ref('indicator_sighting.last_ms'))
            .then(eb.ref('excluded.last_ms'))
            .else(eb.ref('indicator_sighting.last_ms'))
            .end(),
          events: eb('indicator_sighting.events', '+', eb.ref('excluded.events')),
          hindsight: eb('indicator_sighting.hindsight', '+', eb.ref('excluded.hindsight')),
        })),
      )
      .execute();
  }
}

export interface SightingSum {
  hosts: number;
  events: number;
  firstMs: number | null;
  lastMs: number | null;
}

/** The hosts that showed it, the latest first, as far as the scope reaches. */
export async function listSightings(
  db: RegistryDb,
  indicatorId: number,
  scope: AgencyScope,
): Promise<Sighting[]> {
  let select = db
    .selectFrom('indicator_sighting')
    .select(['agent_id', 'agency_id', 'hostname', 'first_ms', 'last_ms', 'events', 'hindsight'])
    .where('indicator_id', '=', indicatorId)
    .orderBy('last_ms', 'desc')
    .orderBy('agent_id')
    .limit(SIGHTINGS_LISTED_MAX);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return (await select.execute()).map((row) => ({
    agentId: row.agent_id,
    agencyId: row.agency_id,
    hostname: row.hostname,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
    events: row.events,
    hindsight: row.hindsight,
  }));
}

/** What the sightings of each come to, as far as the scope reaches. */
export async function sumSightings(
  db: RegistryDb,
  indicatorIds: readonly number[],
  scope: AgencyScope,
): Promise<Map<number, SightingSum>> {
  if (indicatorIds.length === 0) return new Map();
  let select = db
    .selectFrom('indicator_sighting')
    .select(({ fn }) => [
      'indicator_id',
      fn.count<number>('agent_id').distinct().as('hosts'),
      fn.sum<number | string>('events').as('events'),
      fn.min('first_ms').as('first_ms'),
      fn.max('last_ms').as('last_ms'),
    ])
    .where('indicator_id', 'in', indicatorIds)
    .groupBy('indicator_id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  return new Map(
    rows.map((row) => [
      row.indicator_id,
      {
        hosts: row.hosts,
        events: Number(row.events),
        firstMs: row.first_ms,
        lastMs: row.last_ms,
      },
    ]),
  );
}
