/** State of a page that stands in the query of its address: filters, the open tab. A change replaces the entry, so Back leaves the page. */
import { useMemo } from 'react';
import { href, type QueryValue } from './location.ts';
import { navigate, useLocation } from './router.tsx';

const unitsMax = 256;

export type QueryState = {
  /** Empty when it is not there. */
  readonly get: (name: string) => string;
  /** The value when it is one of these. */
  readonly oneOf: <Value extends string>(name: string, values: readonly Value[]) => Value | undefined;
  readonly set: (next: Readonly<Record<string, QueryValue>>) => void;
  /** The address of another path with this query, changed by `next`. */
  readonly to: (path: string, next?: Readonly<Record<string, QueryValue>>) => string;
};

export function useQueryState(): QueryState {
  const { pathname, search } = useLocation();
  return useMemo(() => {
    const get = (name: string) => (search.get(name) ?? '').slice(0, unitsMax);
    const to: QueryState['to'] = (path, next = {}) => href(path, { ...Object.fromEntries(search), ...next });
    return {
      get,
      oneOf: (name, values) => values.find((value) => value === get(name)),
      set: (next) => navigate(to(pathname, next), { replace: true }),
      to,
    };
  }, [pathname, search]);
}
