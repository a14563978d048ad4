/** What agencies were asked: where each request stands, when it is due; one opened beside the list. */
import { useInfiniteQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import type { PageProps } from '../shell/area.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { Due } from './due.tsx';
import { messages } from './request-messages.ts';
import { RequestPanel } from './request-panel.tsx';
import { requestStates, requestTone, requestWords } from './request-words.ts';
import { requestsApi, type AgencyRequest } from './requests-api.ts';
import './cases.css';

const NewRequestDialog = lazy(() => import('./new-request-dialog.tsx'));
const awaited: ReadonlySet<AgencyRequest['state']> = new Set(['sent', 'seen', 'overdue', 'returned']);

export default function RequestsPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const query = useQueryState();
  const mayWrite = useMay('request:write');
  const state = query.oneOf('state', requestStates);
  const list = useInfiniteQuery({
    queryKey: ['requests', 'list', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => requestsApi.list({ state, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.requests) ?? [];
  const addressOf = (key: string | null) => query.to(key === null ? '/requests' : pathOf('requests', key));
  const current = useListKeys({
    keys: rows.map((row) => row.id),
    openKey: id,
    addressOf,
    more: mayWrite ? { n: () => query.set({ new: '1' }) } : undefined,
  });
  const columns: readonly Column<AgencyRequest>[] = [
    {
      key: 'title',
      label: text('request.title'),
      cell: (row) => (
        <Link to={addressOf(row.id)}>
          <LineText value={row.title} />
        </Link>
      ),
    },
    {
      key: 'agency',
      label: text('request.agency'),
      width: '22%',
      needs: 'narrow',
      cell: (row) => <LineText value={row.agencyName} />,
    },
    {
      key: 'severity',
      label: t('column.severity'),
      width: '118px',
      needs: 'medium',
      cell: (row) => <SeverityLabel severity={row.severity} />,
    },
    {
      key: 'state',
      label: t('column.state'),
      width: '150px',
      cell: (row) => <Badge tone={requestTone[row.state]}>{words(requestWords[row.state])}</Badge>,
    },
    {
      key: 'due',
      label: text('request.due'),
      width: '170px',
      needs: 'medium',
      cell: (row) =>
        awaited.has(row.state) ? (
          <Due iso={row.dueAt} urgentHours={24} />
        ) : (
          <span className="vg-muted">—</span>
        ),
    },
    {
      key: 'updated',
      label: text('request.updated'),
      width: '120px',
      needs: 'wide',
      cell: (row) => <RelativeTime iso={row.updatedAt} />,
    },
  ];
  return (
    <Page
      title={text('request.heading')}
      layout="plain"
      actions={
        mayWrite ? (
          <Button
            type="primary"
            data-testid="request-new"
            aria-haspopup="dialog"
            onClick={() => query.set({ new: '1' })}
          >
            {text('request.new')} <kbd>n</kbd>
          </Button>
        ) : null
      }
      toolbar={
        <Chips
          label={t('column.state')}
          chips={requestStates.map((value) => ({ value, label: words(requestWords[value]) }))}
          chosen={state === undefined ? [] : [state]}
          onToggle={(value) => query.set({ state: value === state ? '' : value })}
        />
      }
    >
      <Split
        list={
          <>
            <QueryView query={list}>
              {() =>
                rows.length === 0 ? (
                  <EmptyState title={state === undefined ? text('request.none') : text('request.noMatch')}>
                    {state === undefined ? (
                      <p>{text('request.noneText')}</p>
                    ) : (
                      <Link to="/requests">{text('request.clear')}</Link>
                    )}
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={text('request.heading')}
                    columns={columns}
                    rows={rows}
                    keyOf={(row) => row.id}
                    addressOf={(row) => addressOf(row.id)}
                    currentKey={current}
                    testId="request-row"
                  />
                )
              }
            </QueryView>
            <More query={list} />
          </>
        }
        panel={id === null ? null : <RequestPanel id={id} closeTo={addressOf(null)} />}
      />
      {query.get('new') === '1' && mayWrite ? (
        <Suspense fallback={null}>
          <NewRequestDialog
            alertIds={query
              .get('alert')
              .split(',')
              .filter((one) => one !== '')}
            onClose={() => query.set({ new: '', alert: '' })}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}
