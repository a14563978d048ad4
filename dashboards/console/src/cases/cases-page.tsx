/** The list of cases: what is open, whose it is, what is due; a form to open one. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense, useRef } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { severityLabel, SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { severities } from '../alerts/alert-filters.ts';
import { caseClasses, caseStates, classWords, stateTone, stateWords } from './case-words.ts';
import { casesApi, type CaseView } from './cases-api.ts';
import { Due } from './due.tsx';
import { messages } from './messages.ts';
import './cases.css';

const NewCaseDialog = lazy(() => import('./new-case-dialog.tsx'));
const sorts = ['updated', 'created', 'severity', 'due', 'number'] as const;
const stateChoices = ['unclosed', ...caseStates, 'all'] as const;

export default function CasesPage() {
  const text = useText(messages);
  const { t } = useI18n();
  const words = useWords();
  const query = useQueryState();
  const mayWrite = useMay('case:write');
  const search = useRef<HTMLInputElement>(null);
  const state = query.oneOf('state', stateChoices) ?? 'unclosed';
  const sort = query.oneOf('sort', sorts) ?? 'updated';
  const filter = {
    severity: query.get('severity'),
    class: query.get('class'),
    agencyId: query.get('agency'),
    assignee: query.get('owner'),
    text: query.get('q'),
    clock: query.oneOf('clock', ['running', 'overdue']),
    drill: query.oneOf('drill', ['true', 'false']),
  };
  const asked = { ...filter, state: state === 'all' ? undefined : state };
  const facets = useQuery({
    queryKey: ['cases', 'facets', filter],
    queryFn: ({ signal }) => casesApi.facets(filter, signal),
  });
  const list = useInfiniteQuery({
    queryKey: ['cases', 'list', asked, sort],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      casesApi.list({ ...asked, sort, order: sort === 'due' ? 'asc' : 'desc', after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.cases) ?? [];
  const addressOf = (key: string | null) => (key === null ? '/cases' : pathOf('cases', key));
  const current = useListKeys({
    keys: rows.map((row) => row.number),
    openKey: null,
    addressOf,
    onSearch: () => search.current?.focus(),
    more: mayWrite ? { n: () => query.set({ new: '1' }) } : undefined,
  });
  const countOf = (value: string) => {
    const states = facets.data?.facets['state'];
    if (states === undefined) return undefined;
    const counts = states.filter((one) =>
      value === 'all' ? true : value === 'unclosed' ? one.value !== 'closed' : one.value === value,
    );
    return counts.reduce((sum, one) => sum + one.count, 0);
  };
  const columns: readonly Column<CaseView>[] = [
    {
      key: 'number',
      label: text('cases.number'),
      width: '128px',
      cell: (row) => <Link to={pathOf('cases', row.number)}>{row.number}</Link>,
    },
    {
      key: 'severity',
      label: t('column.severity'),
      width: '118px',
      cell: (row) => <SeverityLabel severity={row.severity} />,
    },
    {
      key: 'title',
      label: text('cases.title'),
      cell: (row) => (
        <>
          {row.drill ? (
            <>
              <Badge tone="info">{text('cases.drill')}</Badge>{' '}
            </>
          ) : null}
          {row.title === '' ? (
            <span className="vg-muted">{text('cases.titleHidden')}</span>
          ) : (
            <LineText value={row.title} />
          )}
        </>
      ),
    },
    {
      key: 'class',
      label: text('cases.class'),
      width: '132px',
      needs: 'wide',
      cell: (row) => words(classWords[row.class]),
    },
    {
      key: 'state',
      label: t('column.state'),
      width: '134px',
      cell: (row) => <Badge tone={stateTone[row.state]}>{words(stateWords[row.state])}</Badge>,
    },
    {
      key: 'owner',
      label: text('cases.owner'),
      width: '120px',
      needs: 'medium',
      cell: (row) =>
        row.assignee === null ? (
          <span className="vg-muted">{text('cases.nobody')}</span>
        ) : (
          <LineText value={row.assignee} />
        ),
    },
    {
      key: 'clock',
      label: text('cases.clock'),
      width: '170px',
      needs: 'narrow',
      cell: (row) =>
        row.clockDueAt === null ? <span className="vg-muted">—</span> : <Due iso={row.clockDueAt} />,
    },
    {
      key: 'alerts',
      label: text('cases.alerts'),
      width: '92px',
      numeric: true,
      needs: 'wide',
      cell: (row) => row.alerts,
    },
    {
      key: 'tasks',
      label: text('cases.openTasks'),
      width: '92px',
      numeric: true,
      needs: 'wide',
      cell: (row) => row.openTasks,
    },
    {
      key: 'updated',
      label: text('cases.updated'),
      width: '130px',
      needs: 'medium',
      cell: (row) => <RelativeTime iso={row.updatedAt} />,
    },
  ];
  const filtered = Object.values(filter).some((value) => value !== undefined && value !== '');
  return (
    <Page
      title={text('cases.heading')}
      summary={
        facets.data === undefined
          ? undefined
          : text('cases.summary', { n: countOf('unclosed') ?? 0, late: facets.data.overdue })
      }
      layout="list"
      actions={
        mayWrite ? (
          <Button
            type="primary"
            data-testid="case-new"
            aria-haspopup="dialog"
            onClick={() => query.set({ new: '1' })}
          >
            {text('cases.new')} <kbd>n</kbd>
          </Button>
        ) : null
      }
      toolbar={
        <>
          <Chips
            label={t('column.state')}
            chips={stateChoices.map((value) => ({
              value,
              label:
                value === 'unclosed'
                  ? text('cases.unclosed')
                  : value === 'all'
                    ? text('cases.all')
                    : words(stateWords[value]),
              count: countOf(value),
            }))}
            chosen={[state]}
            onToggle={(value) => query.set({ state: value === 'unclosed' ? '' : value })}
            testId="case-states"
          />
          <SearchBox
            label={text('cases.search')}
            value={query.get('q')}
            onChange={(q) => query.set({ q })}
            waitMs={300}
            inputRef={search}
            testId="case-search"
          />
          <FilterSelect
            label={t('column.severity')}
            all={text('cases.anySeverity')}
            value={filter.severity}
            options={severities.map((value) => ({ value, label: t(severityLabel[value]) }))}
            onChange={(severity) => query.set({ severity })}
          />
          <FilterSelect
            label={text('cases.class')}
            all={text('cases.anyClass')}
            value={filter.class}
            options={caseClasses.map((value) => ({ value, label: words(classWords[value]) }))}
            onChange={(value) => query.set({ class: value })}
          />
          <FilterSelect
            label={text('cases.agency')}
            all={text('cases.anyAgency')}
            value={filter.agencyId}
            options={(facets.data?.facets['agencyId'] ?? []).map(({ value, label }) => ({ value, label }))}
            onChange={(agency) => query.set({ agency })}
          />
          <FilterSelect
            label={text('cases.owner')}
            all={text('cases.anyOwner')}
            value={filter.assignee}
            options={[
              { value: 'me', label: text('cases.mine') },
              { value: 'none', label: text('cases.unowned') },
              ...(facets.data?.facets['assignee'] ?? [])
                .filter(({ value }) => value !== '' && value !== 'none')
                .map(({ value }) => ({ value, label: value })),
            ]}
            onChange={(owner) => query.set({ owner })}
          />
          <FilterSelect
            label={text('cases.clock')}
            all={text('cases.anyClock')}
            value={filter.clock ?? ''}
            options={[
              { value: 'running', label: text('cases.clockRunning') },
              { value: 'overdue', label: text('cases.clockOver') },
            ]}
            onChange={(clock) => query.set({ clock })}
          />
          <FilterSelect
            label={text('cases.sort')}
            all={text('cases.sort.updated')}
            value={sort === 'updated' ? '' : sort}
            options={[
              { value: 'severity', label: text('cases.sort.severity') },
              { value: 'due', label: text('cases.sort.due') },
              { value: 'created', label: text('cases.sort.created') },
              { value: 'number', label: text('cases.sort.number') },
            ]}
            onChange={(value) => query.set({ sort: value })}
          />
        </>
      }
    >
      <QueryView query={list}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={filtered || state !== 'unclosed' ? text('cases.noMatch') : text('cases.none')}>
              {filtered || state !== 'unclosed' ? (
                <Link to="/cases">{text('cases.clear')}</Link>
              ) : (
                <p>{text('cases.noneText')}</p>
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={text('cases.heading')}
              columns={columns}
              rows={rows}
              keyOf={(row) => row.number}
              addressOf={(row) => pathOf('cases', row.number)}
              currentKey={current}
              testId="case-row"
            />
          )
        }
      </QueryView>
      <More query={list} />
      {query.get('new') === '1' && mayWrite ? (
        <Suspense fallback={null}>
          <NewCaseDialog
            alertIds={query
              .get('alert')
              .split(',')
              .filter((id) => id !== '')}
            onClose={() => query.set({ new: '', alert: '' })}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}
