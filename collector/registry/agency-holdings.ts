/**
 * What belongs to agencies, kind by kind: what a merge or split moves, and what stays with the agency that was. A part of
 * the control plane that keeps things by agency adds its line here, and they are listed, moved and moved back.
 */
import { type RawBuilder, sql } from 'kysely';
import type { RegistryDb } from './database.ts';
import type { FormerAgencyTable } from './tables/agency.ts';

export interface AgencyHolding {
  kind: string;
  /** `stays`: it was made for the agency that was; whoever plans the change is told of it. */
  fate: 'moves' | 'stays';
  /** Earlier changes moved it: taking them back moves it back. */
  returns?: true | undefined;
  table: string;
  key: string;
  keyType: 'text' | 'integer';
  /** Column with the agency. */
  agency: string;
  /** What people know it by. */
  label: RawBuilder<string>;
  /** Which rows are of the present; all by default. */
  living?: RawBuilder<boolean> | undefined;
  /** Column that is different for all things of an agency: what would stand beside its twin stays where it is. */
  unique?: string | undefined;
  /** Whose it was before is kept, so that reports as of a day find it. */
  history?: FormerAgencyTable['kind'] | undefined;
}

const text = (column: string): RawBuilder<string> => sql<string>`cast(${sql.ref(column)} as text)`;

export const AGENCY_HOLDINGS: readonly AgencyHolding[] = [
  {
    kind: 'agents',
    fate: 'moves',
    table: 'agent',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('hostname'),
    living: sql<boolean>`state in ('active', 'pending')`,
    history: 'agent',
  },
  {
    kind: 'systems',
    fate: 'moves',
    table: 'information_system',
    key: 'id',
    keyType: 'integer',
    agency: 'owner_agency_id',
    label: text('name'),
    history: 'system',
  },
  {
    kind: 'operated-systems',
    fate: 'moves',
    table: 'information_system',
    key: 'id',
    keyType: 'integer',
    agency: 'operator_agency_id',
    label: text('name'),
  },
  {
    kind: 'users',
    fate: 'moves',
    table: 'user_account',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('username'),
    living: sql<boolean>`disabled_ms is null`,
  },
  {
    kind: 'api-tokens',
    fate: 'moves',
    table: 'api_token',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('name'),
    living: sql<boolean>`revoked_ms is null`,
  },
  {
    kind: 'join-tokens',
    fate: 'moves',
    table: 'join_token',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('id'),
    living: sql<boolean>`revoked_ms is null`,
  },
  {
    // Closed ones are history.
    kind: 'alerts',
    fate: 'moves',
    table: 'alert',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('rule_id'),
    living: sql<boolean>`state <> 'closed'`,
  },
  {
    // One of a site names its agency; the next look ends it and finds the site under the new one.
    kind: 'silences',
    fate: 'moves',
    table: 'silence',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('subject'),
    living: sql<boolean>`ended_ms is null and kind <> 'site'`,
  },
  {
    kind: 'alert-views',
    fate: 'moves',
    table: 'alert_view',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('name'),
    living: sql<boolean>`shared = 1`,
  },
  {
    kind: 'hunts',
    fate: 'moves',
    table: 'hunt',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('name'),
    unique: 'name',
  },
  {
    // Answered and ended ones are history.
    kind: 'requests',
    fate: 'moves',
    table: 'agency_request',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('title'),
    living: sql<boolean>`state not in ('accepted', 'cancelled')`,
  },
  {
    kind: 'issued-requests',
    fate: 'moves',
    table: 'agency_request',
    key: 'id',
    keyType: 'text',
    agency: 'issuer_agency_id',
    label: text('title'),
    living: sql<boolean>`state not in ('accepted', 'cancelled')`,
  },
  {
    // Reported in the name of the agency that was.
    kind: 'reports',
    fate: 'stays',
    table: 'report',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('kind'),
    living: sql<boolean>`state in ('draft', 'locked')`,
  },
  {
    // Closed ones are history; what lies in them follows its own agency, and who takes over sees what was left.
    kind: 'cases',
    fate: 'moves',
    table: 'case_file',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('number'),
    living: sql<boolean>`closed = 0 and merged_into is null`,
  },
  {
    kind: 'case-parties',
    fate: 'moves',
    table: 'case_agency',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('case_id'),
    living: sql<boolean>`case_id in (select id from case_file where closed = 0 and merged_into is null)`,
    unique: 'case_id',
  },
  {
    kind: 'legal-clocks',
    fate: 'moves',
    table: 'case_clock',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('kind'),
    living: sql<boolean>`met_ms is null and stopped_ms is null`,
  },
  {
    // It reaches the hosts of the agency that was, and no others (registry/left-behind.ts); so does its approver.
    kind: 'exceptions',
    fate: 'stays',
    returns: true,
    table: 'exception',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('name'),
    living: sql<boolean>`state in ('requested', 'approved')`,
  },
  {
    // What an exception reaches is cut by where its approver stood.
    kind: 'exception-approvals',
    fate: 'stays',
    returns: true,
    table: 'exception',
    key: 'id',
    keyType: 'integer',
    agency: 'approver_agency_id',
    label: text('name'),
    living: sql<boolean>`state = 'approved'`,
  },
  {
    // It holds for the hosts of the agency that was, and no others: a rule that is off for few does not become off for many.
    kind: 'rule-scopes',
    fate: 'stays',
    returns: true,
    table: 'rule_scope',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('rule_id'),
  },
  {
    kind: 'channels',
    fate: 'moves',
    table: 'notify_channel',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('name'),
  },
  {
    kind: 'rosters',
    fate: 'moves',
    table: 'notify_plan',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('name'),
  },
  {
    kind: 'external-groups',
    fate: 'moves',
    table: 'external_group',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('name'),
  },
  // Legal holds reach those that took over without being moved (registry/holds.ts).
  {
    kind: 'holds',
    fate: 'stays',
    table: 'legal_hold',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('reason'),
    living: sql<boolean>`released_ms is null`,
  },
  // A document that was signed for one agency allows nothing on the hosts of another.
  {
    kind: 'response-authorisations',
    fate: 'stays',
    table: 'response_authorisation',
    key: 'id',
    keyType: 'text',
    agency: 'agency_id',
    label: text('title'),
    living: sql<boolean>`state in ('requested', 'active', 'tripped')`,
  },
  // Heads and signatures are those of the office that was.
  {
    kind: 'request-offices',
    fate: 'stays',
    table: 'request_office',
    key: 'agency_id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('agency_id'),
  },
  {
    kind: 'expected-machines',
    fate: 'moves',
    table: 'expected_machine',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('hostname'),
    living: sql<boolean>`ended_ms is null`,
  },
  {
    kind: 'enrol-refusals',
    fate: 'moves',
    table: 'enrol_refusal',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('hostname'),
  },
  // Figures and hours that were meant for one agency do not fit what several become.
  {
    kind: 'expected-counts',
    fate: 'stays',
    table: 'expected_count',
    key: 'agency_id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('machines'),
  },
  {
    kind: 'quotas',
    fate: 'stays',
    table: 'quota',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('id'),
  },
  {
    kind: 'bandwidth-caps',
    fate: 'stays',
    table: 'bandwidth_cap',
    key: 'id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('id'),
  },
  {
    kind: 'calendars',
    fate: 'stays',
    table: 'liveness_calendar',
    key: 'agency_id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('agency_id'),
  },
  {
    kind: 'budgets',
    fate: 'stays',
    table: 'agency_budget',
    key: 'agency_id',
    keyType: 'integer',
    agency: 'agency_id',
    label: text('agency_id'),
  },
];

