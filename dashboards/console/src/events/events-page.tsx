/** Search over events. The search is in the address; results are a table whose rows open into fields and raw text. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, lazy, memo, Suspense, useMemo, useRef, useState } from 'react';
import type { ApiEvent, EventPage } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { useHotkeys } from '../shell/hotkeys.ts';
import { LineText } from '../text/safe-text.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { GuideLink } from '../ui/page.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import '../styles/events.css';
import { EventDetail } from './event-detail.tsx';
import { apiQuery, emptySearch, parseSearch, searchQuery, type EventSearch } from './event-search.ts';

const SearchForm = lazy(() => import('./search-form.tsx'));

const pageSize = 100;
const columns = 4;

type RowProps = { readonly event: ApiEvent; readonly open: boolean; readonly onToggle: (id: string) => void };

const EventRow = memo(function EventRow({ event, open, onToggle }: RowProps) {
  const { t } = useI18n();
  return (
    <Fragment>
      <tr
        data-testid="event-row"
        data-event-id={event.id}
        data-open={open}
        onClick={() => {
          if ((window.getSelection()?.toString() ?? '') === '') onToggle(event.id);
        }}
      >
        <td className="vg-c-time vg-time">
          <button
            type="button"
            className="vg-expand"
            aria-expanded={open}
            aria-label={open ? t('events.hide') : t('events.show')}
            onClick={(click) => {
              click.stopPropagation();
              onToggle(event.id);
            }}
          >
            {open ? '▾' : '▸'}
          </button>
          <AbsoluteTime iso={event.time} />
        </td>
        <td className="vg-c-host">
          <LineText value={event.hostname} />
        </td>
        <td className="vg-c-channel">
          <LineText value={event.channel} />
        </td>
        <td className="vg-c-message">
          {event.ruleIds.length > 0 ? (
            <span className="vg-hit" title={t('events.hits', { n: event.ruleIds.length })}>
              <span aria-hidden="true">◆</span>
              <span className="vg-sr">{t('events.hits', { n: event.ruleIds.length })}</span>
            </span>
          ) : null}
          <LineText value={event.message} />
        </td>
      </tr>
      {open ? (
        <tr className="vg-event-open">
          <td colSpan={columns}>
            <EventDetail event={event} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
});

function useEventPages(search: EventSearch, run: number) {
  // A relative range is fixed when the search starts, so that its pages belong together.
  const query = useMemo(() => ({ ...apiQuery(search, Date.now()), run }), [search, run]);
  const { run: _run, ...asked } = query;
  return useInfiniteQuery({
    queryKey: ['events', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.events(
        { ...asked, limit: pageSize, ...(pageParam === undefined ? {} : { after: pageParam }) },
        signal,
      ),
    getNextPageParam: (last: EventPage) => last.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

export default function EventsPage() {
  const { t } = useI18n();
  const { search: params } = useLocation();
  const search = useMemo(() => parseSearch(params), [params]);
  const [run, setRun] = useState(0);
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set());
  const form = useRef<HTMLDivElement>(null);
  const result = useEventPages(search, run);
  const rows = useMemo(() => result.data?.pages.flatMap((page) => page.events) ?? [], [result.data]);

  const toggle = useRef((id: string) =>
    setOpenIds((known) => {
      const next = new Set(known);
      if (!next.delete(id)) next.add(id);
      return next;
    }),
  );
  useHotkeys({
    '/': (event) => {
      event.preventDefault();
      form.current?.querySelector('input')?.focus();
    },
  });

  return (
    <div className="vg-page">
      <header className="vg-page-head">
        <h1>{t('nav.events')}</h1>
        <GuideLink />
        {result.data === undefined ? null : (
          <p className="vg-page-sum" role="status">
            {result.hasNextPage
              ? t('events.shownMore', { n: rows.length })
              : t('events.shown', { n: rows.length })}
          </p>
        )}
      </header>
      <div ref={form}>
        <Suspense fallback={<div className="vg-search-form" />}>
          <SearchForm
            search={search}
            busy={result.isFetching}
            onSearch={(next) => {
              navigate(href('/events', searchQuery(next)));
              setRun((known) => known + 1);
            }}
          />
        </Suspense>
      </div>
      <div className="vg-scroll">
        {result.error === null ? null : (
          <ErrorNotice error={result.error} onRetry={() => void result.refetch()} />
        )}
        {result.isPending ? <Loading label={t('events.searching')} /> : null}
        {result.data !== undefined && rows.length === 0 ? (
          <EmptyState title={t('events.none')}>
            <p>{t('events.noneText')}</p>
            <Link to={href('/events', searchQuery({ ...search, time: { kind: 'range', range: 'all' } }))}>
              {t('events.allTime')}
            </Link>
            {' · '}
            <Link to={href('/events', searchQuery(emptySearch))}>{t('events.clear')}</Link>
          </EmptyState>
        ) : null}
        {rows.length === 0 ? null : (
          <table className="vg-table vg-event-table">
            <caption className="vg-sr">{t('events.caption')}</caption>
            <thead>
              <tr>
                <th scope="col" className="vg-c-time">
                  {t('column.time')}
                </th>
                <th scope="col" className="vg-c-host">
                  {t('column.host')}
                </th>
                <th scope="col" className="vg-c-channel">
                  {t('column.channel')}
                </th>
                <th scope="col">{t('column.message')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((event) => (
                <EventRow
                  key={event.id}
                  event={event}
                  open={openIds.has(event.id)}
                  onToggle={toggle.current}
                />
              ))}
            </tbody>
          </table>
        )}
        {result.hasNextPage ? (
          <div className="vg-more">
            <button
              type="button"
              className="vg-button"
              disabled={result.isFetchingNextPage}
              onClick={() => void result.fetchNextPage()}
            >
              {result.isFetchingNextPage ? t('state.loading') : t('events.more')}
            </button>
          </div>
        ) : null}
      </div>
    </div>
  );
}
