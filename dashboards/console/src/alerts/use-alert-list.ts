/**
 * The rows of the alert list and what waits to be shown. Invariant: a row that was seen stays where it is until the
 * filters change or the person asks for new ones, also when it no longer fits the filter.
 */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Alert, AlertPage, AlertQuery } from '../api/types.ts';
import { api } from '../session/session-store.ts';
import { waitingStore } from '../shell/live-connection.ts';
import { useMe } from '../shell/me.ts';
import { announced, rowsOf, showWaiting, type AlertPages } from './alert-feed.ts';
import { matchesFilters, serverQuery, type AlertFilters } from './alert-filters.ts';

const pageSize = 100;

const alertsKey = (query: AlertQuery) => ['alerts', query] as const;

export type AlertList = {
  readonly rows: readonly Alert[];
  readonly announcedAlerts: readonly Alert[];
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
  const { username } = useMe();
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
  const rows = useMemo(() => rowsOf(result.data), [result.data]);
  const { hasNextPage, fetchNextPage } = result;
  const loaded = result.data !== undefined;
  const announcedAlerts = useMemo(() => {
    if (!loaded) return [];
    const lastRisk = rows.at(-1)?.risk ?? 0;
    const byRisk = filters.view === 'queue';
    // What comes after the last row of a list by risk is found by loading on, as with time.
    const belongs = (alert: Alert) =>
      matchesFilters(alert, filters, username) && !(byRisk && hasNextPage && alert.risk < lastRisk);
    return announced(waiting, { rows, hasMore: hasNextPage && !byRisk }, belongs);
  }, [filters, hasNextPage, loaded, rows, username, waiting]);

  const showNew = useCallback(() => {
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
    hasMore: hasNextPage,
    loading: result.isPending,
    loadingMore: result.isFetchingNextPage,
    error: result.error,
    showNew,
    loadMore: () => void fetchNextPage(),
    retry: () => void result.refetch(),
  };
}
