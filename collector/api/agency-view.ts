/** Agencies as the API and the command line show them: nothing outside the caller's scope, not even as a number. */
import { type Agency, type AgencyScope, inScope } from '../registry/agencies.ts';
import type { AgencyDetail } from '../registry/agency-book.ts';
import type { AgencyCode } from '../registry/agency-codes.ts';
import type { AgencyDetailView, AgencyView } from './contract-agencies.ts';

const seenParent = (scope: AgencyScope, parentId: number | null): number | null =>
  parentId !== null && inScope(scope, parentId) ? parentId : null;

export function toAgencyView(agency: Agency, scope: AgencyScope): AgencyView {
  const { id, name, shortName, kind, beganOn, endedOn, version } = agency;
  return {
    id,
    name,
    shortName,
    kind,
    parentId: seenParent(scope, agency.parentId),
    beganOn,
    endedOn,
    version,
  };
}

export function toCodeView({ id, form, code, from, to }: AgencyCode): AgencyDetailView['codes'][number] {
  return { id, form, code, from, to };
}

export function toAgencyDetailView(agency: AgencyDetail, scope: AgencyScope): AgencyDetailView {
  return {
    ...toAgencyView(agency, scope),
    codes: agency.codes.map(toCodeView),
    periods: agency.periods.map((period) => ({ ...period, parentId: seenParent(scope, period.parentId) })),
    successors: agency.successors.filter(({ id }) => inScope(scope, id)),
    predecessors: agency.predecessors.filter(({ id }) => inScope(scope, id)),
  };
}
