/** How many agents deserve a look, for the doctor. */
import type { AgencyScope } from './agencies.ts';
import type { Registry } from './database.ts';

export interface SickAgents {
  all: number;
  /** The host's clock was off by more than `skewMsMax` when its last session began. */
  skewed: number;
  otherVersion: number;
}

export async function sickAgents(
  registry: Registry,
  limits: { skewMsMax: number; version: string; scope?: AgencyScope },
): Promise<SickAgents> {
  const { skewMsMax, version, scope = { kind: 'all' } } = limits;
  let rows = registry.db
    .selectFrom('agent')
    .select((q) => [
      q.fn.countAll<number>().as('all'),
      q.fn
        .countAll<number>()
        .filterWhere(q.or([q.eb('clock_skew_ms', '>', skewMsMax), q.eb('clock_skew_ms', '<', -skewMsMax)]))
        .as('skewed'),
      q.fn.countAll<number>().filterWhere('agent_version', '!=', version).as('otherVersion'),
    ])
    .where('state', '=', 'active');
  if (scope.kind === 'some') rows = rows.where('agency_id', 'in', scope.agencyIds);
  return rows.executeTakeFirstOrThrow();
}
