/**
 * The rows of the alert list and what waits to be shown. Invariant: a row that was seen stays where it is until the
 * filters change or the person asks for new ones, also when its state no longer fits the filter.
 */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Alert, AlertPage, AlertQuery } from '../api/types.ts';
import { api } from '../session/session-store.ts';
import { waitingStore } from '../shell/live-connection.ts';
import { announced, rowsOf, showWaiting, type AlertPages } from './alert-feed.ts';
import {
  matchesApartFromState,
  matchesFilters,
  matchesState,
  serverQuery,
  type AlertFilters,
} from './alert-filters.ts';

const pageSize = 200;
/** Pages looked through by themselves when a filter the server does not know leaves few rows. */
const ownPagesMax = 10;
const enoughRows = 40;

const alertsKey = (query: AlertQuery) => ['alerts', query] as const;

export type AlertList = {
  readonly rows: readonly Alert[];
  readonly announcedAlerts: readonly Alert[];
  /** Alerts looked through to find the rows. */
  readonly looked: number;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly loadingMore: boolean;
  readonly error: Error | null;
  readonly showNew: () => void;
  readonly loadMore: () => void;
  readonly retry: () => void;
};

export function useAlertList(filters: AlertFilters): AlertList {
  const client = useQueryClient();
  const query = useMemo(() => serverQuery(filters), [filters]);
  const result = useInfiniteQuery({
    queryKey: alertsKey(query),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.alerts(
        { ...query, limit: pageSize, ...(pageParam === undefined ? {} : { after: pageParam }) },
        signal,
      ),
    getNextPageParam: (last: AlertPage) => last.next ?? undefined,
    // The live line keeps the list true; reading it again would move rows under the reader's eyes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const waiting = useSyncExternalStore(waitingStore.subscribe, waitingStore.get);
  const wanted = useDeferredValue(filters);
  const wantedKey = JSON.stringify(wanted);
  const seen = useRef({ key: '', ids: new Set<string>() });

  const all = useMemo(() => rowsOf(result.data), [result.data]);
  const rows = useMemo(() => {
    const held = seen.current.key === wantedKey ? seen.current.ids : new Set<string>();
    return all.filter(
      (alert) =>
        matchesApartFromState(alert, wanted) && (matchesState(alert, wanted.state) || held.has(alert.id)),
    );
  }, [all, wanted, wantedKey]);
  useEffect(() => {
    if (seen.current.key !== wantedKey) seen.current = { key: wantedKey, ids: new Set() };
    for (const row of rows) seen.current.ids.add(row.id);
  }, [rows, wantedKey]);

  const { hasNextPage, isFetching, isError, fetchNextPage } = result;
  const pages = result.data?.pages.length ?? 0;
  const loaded = result.data !== undefined;
  const announcedAlerts = useMemo(
    () =>
      loaded
        ? announced(waiting, { rows: all, hasMore: hasNextPage }, (alert) => matchesFilters(alert, wanted))
        : [],
    [all, hasNextPage, loaded, waiting, wanted],
  );

  useEffect(() => {
    if (
      rows.length < enoughRows &&
      pages > 0 &&
      pages < ownPagesMax &&
      hasNextPage &&
      !isFetching &&
      !isError
    ) {
      void fetchNextPage();
    }
  }, [fetchNextPage, hasNextPage, isError, isFetching, pages, rows.length]);

  const showNew = useCallback(() => {
    seen.current = { key: '', ids: new Set() };
    client.setQueryData<AlertPages>(alertsKey(query), (known) =>
      known === undefined ? known : showWaiting(known, announcedAlerts),
    );
  }, [announcedAlerts, client, query]);

  // In an empty list nothing can jump: what arrives is shown at once.
  useEffect(() => {
    if (rows.length === 0 && announcedAlerts.length > 0) showNew();
  }, [announcedAlerts, rows.length, showNew]);

  return {
    rows,
    announcedAlerts,
    looked: all.length,
    hasMore: hasNextPage,
    loading: result.isPending,
    loadingMore: result.isFetchingNextPage,
    error: result.error,
    showNew,
    loadMore: () => void fetchNextPage(),
    retry: () => void result.refetch(),
  };
}
