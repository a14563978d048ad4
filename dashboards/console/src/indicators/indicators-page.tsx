/** The register of indicators: found by value, kind, source and state; each with the hosts that showed it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { Icon } from '../shell/icons.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import '../styles/explore.css';
import { IndicatorPanel } from './indicator-panel.tsx';
import { indicatorTone } from './indicator-tone.ts';
import { IndicatorDialog, RetroDialog } from './indicator-dialogs.tsx';
import { indicatorList, kinds, sources, standings } from './indicators-api.ts';
import { kindLabels, standingLabels } from './indicator-labels.ts';
import { messages } from './messages.ts';

const filterNames = ['state', 'type', 'source', 'q'] as const;
type Filters = Readonly<Record<(typeof filterNames)[number], string>>;

export default function IndicatorsPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const { number } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const mayWrite = useMay('indicator:write');
  const searchInput = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState<'add' | 'retro' | null>(null);
  const value = (name: string) => (search.get(name) ?? '').slice(0, 256);
  const filters: Filters = {
    state: standings.find((state) => state === value('state')) ?? '',
    type: kinds.find((kind) => kind === value('type')) ?? '',
    source: value('source'),
    q: value('q'),
  };
  const asked = {
    state: filters.state,
    type: filters.type,
    source: filters.source,
    text: filters.q.trim(),
  };
  const list = useInfiniteQuery({
    queryKey: ['indicators', 'list', asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => indicatorList({ ...asked, limit: 100, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });
  const known = useQuery({
    queryKey: ['indicators', 'sources'],
    queryFn: ({ signal }) => sources(signal),
    staleTime: 60_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.indicators) ?? [];
  const addressOf = (id: string | null) =>
    href(id === null ? '/indicators' : pathOf('indicators', id), filters);
  const change = (next: Partial<Filters>) =>
    navigate(href(openId === null ? '/indicators' : pathOf('indicators', openId), { ...filters, ...next }), {
      replace: true,
    });
  const current = useListKeys({
    keys: rows.map(({ id }) => String(id)),
    openKey: openId,
    addressOf,
    onSearch: () => searchInput.current?.focus(),
  });
  const isFiltered = Object.values(filters).some((one) => one !== '');
  return (
    <Page
      title={text('ioc.title')}
      layout="plain"
      actions={
        <>
          <Link to="/indicators/sources">{text('ioc.sources')}</Link>
          {mayWrite ? (
            <>
              <Button onClick={() => setAsking('retro')}>{text('ioc.lookBack')}</Button>
              <Button icon={<Icon name="upload" />} onClick={() => navigate('/indicators/import')}>
                {text('ioc.import')}
              </Button>
              <Button
                type="primary"
                icon={<Icon name="plus" />}
                data-testid="indicator-add"
                onClick={() => setAsking('add')}
              >
                {text('ioc.add')}
              </Button>
            </>
          ) : null}
        </>
      }
      toolbar={
        <>
          <SearchBox
            label={text('ioc.find')}
            value={filters.q}
            onChange={(q) => change({ q })}
            waitMs={250}
            inputRef={searchInput}
            testId="indicator-search"
          />
          <Chips
            label={text('ioc.state')}
            chips={standings.map((state) => ({ value: state, label: text(standingLabels[state]) }))}
            chosen={standings.filter((state) => state === filters.state)}
            onToggle={(state) => change({ state: filters.state === state ? '' : state })}
          />
          <FilterSelect
            labelled
            label={text('ioc.kind')}
            all={text('ioc.all')}
            value={filters.type}
            options={kinds.map((kind) => ({ value: kind, label: text(kindLabels[kind]) }))}
            onChange={(type) => change({ type })}
          />
          <FilterSelect
            labelled
            label={text('ioc.source')}
            all={text('ioc.all')}
            value={filters.source}
            options={(known.data?.sources ?? []).map(({ name, indicators }) => ({
              value: name,
              label: visibleString(name, 60),
              count: indicators,
            }))}
            onChange={(source) => change({ source })}
          />
        </>
      }
    >
      <Split
        list={
          <>
            {list.error === null ? null : (
              <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
            )}
            {list.isPending && list.error === null ? <Loading /> : null}
            {list.isSuccess && rows.length === 0 ? (
              <EmptyState title={text(isFiltered ? 'ioc.noMatch' : 'ioc.empty')}>
                {isFiltered ? (
                  <Link to="/indicators">{text('ioc.all')}</Link>
                ) : (
                  <p>{text('ioc.emptyText')}</p>
                )}
              </EmptyState>
            ) : null}
            {rows.length === 0 ? null : (
              <DataTable
                caption={text('ioc.title')}
                rows={rows}
                keyOf={({ id }) => String(id)}
                addressOf={({ id }) => addressOf(String(id))}
                currentKey={current}
                testId="indicator-row"
                columns={[
                  {
                    key: 'kind',
                    label: text('ioc.kind'),
                    width: '112px',
                    cell: ({ type }) => text(kindLabels[type]),
                  },
                  {
                    key: 'value',
                    label: text('ioc.value'),
                    cell: (row) => (
                      <Link to={addressOf(String(row.id))}>
                        <LineText value={row.value} />
                      </Link>
                    ),
                  },
                  {
                    key: 'state',
                    label: text('ioc.state'),
                    width: '130px',
                    cell: (row) => {
                      const state =
                        row.throttledAt !== null && row.state === 'active' ? 'throttled' : row.state;
                      return <Badge tone={indicatorTone[state]}>{text(standingLabels[state])}</Badge>;
                    },
                  },
                  {
                    key: 'source',
                    label: text('ioc.source'),
                    width: '150px',
                    needs: 'medium',
                    cell: ({ source }) => <LineText value={source} />,
                  },
                  {
                    key: 'confidence',
                    label: text('ioc.confidence'),
                    width: '96px',
                    numeric: true,
                    needs: 'medium',
                    cell: ({ confidence }) => number(confidence),
                  },
                  {
                    key: 'seen',
                    label: text('ioc.seen'),
                    width: '84px',
                    numeric: true,
                    cell: ({ sightings }) => number(sightings.hosts),
                  },
                  {
                    key: 'last',
                    label: text('ioc.last'),
                    width: '130px',
                    needs: 'wide',
                    cell: ({ sightings }) =>
                      sightings.last === null ? '—' : <RelativeTime iso={sightings.last} />,
                  },
                  {
                    key: 'until',
                    label: text('ioc.until'),
                    width: '140px',
                    needs: 'wide',
                    cell: ({ validUntil }) => (validUntil === null ? '—' : <RelativeTime iso={validUntil} />),
                  },
                ]}
              />
            )}
            <More query={list} />
          </>
        }
        panel={
          openId === null ? null : (
            <IndicatorPanel key={openId} id={openId} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
      {asking === 'add' ? <IndicatorDialog onClose={() => setAsking(null)} /> : null}
      {asking === 'retro' ? <RetroDialog source={filters.source} onClose={() => setAsking(null)} /> : null}
    </Page>
  );
}
