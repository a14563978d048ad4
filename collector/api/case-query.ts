/** From what a request asks of a list of cases to the filter of the control plane. */
import { inScope, scopeOfAgency, type AgencyScope } from '../registry/agencies.ts';
import type { CaseFilter } from '../registry/cases/list-cases.ts';
import type { Registry } from '../registry/database.ts';
import type { CaseFilterQuery } from './contract-cases.ts';
import { ApiError } from './errors.ts';

const time = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

/** @throws ApiError bad-request for `me` without a user, not-found for an agency outside the scope */
export async function toCaseFilter(
  registry: Registry,
  query: CaseFilterQuery,
  who: { scope: AgencyScope; username: string | undefined },
): Promise<CaseFilter> {
  const self = (field: string, name: string | undefined): string | undefined => {
    if (name !== 'me') return name;
    if (who.username === undefined)
      throw new ApiError('bad-request', { field, message: '`me` is for people who sign in' });
    return who.username;
  };
  let agencyIds: readonly number[] | undefined;
  if (query.agencyId !== undefined) {
    if (!inScope(who.scope, query.agencyId)) throw new ApiError('not-found', { field: 'agencyId' });
    const wanted = await scopeOfAgency(registry.db, query.agencyId);
    agencyIds = wanted.kind === 'all' ? undefined : wanted.agencyIds;
  }
  return {
    states: query.state,
    severities: query.severity,
    classes: query.class,
    agencyIds,
    systemId: query.systemId,
    assignee: query.assignee === 'none' ? null : self('assignee', query.assignee),
    watcher: self('watcher', query.watcher),
    tag: query.tag,
    text: query.text,
    dueBeforeMs: query.due === 'overdue' ? registry.now() : time(query.due),
    clock: query.clock,
    drill: query.drill === undefined ? undefined : query.drill === 'true',
    updatedSinceMs: time(query.updatedSince),
    createdUntilMs: time(query.createdUntil),
    nowMs: registry.now(),
  };
}
