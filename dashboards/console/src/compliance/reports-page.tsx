/** Periodic reports: which are due when, drafts and locked ones; one opened beside the list or read in the page. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { dayText } from '../format/day.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import type { PageProps } from '../shell/area.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { DaysLeft } from './deadlines-page.tsx';
import { NewReportDialog, PreviewDialog } from './report-dialogs.tsx';
import { messages } from './report-messages.ts';
import { ReportPanel } from './report-panel.tsx';
import { kindWords, reportKinds, stateTone, stateWords, stepWords } from './report-words.ts';
import { reportsApi, type DueList, type NewReport, type ReportView } from './reports-api.ts';
import './compliance.css';

const steps = ['lock', 'unit', 'ministry'] as const;
type Due = DueList['due'][number];

/** The report of each kind that is made now, and how long there is for it. */
function DueTable({
  due,
  onPreview,
}: {
  readonly due: DueList;
  readonly onPreview: (report: NewReport) => void;
}) {
  const text = useText(messages);
  const words = useWords();
  const columns: readonly Column<Due>[] = [
    {
      key: 'kind',
      label: text('report.now'),
      wrap: true,
      cell: (row) => (
        <>
          <strong>
            {words(kindWords[row.kind])} · {row.period}
          </strong>{' '}
          {row.toConfirm.length === 0 ? null : <Badge tone="warn">{text('report.toConfirm')}</Badge>}
        </>
      ),
    },
    ...steps.map((step, index): Column<Due> => ({
      key: step,
      label: words(stepWords[step]),
      width: '208px',
      ...(index === 0 ? {} : { needs: 'medium' as const }),
      cell: (row) => {
        const deadline = row.deadlines.find((one) => one.step === step);
        return deadline === undefined ? null : (
          <span title={text('report.workDay', { day: dayText(deadline.workDay), n: deadline.workDaysLeft })}>
            {dayText(deadline.on)} {row.state === 'sent' ? null : <DaysLeft days={deadline.daysLeft} />}
          </span>
        );
      },
    })),
    {
      key: 'state',
      label: text('report.state'),
      width: '140px',
      needs: 'narrow',
      cell: (row) =>
        row.state === null ? (
          <span className="vg-muted">{text('report.notBegun')}</span>
        ) : (
          <Badge tone={stateTone[row.state]}>{words(stateWords[row.state])}</Badge>
        ),
    },
    {
      key: 'acts',
      label: '',
      width: '172px',
      cell: (row) => (
        <span className="vg-buttons">
          {row.reportId === null ? null : (
            <Link to={pathOf('compliance', 'reports', row.reportId)}>{text('report.open')}</Link>
          )}
          <button
            type="button"
            className="vg-link"
            onClick={() => onPreview({ kind: row.kind, period: row.period, agencyId: due.agency.id })}
          >
            {text('report.preview')}
          </button>
        </span>
      ),
    },
  ];
  return (
    <section className="vg-card vg-due-table">
      <DataTable
        caption={text('report.now')}
        columns={columns}
        rows={due.due}
        keyOf={(row) => row.kind}
        testId="report-due"
      />
    </section>
  );
}

export default function ReportsPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const words = useWords();
  const query = useQueryState();
  const may = useMay('report:write');
  const [preview, setPreview] = useState<NewReport | null>(null);
  const kind = query.oneOf('kind', reportKinds);
  const state = query.oneOf('state', ['draft', 'locked', 'amended', 'sent']);
  const due = useQuery({
    queryKey: ['reports', 'due'],
    queryFn: ({ signal }) => reportsApi.due({}, signal),
    staleTime: 300_000,
  });
  const list = useInfiniteQuery({
    queryKey: ['reports', 'list', kind, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => reportsApi.list({ kind, state, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.reports) ?? [];
  const addressOf = (key: string | null) =>
    query.to(key === null ? '/compliance/reports' : pathOf('compliance', 'reports', key));
  const current = useListKeys({ keys: rows.map((row) => row.id), openKey: id, addressOf });
  const columns: readonly Column<ReportView>[] = [
    {
      key: 'kind',
      label: text('report.kind'),
      width: '190px',
      cell: (row) => (
        <Link to={addressOf(row.id)}>
          {words(kindWords[row.kind])} · {row.period}
        </Link>
      ),
    },
    {
      key: 'of',
      label: text('report.of'),
      cell: (row) => <LineText value={row.systemName ?? row.agencyName} />,
    },
    {
      key: 'revision',
      label: text('report.revision'),
      width: '92px',
      numeric: true,
      needs: 'medium',
      cell: (row) => row.revision,
    },
    {
      key: 'state',
      label: text('report.state'),
      width: '160px',
      cell: (row) => <Badge tone={stateTone[row.state]}>{words(stateWords[row.state])}</Badge>,
    },
    {
      key: 'updated',
      label: text('report.updated'),
      width: '130px',
      needs: 'wide',
      cell: (row) => <RelativeTime iso={row.updatedAt} />,
    },
  ];
  return (
    <Page
      title={text('report.heading')}
      layout="plain"
      actions={
        may ? (
          <Button
            type="primary"
            data-testid="report-new"
            aria-haspopup="dialog"
            onClick={() => query.set({ new: '1' })}
          >
            {text('report.new')}
          </Button>
        ) : null
      }
      toolbar={
        <>
          <FilterSelect
            label={text('report.kind')}
            all={text('report.anyKind')}
            value={kind ?? ''}
            options={reportKinds.map((value) => ({ value, label: words(kindWords[value]) }))}
            onChange={(value) => query.set({ kind: value })}
          />
          <FilterSelect
            label={text('report.state')}
            all={text('report.anyState')}
            value={state ?? ''}
            options={(['draft', 'locked', 'amended', 'sent'] as const).map((value) => ({
              value,
              label: words(stateWords[value]),
            }))}
            onChange={(value) => query.set({ state: value })}
          />
        </>
      }
    >
      <Split
        list={
          <>
            {due.data === undefined ? null : <DueTable due={due.data} onPreview={setPreview} />}
            <QueryView query={list}>
              {() =>
                rows.length === 0 ? (
                  <EmptyState title={text('report.none')}>
                    <p>{text('report.noneText')}</p>
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={text('report.heading')}
                    columns={columns}
                    rows={rows}
                    keyOf={(row) => row.id}
                    addressOf={(row) => addressOf(row.id)}
                    currentKey={current}
                    testId="report-row"
                  />
                )
              }
            </QueryView>
            <More query={list} />
          </>
        }
        panel={id === null ? null : <ReportPanel id={id} closeTo={addressOf(null)} />}
      />
      {preview === null ? null : <PreviewDialog report={preview} onClose={() => setPreview(null)} />}
      {query.get('new') === '1' && may ? (
        <NewReportDialog onClose={() => query.set({ new: '' })} onPreview={setPreview} />
      ) : null}
    </Page>
  );
}
