/** Agencies as the API and the command line show them: nothing outside the caller's scope, not even as a number. */
import { type Agency, type AgencyScope, inScope } from '../registry/agencies.ts';
import type { AgencyChange } from '../registry/agency-changes.ts';
import type { AgencyDetail } from '../registry/agency-book.ts';
import type { AgencyCode } from '../registry/agency-codes.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { AgencyChangeView } from './contract-agency-changes.ts';
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

const maybeTime = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function toChangeView(change: AgencyChange): AgencyChangeView {
  const { id, kind, on, state, plan, outcome, problem, createdBy, appliedBy, closedBy } = change;
  return {
    id,
    kind,
    on,
    state,
    plan,
    outcome,
    problem,
    createdAt: isoTime(change.createdMs),
    createdBy,
    appliedAt: maybeTime(change.appliedMs),
    appliedBy,
    closedAt: maybeTime(change.closedMs),
    closedBy,
    reversibleUntil: maybeTime(change.reversibleUntilMs),
  };
}
