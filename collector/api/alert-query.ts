/** From what a request asks to the filter of the control plane: names of oneself, agencies with all below them. */
import { findCase } from '../registry/cases/find-case.ts';
import type { AlertFilter } from '../registry/alert-filter.ts';
import { inScope, scopeOfAgency, type AgencyScope } from '../registry/agencies.ts';
import type { Registry } from '../registry/database.ts';
import type { AlertFilterQuery } from './contract-alerts.ts';
import { ApiError } from './errors.ts';

const time = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

/** @throws ApiError bad-request for `me` without a user, not-found for an agency outside the scope */
export async function toAlertFilter(
  registry: Registry,
  query: AlertFilterQuery,
  who: { scope: AgencyScope; username: string | undefined },
): Promise<AlertFilter> {
  const self = (field: string, name: string | undefined): string | undefined => {
    if (name !== 'me') return name;
    if (who.username === undefined) {
      throw new ApiError('bad-request', { field, message: '`me` is for people who sign in' });
    }
    return who.username;
  };
  return {
    states: query.state,
    severities: query.severity,
    kinds: query.kind,
    verdicts: query.verdict,
    ruleId: query.ruleId,
    agentId: query.agentId,
    hostname: query.host,
    userName: query.user,
    systemId: query.systemId,
    agencyIds: await agencyIds(registry, query.agencyId, who.scope),
    assignee: query.assignee === 'none' ? null : self('assignee', query.assignee),
    watcher: self('watcher', query.watcher),
    dueBeforeMs: query.due === 'overdue' ? registry.now() : time(query.due),
    tag: query.tag,
    technique: query.technique,
    text: query.text,
    fromMs: time(query.from),
    toMs: time(query.to),
    createdSinceMs: time(query.createdFrom),
    createdBeforeMs: time(query.createdTo),
    fleetId: query.fleetId,
    caseId:
      query.case === undefined ? undefined : (await findCase(registry.db, query.case, who.scope)).row.id,
    folded: query.folded === 'show',
  };
}

async function agencyIds(
  registry: Registry,
  agencyId: number | undefined,
  scope: AgencyScope,
): Promise<readonly number[] | undefined> {
  if (agencyId === undefined) return undefined;
  if (!inScope(scope, agencyId)) throw new ApiError('not-found', { field: 'agencyId' });
  const wanted = await scopeOfAgency(registry.db, agencyId);
  return wanted.kind === 'all' ? undefined : wanted.agencyIds;
}