/** Most ids in one statement. */
const IDS_MAX = 5_000;

export function* slices<T>(values: readonly T[], size = IDS_MAX): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}

/** Condition: of these agencies, and of the present. */
export function heldBy({ agency, living }: AgencyHolding, agencyIds: readonly number[]): RawBuilder<boolean> {
  const owned = sql`${sql.ref(agency)} in (${sql.join(agencyIds)})`;
  return living === undefined ? sql<boolean>`${owned}` : sql<boolean>`${owned} and ${living}`;
}

/** How many of the kind each agency has. */
export async function countHolding(
  db: RegistryDb,
  holding: AgencyHolding,
  agencyIds: readonly number[],
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const ids of slices(agencyIds)) {
    const { rows } = await sql<{ agencyId: number; n: number }>`
      select ${sql.ref(holding.agency)} as "agencyId", count(*) as n from ${sql.table(holding.table)}
      where ${heldBy(holding, ids)} group by ${sql.ref(holding.agency)}`.execute(db);
    for (const { agencyId, n } of rows) counts.set(agencyId, n);
  }
  return counts;
}

export interface HeldThing {
  ref: string;
  label: string;
  agencyId: number;
}

/** Some of the kind, in the order of their keys. */
export async function sampleHolding(
  db: RegistryDb,
  holding: AgencyHolding,
  agencyIds: readonly number[],
  limit: number,
): Promise<HeldThing[]> {
  const found: HeldThing[] = [];
  for (const ids of slices(agencyIds)) {
    const { rows } = await sql<HeldThing>`
      select cast(${sql.ref(holding.key)} as text) as ref, ${holding.label} as label,
        ${sql.ref(holding.agency)} as "agencyId"
      from ${sql.table(holding.table)} where ${heldBy(holding, ids)}
      order by ${sql.ref(holding.key)} limit ${limit - found.length}`.execute(db);
    found.push(...rows);
    if (found.length >= limit) break;
  }
  return found;
}
