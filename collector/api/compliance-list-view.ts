/** Lists of the compliance part as the API and the command line show them. */
import { LIST_FORMS, LIST_KINDS, type ListScope } from '../compliance/evidence/assessment-lists.ts';
import type { KeptList } from '../registry/compliance/assessment-lists.ts';
import type { ListSummaryView, ListsView, ListView } from './contract-compliance-lists.ts';

export function scopeOf(asked: { agencyId?: number | undefined; systemId?: number | undefined }): ListScope {
  const { agencyId, systemId } = asked;
  if (systemId !== undefined) return { kind: 'system', id: systemId };
  return agencyId === undefined ? { kind: 'all' } : { kind: 'agency', id: agencyId };
}

export function toListSummary({
  kind,
  scope,
  entries,
  note,
  setBy,
  setMs,
  version,
}: KeptList): ListSummaryView {
  return {
    kind,
    agencyId: scope.kind === 'agency' ? scope.id : null,
    systemId: scope.kind === 'system' ? scope.id : null,
    entries: entries.length,
    note,
    setBy,
    setAt: new Date(setMs).toISOString(),
    version,
  };
}

export function toListView(list: KeptList): ListView {
  const entries = list.entries.map(({ value, untilMs }) => ({
    value,
    until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
  }));
  return { ...toListSummary(list), entries };
}

export function toListsView(lists: readonly KeptList[]): ListsView {
  return {
    lists: lists.map(toListSummary),
    kinds: LIST_KINDS.map((kind) => ({ kind, ...LIST_FORMS[kind] })),
  };
}
