/** The page of alerts begins with the filter that the person wants it to begin with, once, where the address asks for nothing. */
import { useEffect, useRef } from 'react';
import type { AlertFilters } from './alert-filters.ts';
import { filtersOfKept } from './alert-view-filter.ts';
import { useKeptViews } from './alert-views-api.ts';

/** @param isBare the page was opened without filters and without an alert */
export function useFirstView(isBare: boolean, choose: (id: string, filters: AlertFilters) => void): void {
  const { data } = useKeptViews();
  const isDue = useRef(isBare);
  useEffect(() => {
    if (data === undefined || !isDue.current) return;
    isDue.current = false;
    const first = data.find((view) => view.first);
    if (isBare && first !== undefined) choose(first.id, filtersOfKept(first.filter));
  }, [data, isBare, choose]);
}
