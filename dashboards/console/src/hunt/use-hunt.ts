/** A hunt on its way: its pages of events and what they come to in all. Stopping it closes the line, which stops it on the server too. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { ApiEvent } from '../api/types.ts';
import { api } from '../session/session-store.ts';
import { huntEvents, huntSummary, savedHunts, type HuntPage, type HuntSummary } from './hunt-api.ts';
import { spanOf, type HuntSearch } from './hunt-address.ts';

const pageSize = 100;

/** What is asked besides the time; null: all events. */
export type Asked =
  { readonly query: string } | { readonly sigma: string } | { readonly ruleId: string } | null;

/** Of a kept hunt whose text is Sigma, its text; undefined until it is known. */
export function useAsked(search: HuntSearch): {
  readonly asked: Asked | undefined;
  readonly huntName: string;
} {
  const hunts = useQuery({
    queryKey: ['hunt', 'kept'],
    queryFn: ({ signal }) => savedHunts(signal),
    enabled: search.huntId !== '',
    staleTime: 30_000,
  });
  const hunt = hunts.data?.hunts.find(({ id }) => id === search.huntId);
  const sigma = hunt?.sigma ?? null;
  const kept = hunt?.query ?? null;
  const asked = useMemo((): Asked | undefined => {
    if (search.huntId !== '') {
      if (sigma !== null) return { sigma };
      return kept === null ? undefined : { query: kept };
    }
    if (search.ruleId !== '') return { ruleId: search.ruleId };
    const query = search.query.trim();
    return query === '' ? null : { query };
  }, [kept, search.huntId, search.query, search.ruleId, sigma]);
  return { asked, huntName: hunt?.name ?? search.huntId };
}

export type Hunt = {
  readonly rows: readonly ApiEvent[];
  readonly summary: HuntSummary | undefined;
  readonly firstPage: HuntPage | undefined;
  readonly error: unknown;
  readonly summaryError: unknown;
  readonly busy: boolean;
  readonly stopped: boolean;
  readonly span: { readonly from: string; readonly to?: string };
  readonly stop: () => void;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly more: () => void;
};

const noPage = { exact: true, examined: 0, unknownFields: [] } as const;

/** @param run grows when the person searches again: relative times then end later */
export function useHunt(search: HuntSearch, asked: Asked | undefined, run: number, seconds: number): Hunt {
  const client = useQueryClient();
  const [stoppedAt, setStoppedAt] = useState(-1);
  // A relative range is fixed when the search starts, so that its pages belong together.
  const span = useMemo(() => ({ ...spanOf(search.time, Date.now()), run }), [search.time, run]);
  const { run: _run, ...times } = span;
  const key = ['hunt', 'events', asked, span, seconds];
  const events = useInfiniteQuery({
    queryKey: key,
    enabled: asked !== undefined && stoppedAt !== run,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }): Promise<HuntPage> => {
      const paged = { ...times, limit: pageSize, ...(pageParam === undefined ? {} : { after: pageParam }) };
      if (asked !== null) return huntEvents({ ...asked, ...paged, seconds }, signal);
      const page = await api.events(paged, signal);
      return { ...page, ...noPage, unknownFields: [], reachedAt: times.from };
    },
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const summaryKey = ['hunt', 'summary', asked, span, seconds];
  const summary = useQuery({
    queryKey: summaryKey,
    enabled: asked !== undefined && stoppedAt !== run,
    queryFn: ({ signal }) => huntSummary({ ...asked, ...times, seconds }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const rows = useMemo(() => events.data?.pages.flatMap((page) => page.events) ?? [], [events.data]);
  return {
    rows,
    summary: summary.data,
    firstPage: events.data?.pages[0],
    error: events.error,
    summaryError: summary.error,
    busy: asked !== undefined && ((events.isFetching && !events.isFetchingNextPage) || summary.isFetching),
    stopped: stoppedAt === run && events.data === undefined,
    span: times,
    stop: () => {
      setStoppedAt(run);
      void client.cancelQueries({ queryKey: key });
      void client.cancelQueries({ queryKey: summaryKey });
    },
    hasMore: events.hasNextPage,
    loadingMore: events.isFetchingNextPage,
    more: () => void events.fetchNextPage(),
  };
}

/** Seconds since something began, while it goes on. */
export function useElapsed(busy: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!busy) return undefined;
    const timer = window.setInterval(() => setSeconds((n) => n + 1), 1_000);
    return () => window.clearInterval(timer);
  }, [busy]);
  return seconds;
}
