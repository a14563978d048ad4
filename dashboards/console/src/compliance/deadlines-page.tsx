/** By when something is due for dossiers and attestations, the earliest first; and what does not fit together in dossiers. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { complianceApi, type Deadline, type DossierFinding } from './compliance-api.ts';
import { deadlineWords } from './compliance-words.ts';
import { ConfidenceMark } from './control-panel.tsx';
import { messages } from './messages.ts';
import './compliance.css';

const spans = ['30', '90', 'all'] as const;
const dossierOf = (system: number) =>
  href(pathOf('compliance', 'systems', String(system)), { tab: 'dossier' });

export function DaysLeft({ days }: { readonly days: number }) {
  const text = useText(messages);
  return (
    <Badge tone={days < 0 ? 'bad' : days <= 14 ? 'warn' : 'quiet'}>
      {days < 0 ? text('compliance.daysOver', { n: -days }) : text('compliance.daysLeft', { n: days })}
    </Badge>
  );
}

function Deadlines({ span }: { readonly span: (typeof spans)[number] }) {
  const text = useText(messages);
  const words = useWords();
  const list = useInfiniteQuery({
    queryKey: ['compliance', 'deadlines', span],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      complianceApi.deadlines({ withinDays: span === 'all' ? undefined : span, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.deadlines) ?? [];
  const columns: readonly Column<Deadline>[] = [
    { key: 'due', label: text('compliance.due'), width: '120px', cell: (row) => dayText(row.dueOn) },
    {
      key: 'left',
      label: text('compliance.left'),
      width: '150px',
      cell: (row) => <DaysLeft days={row.daysLeft} />,
    },
    {
      key: 'what',
      label: text('compliance.what'),
      width: '220px',
      cell: (row) => words(deadlineWords[row.kind]),
    },
    {
      key: 'system',
      label: text('compliance.system'),
      cell: (row) => (
        <Link to={dossierOf(row.systemId)}>
          <LineText value={row.systemName} />
        </Link>
      ),
    },
    {
      key: 'agency',
      label: text('compliance.agency'),
      width: '22%',
      needs: 'wide',
      cell: (row) => <LineText value={row.agencyName} />,
    },
    {
      key: 'clause',
      label: text('compliance.clause'),
      width: '220px',
      needs: 'medium',
      cell: (row) => (
        <>
          {row.clause ?? <span className="vg-muted">{text('compliance.byPapers')}</span>}{' '}
          {row.confidence === 'D' ? <ConfidenceMark confidence="D" /> : null}
        </>
      ),
    },
  ];
  return (
    <section className="vg-card">
      <QueryView query={list}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={text('compliance.noDeadlines')} />
          ) : (
            <DataTable
              caption={text('compliance.deadlines')}
              columns={columns}
              rows={rows}
              keyOf={(row) => `${row.kind}:${row.systemId}:${row.dueOn}`}
              addressOf={(row) => dossierOf(row.systemId)}
              testId="deadline-row"
            />
          )
        }
      </QueryView>
      <More query={list} />
    </section>
  );
}

function Findings() {
  const text = useText(messages);
  const { language } = useI18n();
  const list = useInfiniteQuery({
    queryKey: ['compliance', 'dossier-findings', 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => complianceApi.findings({ after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.findings) ?? [];
  const columns: readonly Column<DossierFinding>[] = [
    {
      key: 'severity',
      label: text('compliance.kind'),
      width: '130px',
      cell: (row) => (
        <Badge tone={row.severity === 'error' ? 'bad' : 'warn'}>
          {row.severity === 'error' ? text('compliance.error') : text('compliance.warning')}
        </Badge>
      ),
    },
    { key: 'text', label: text('compliance.what'), wrap: true, cell: (row) => row.text[language] },
    {
      key: 'system',
      label: text('compliance.system'),
      width: '30%',
      cell: (row) =>
        row.systemId === null ? (
          <LineText value={row.agencyName} />
        ) : (
          <Link to={dossierOf(row.systemId)}>
            <LineText value={row.systemName} />
          </Link>
        ),
    },
    {
      key: 'agency',
      label: text('compliance.agency'),
      width: '22%',
      needs: 'wide',
      cell: (row) => <LineText value={row.agencyName} />,
    },
  ];
  return (
    <section className="vg-card">
      <h2>{text('compliance.doesNotFit')}</h2>
      <QueryView query={list}>
        {() =>
          rows.length === 0 ? (
            <p className="vg-hint">{text('compliance.allFits')}</p>
          ) : (
            <DataTable
              caption={text('compliance.doesNotFit')}
              columns={columns}
              rows={rows}
              keyOf={(row) =>
                `${row.code}:${row.systemId ?? 0}:${row.dossierId ?? 0}:${row.agencyId ?? 0}:${row.field}`
              }
              testId="dossier-finding"
            />
          )
        }
      </QueryView>
      <More query={list} />
    </section>
  );
}

export default function DeadlinesPage() {
  const text = useText(messages);
  const query = useQueryState();
  const span = query.oneOf('within', spans) ?? '90';
  return (
    <Page
      title={text('compliance.deadlines')}
      toolbar={
        <Chips
          label={text('compliance.left')}
          chips={spans.map((value) => ({
            value,
            label:
              value === 'all' ? text('compliance.allDeadlines') : text('compliance.within', { n: value }),
          }))}
          chosen={[span]}
          onToggle={(value) => query.set({ within: value })}
        />
      }
    >
      <Deadlines span={span} />
      <Findings />
    </Page>
  );
}
