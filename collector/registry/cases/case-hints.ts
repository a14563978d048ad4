/** Which case an alert is in, and which open ones it may belong to, of those that the reader sees. */
import { type AgencyScope, inScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { whereVisible } from './find-case.ts';

export interface CaseHint {
  number: string;
  state: string;
  severity: string;
  /** What they have in common. */
  why: ('host' | 'user' | 'value')[];
}

const HINTS_MAX = 5;
const VALUES_MAX = 20;

/** The case that an alert is in, and open cases that it may belong to. Undefined: no such alert in the scope. */
export async function casesForAlert(
  db: RegistryDb,
  alertId: string,
  scope: AgencyScope,
): Promise<{ in: { number: string; state: string } | undefined; hints: CaseHint[] } | undefined> {
  const alert = await db
    .selectFrom('alert')
    .select(['agency_id', 'agent_id', 'hostname', 'user_name', 'entity'])
    .where('id', '=', alertId)
    .executeTakeFirst();
  if (alert === undefined || !inScope(scope, alert.agency_id)) return undefined;
  const visible = (): ReturnType<typeof openCases> => openCases(db, scope);
  const own = await db
    .selectFrom('case_file')
    .innerJoin('case_alert', 'case_alert.case_id', 'case_file.id')
    .select(['case_file.id', 'case_file.number', 'case_file.state'])
    .where('case_alert.alert_id', '=', alertId)
    .where((eb) => whereVisible(eb, scope))
    .executeTakeFirst();
  const found = new Map<string, CaseHint>();
  const note = (
    rows: readonly { number: string; state: string; severity: string; id: string }[],
    why: CaseHint['why'][number],
  ): void => {
    for (const { id, number, state, severity } of rows) {
      if (id === own?.id) continue;
      const hint = found.get(number) ?? { number, state, severity, why: [] };
      if (!hint.why.includes(why)) hint.why.push(why);
      found.set(number, hint);
    }
  };
  const ofAlerts = (column: 'agent_id' | 'user_name', value: string) =>
    visible()
      .where('case_file.id', 'in', (eb) => {
        let query = eb
          .selectFrom('case_alert')
          .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
          .select('case_alert.case_id')
          .where(`alert.${column}`, '=', value);
        if (scope.kind === 'some') query = query.where('alert.agency_id', 'in', scope.agencyIds);
        return query;
      })
      .execute();
  const ofItems = (values: readonly string[]) =>
    visible()
      .where('case_file.id', 'in', (eb) => {
        let query = eb
          .selectFrom('case_item')
          .select('case_item.case_id')
          .where('case_item.value', 'in', values);
        if (scope.kind === 'some') query = query.where('case_item.agency_id', 'in', scope.agencyIds);
        return query;
      })
      .execute();
  if (alert.agent_id !== null) note(await ofAlerts('agent_id', alert.agent_id), 'host');
  if (alert.user_name !== null) note(await ofAlerts('user_name', alert.user_name), 'user');
  const entity = Object.values(JSON.parse(alert.entity) as Record<string, string>); // written by us
  const hosts = [alert.agent_id, alert.hostname].filter((one) => one !== null);
  if (hosts.length > 0) note(await ofItems(hosts), 'host');
  if (alert.user_name !== null) note(await ofItems([alert.user_name]), 'user');
  if (entity.length > 0) note(await ofItems(entity.slice(0, VALUES_MAX)), 'value');
  const hints = [...found.values()].toSorted(
    (a, b) => b.why.length - a.why.length || (a.number < b.number ? 1 : -1),
  );
  return {
    in: own === undefined ? undefined : { number: own.number, state: own.state },
    hints: hints.slice(0, HINTS_MAX),
  };
}

function openCases(db: RegistryDb, scope: AgencyScope) {
  return db
    .selectFrom('case_file')
    .select(['case_file.id', 'case_file.number', 'case_file.state', 'case_file.severity'])
    .where('case_file.closed', '=', 0)
    .where('case_file.merged_into', 'is', null)
    .where((eb) => whereVisible(eb, scope))
    .orderBy('case_file.updated_ms', 'desc')
    .limit(HINTS_MAX);
}
