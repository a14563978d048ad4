/** A kept filter and the filters of the page: what one says is what the other says. */
import { href } from '../router/location.ts';
import {
  filterQuery,
  parseFilters,
  serverFilter,
  wordFilters,
  wordKeys,
  type AlertFilters,
} from './alert-filters.ts';

/** What is kept: the filter that the server lists by, as text. */
export function keptFilter(filters: AlertFilters): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(serverFilter(filters)).flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  );
}

/** The filters of the page; what this page does not know is left out. */
export function filtersOfKept(kept: Readonly<Record<string, string>>): AlertFilters {
  const words = wordFilters.flatMap((name) => {
    const value = kept[name];
    return value === undefined ? [] : [[wordKeys[name], value] as const];
  });
  const state = kept['state'] === 'new,acknowledged,in-progress' ? 'open' : (kept['state'] ?? 'all');
  const query = {
    ...Object.fromEntries(words),
    severity: kept['severity'] ?? '',
    state,
    q: kept['text'] ?? '',
    view: kept['folded'] === 'show' ? 'plain' : '',
  };
  return parseFilters(new URLSearchParams(query));
}

/** Whether a page shows what a kept filter says. */
export function isAsKept(filters: AlertFilters, kept: Readonly<Record<string, string>>): boolean {
  return href('', filterQuery(filters)) === href('', filterQuery(filtersOfKept(kept)));
}
