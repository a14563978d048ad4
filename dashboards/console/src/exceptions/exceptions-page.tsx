/** The register of exceptions and maintenance windows; `?new=1` opens the form, filled in from an alert or a rule. */
import { useInfiniteQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useAgencies } from '../api/agencies.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { Icon } from '../shell/icons.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
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
import './exceptions.css';
import { exceptionKinds, exceptionStates, scopeText, stateTones } from './exception-labels.ts';
import { ExceptionPanel } from './exception-panel.tsx';
import { exceptionList } from './exceptions-api.ts';
import { kindLabels, stateLabels } from './exception-words.ts';
import { messages } from './messages.ts';

const RequestDialog = lazy(() => import('./request-dialog.tsx'));

const filterNames = ['state', 'kind', 'window', 'due', 'q'] as const;
type Filters = Readonly<Record<(typeof filterNames)[number], string>>;

export default function ExceptionsPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const { number } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const mayAsk = useMay('exception:request');
  const agencies = useAgencies();
  const searchInput = useRef<HTMLInputElement>(null);
  const value = (name: string) => (search.get(name) ?? '').slice(0, 256);
  const filters: Filters = {
    state: exceptionStates.find((state) => state === value('state')) ?? '',
    kind: exceptionKinds.find((kind) => kind === value('kind')) ?? '',
    window: value('window') === 'only' || value('window') === 'none' ? value('window') : '',
    due: value('due') === 'soon' ? 'soon' : '',
    q: value('q'),
  };
  const asked = {
    state: filters.state,
    kind: filters.kind,
    window: filters.window,
    due: filters.due,
    text: filters.q.trim(),
  };
  const list = useInfiniteQuery({
    queryKey: ['exceptions', 'list', asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => exceptionList({ ...asked, limit: 100, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.exceptions) ?? [];
  const addressOf = (id: string | null) =>
    href(id === null ? '/exceptions' : pathOf('exceptions', id), filters);
  const change = (next: Partial<Filters>) =>
    navigate(href(openId === null ? '/exceptions' : pathOf('exceptions', openId), { ...filters, ...next }), {
      replace: true,
    });
  const current = useListKeys({
    keys: rows.map(({ id }) => String(id)),
    openKey: openId,
    addressOf,
    onSearch: () => searchInput.current?.focus(),
  });
  const nameOf = (agencyId: number) => agencies.find(({ id }) => id === agencyId)?.name ?? '';
  const isFiltered = Object.values(filters).some((one) => one !== '');
  return (
    <Page
      title={text('except.title')}
      layout="plain"
      actions={
        mayAsk ? (
          <Button
            type="primary"
            icon={<Icon name="plus" />}
            data-testid="exception-new"
            onClick={() => navigate(href('/exceptions', { ...filters, new: '1' }))}
          >
            {text('except.new')}
          </Button>
        ) : undefined
      }
      toolbar={
        <>
          <SearchBox
            label={text('except.find')}
            value={filters.q}
            onChange={(q) => change({ q })}
            waitMs={250}
            inputRef={searchInput}
          />
          <Chips
            label={text('except.state')}
            chips={exceptionStates.map((state) => ({ value: state, label: text(stateLabels[state]) }))}
            chosen={exceptionStates.filter((state) => state === filters.state)}
            onToggle={(state) => change({ state: filters.state === state ? '' : state })}
            testId="exception-states"
          />
          <Chips
            label={text('except.due')}
            chips={[{ value: 'soon', label: text('except.due') }]}
            chosen={filters.due === 'soon' ? ['soon'] : []}
            onToggle={() => change({ due: filters.due === 'soon' ? '' : 'soon' })}
          />
          <FilterSelect
            labelled
            label={text('except.kind')}
            all={text('except.all')}
            value={filters.kind}
            options={exceptionKinds.map((kind) => ({ value: kind, label: text(kindLabels[kind]) }))}
            onChange={(kind) => change({ kind })}
          />
          <FilterSelect
            labelled
            label={text('except.window')}
            all={text('except.all')}
            value={filters.window}
            options={[
              { value: 'only', label: text('except.window.only') },
              { value: 'none', label: text('except.window.none') },
            ]}
            onChange={(window) => change({ window })}
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
              <EmptyState title={text(isFiltered ? 'except.noMatch' : 'except.empty')}>
                {isFiltered ? (
                  <Link to="/exceptions">{text('except.all')}</Link>
                ) : (
                  <p>{text('except.emptyText')}</p>
                )}
              </EmptyState>
            ) : null}
            {rows.length === 0 ? null : (
              <DataTable
                caption={text('except.title')}
                rows={rows}
                keyOf={({ id }) => String(id)}
                addressOf={({ id }) => addressOf(String(id))}
                currentKey={current}
                testId="exception-row"
                dataOf={({ state }) => ({ 'data-state': state })}
                columns={[
                  {
                    key: 'state',
                    label: text('except.state'),
                    width: '136px',
                    cell: ({ state }) => <Badge tone={stateTones[state]}>{text(stateLabels[state])}</Badge>,
                  },
                  {
                    key: 'name',
                    label: text('except.name'),
                    wrap: true,
                    cell: (row) => (
                      <>
                        <Link to={addressOf(String(row.id))}>
                          <LineText value={row.name} />
                        </Link>
                        {row.due ? <span className="vg-warn"> · {text('except.dueBadge')}</span> : null}
                      </>
                    ),
                  },
                  {
                    key: 'scope',
                    label: text('except.scope'),
                    needs: 'medium',
                    cell: (row) => <LineText value={scopeText(row, nameOf(row.agencyId))} />,
                  },
                  {
                    key: 'hidden',
                    label: text('except.hidden'),
                    width: '90px',
                    numeric: true,
                    cell: ({ hidden }) => number(hidden),
                  },
                  {
                    key: 'expires',
                    label: text('except.expires'),
                    width: '130px',
                    needs: 'narrow',
                    cell: ({ expiresAt }) => <RelativeTime iso={expiresAt} />,
                  },
                  {
                    key: 'by',
                    label: text('except.by'),
                    width: '150px',
                    needs: 'wide',
                    cell: ({ requestedBy }) => <LineText value={requestedBy} />,
                  },
                ]}
              />
            )}
            <More query={list} />
          </>
        }
        panel={
          openId === null ? null : (
            <ExceptionPanel key={openId} id={openId} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
      {mayAsk && value('new') === '1' ? (
        <Suspense fallback={null}>
          <RequestDialog
            alertId={value('alert')}
            ruleId={value('rule')}
            onClose={() => {
              // Sent, it shows the request; given up, the list.
              if (window.location.search.includes('new=1')) navigate(addressOf(null), { replace: true });
            }}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}
