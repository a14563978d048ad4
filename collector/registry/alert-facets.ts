/** What a list of alerts is made of: for each field its values with how many alerts have them. */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { type Expression, sql } from 'kysely';
import { SEVERITIES } from '../alert/severity-score.ts';
import type { AgencyScope } from './agencies.ts';
import { whereAlerts, type AlertFilter } from './alert-filter.ts';
import type { RegistryDb } from './database.ts';
import { readRuleTitles } from './facet-titles.ts';

export interface FacetValue {
  value: string;
  /** For people, where the value is an id. */
  label: string;
  /** In Vietnamese, where it has a text of its own. */
  labelVi?: string | undefined;
  count: number;
}

export interface AlertFacets {
  total: number;
  overdue: number;
  facets: Record<string, FacetValue[]>;
}

const VALUES_MAX = 20;

/** Fields that have few values between them: counted together, in one look through the queue. */
const TOGETHER = {
  state: 'alert.state',
  severity: 'alert.severity_rank',
  kind: 'alert.kind',
  verdict: 'alert.verdict',
  assignee: 'alert.assignee',
  ruleId: 'alert.rule_id',
  agencyId: 'alert.agency_id',
  systemId: 'alert.system_id',
} as const;
/** Those with about as many values as there are alerts. */
const ALONE = { host: 'alert.hostname', user: 'alert.user_name' } as const;

type Counted = readonly { value: string; count: number }[];

/** Counts within filter and scope. Each statement looks through all alerts of a large queue: others have their turn between. */
export async function readFacets(
  db: RegistryDb,
  filter: AlertFilter,
  scope: AgencyScope,
  nowMs: number,
): Promise<AlertFacets> {
  const { total, overdue, counted } = await countTogether(db, filter, scope, nowMs);
  for (const [name, column] of Object.entries(ALONE)) {
    await yieldToLoop();
    counted.set(name, await countBy(db, sql`${sql.ref(column)}`, filter, scope));
  }
  const facets: AlertFacets['facets'] = Object.fromEntries(
    [...counted].map(([name, values]) => [
      name,
      values.map(({ value, count }) => ({ value, label: value, count })),
    ]),
  );
  facets['severity'] = (facets['severity'] ?? []).map(({ value, count }) => {
    const severity = SEVERITIES[Number(value)] ?? value;
    return { value: severity, label: severity, count };
  });
  await yieldToLoop();
  facets['tag'] = await countTags(db, filter, scope);
  await nameThem(db, facets, scope);
  return { total, overdue, facets };
}

async function countTogether(
  db: RegistryDb,
  filter: AlertFilter,
  scope: AgencyScope,
  nowMs: number,
): Promise<{ total: number; overdue: number; counted: Map<string, Counted> }> {
  const rows = await db
    .selectFrom('alert')
    .select(Object.values(TOGETHER))
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      sql<number>`sum(case when closed = 0 and due_ms < ${nowMs} then 1 else 0 end)`.as('overdue'),
    ])
    .where((eb) => whereAlerts(eb, filter, scope))
    .groupBy(Object.values(TOGETHER))
    .execute();
  const counted = new Map<string, Counted>();
  for (const [name, column] of Object.entries(TOGETHER)) {
    const key = column.slice('alert.'.length) as keyof (typeof rows)[number];
    const counts = new Map<string | number, number>();
    for (const row of rows) {
      const value = row[key];
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + row.count);
    }
    counted.set(name, commonest(counts));
  }
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    overdue: rows.reduce((sum, row) => sum + row.overdue, 0),
    counted,
  };
}

/** The values that most have; among equals by the value. */
function commonest(counts: ReadonlyMap<string | number, number>): Counted {
  return [...counts]
    .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, VALUES_MAX)
    .map(([value, count]) => ({ value: String(value), count }));
}

async function countBy(
  db: RegistryDb,
  column: Expression<unknown>,
  filter: AlertFilter,
  scope: AgencyScope,
): Promise<{ value: string; count: number }[]> {
  const rows = await db
    .selectFrom('alert')
    .select((eb) => [sql<string | number>`${column}`.as('value'), eb.fn.countAll<number>().as('count')])
    .where((eb) => whereAlerts(eb, filter, scope))
    .where(sql<boolean>`${column} is not null`)
    .groupBy('value')
    .orderBy('count', 'desc')
    .orderBy('value')
    .limit(VALUES_MAX)
    .execute();
  return rows.map(({ value, count }) => ({ value: String(value), count }));
}

async function countTags(db: RegistryDb, filter: AlertFilter, scope: AgencyScope): Promise<FacetValue[]> {
  const rows = await db
    .selectFrom('alert_tag')
    .innerJoin('alert', 'alert.id', 'alert_tag.alert_id')
    .select((eb) => ['alert_tag.tag', eb.fn.countAll<number>().as('count')])
    .where((eb) => whereAlerts(eb, filter, scope))
    .groupBy('alert_tag.tag')
    .orderBy('count', 'desc')
    .orderBy('alert_tag.tag')
    .limit(VALUES_MAX)
    .execute();
  return rows.map(({ tag, count }) => ({ value: tag, label: tag, count }));
}

/** Names of agencies and systems, titles of rules. */
async function nameThem(db: RegistryDb, facets: AlertFacets['facets'], scope: AgencyScope): Promise<void> {
  const label = (name: string, labels: ReadonlyMap<string, string>): void => {
    for (const value of facets[name] ?? []) value.label = labels.get(value.value) ?? value.value;
  };
  const ids = (name: string): number[] => (facets[name] ?? []).map(({ value }) => Number(value));
  const rules = facets['ruleId'] ?? [];
  const titles = await readRuleTitles(
    db,
    rules.map(({ value }) => value),
    scope,
  );
  for (const rule of rules) {
    const known = titles.get(rule.value);
    if (known !== undefined) Object.assign(rule, { label: known.title, labelVi: known.titleVi ?? undefined });
  }
  const agencies = ids('agencyId');
  if (agencies.length > 0) {
    const rows = await db.selectFrom('agency').select(['id', 'name']).where('id', 'in', agencies).execute();
    label('agencyId', new Map(rows.map(({ id, name }) => [String(id), name])));
  }
  const systems = ids('systemId');
  if (systems.length > 0) {
    const rows = await db
      .selectFrom('information_system')
      .select(['id', 'name'])
      .where('id', 'in', systems)
      .execute();
    label('systemId', new Map(rows.map(({ id, name }) => [String(id), name])));
  }
}
