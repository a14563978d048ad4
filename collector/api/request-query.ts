/** From what is asked of a list of requests to the filter of the control plane. */
import type { z } from 'zod';
import { inScope, scopeOfAgency, type AgencyScope } from '../registry/agencies.ts';
import type { Registry } from '../registry/database.ts';
import type { RequestBulk } from '../registry/requests/bulk-requests.ts';
import type { RequestFilter } from '../registry/requests/request-rows.ts';
import { toAlertFilter } from './alert-query.ts';
import type { RequestBulkBody, requestFilterSchema } from './contract-requests.ts';
import { ApiError } from './errors.ts';

/** @throws ApiError not-found for an agency outside the scope */
export async function toRequestFilter(
  registry: Registry,
  query: z.infer<typeof requestFilterSchema>,
  scope: AgencyScope,
): Promise<RequestFilter> {
  const { state, agencyId, alertId, jobId, due } = query;
  if (agencyId !== undefined && !inScope(scope, agencyId))
    throw new ApiError('not-found', { field: 'agencyId' });
  const wanted = agencyId === undefined ? undefined : await scopeOfAgency(registry.db, agencyId);
  return {
    states: state === undefined ? undefined : [state],
    agencyIds: wanted?.kind === 'some' ? wanted.agencyIds : undefined,
    alertId,
    jobId,
    dueBeforeMs: due === undefined ? undefined : registry.now(),
  };
}

/** @throws ApiError bad-request */
export async function toRequestBulk(
  registry: Registry,
  body: RequestBulkBody,
  who: { actor: string; scope: AgencyScope; agencyId: number; username: string | undefined },
): Promise<RequestBulk> {
  const { filter, ids, template, dueOn, send } = body;
  if ((filter === undefined) === (ids === undefined))
    throw new ApiError('bad-request', { field: 'filter', message: 'give either a filter or ids' });
  const { actor, agencyId, ...asks } = who;
  return {
    filter: await toAlertFilter(registry, filter ?? {}, asks),
    ids,
    template,
    dueOn,
    send,
    actor,
    agencyId,
    askedMs: registry.now(),
  };
}
