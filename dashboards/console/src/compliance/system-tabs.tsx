/** Hosts of a system, and how it stood on past days, each with the proof that nothing was changed since. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { MiniBars } from '../ui/mini-bars.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { useAction } from '../ui/use-action.ts';
import { complianceApi, type Finding, type Standing, type SystemView } from './compliance-api.ts';
import { messages } from './messages.ts';
import { ScoreBar, usePercent } from './score.tsx';

/** The control by whose evidence every host says whether it reports. */
const reportingControl = 'LG-06';

export function HostsTab({ system }: { readonly system: SystemView }) {
  const text = useText(messages);
  const { language } = useI18n();
  const id = String(system.id);
  const list = useInfiniteQuery({
    queryKey: ['compliance', 'findings', id, reportingControl, 'hosts'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      complianceApi.explain(id, reportingControl, { after: pageParam, limit: 200 }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 60_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.findings).filter((one) => one.agentId !== null) ?? [];
  const columns: readonly Column<Finding>[] = [
    {
      key: 'host',
      label: text('compliance.host'),
      width: '32%',
      cell: (row) => (
        <Link to={pathOf('hosts', row.agentId ?? '')}>
          <LineText value={row.hostname ?? row.agentId ?? ''} />
        </Link>
      ),
    },
    {
      key: 'state',
      label: text('compliance.status'),
      width: '170px',
      cell: (row) => (
        <Badge tone={row.result === 'met' ? 'good' : 'warn'}>
          {row.result === 'met' ? text('compliance.reports') : text('compliance.silent')}
        </Badge>
      ),
    },
    { key: 'why', label: text('compliance.why'), needs: 'medium', cell: (row) => row.reason.text[language] },
  ];
  return (
    <section className="vg-card">
      <QueryView query={list}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={text('compliance.noHosts')}>
              <p>{text('compliance.noHostsText')}</p>
            </EmptyState>
          ) : (
            <DataTable
              caption={text('compliance.tab.hosts')}
              columns={columns}
              rows={rows}
              keyOf={(row) => `${row.agentId ?? ''}:${row.evidence}`}
              addressOf={(row) => pathOf('hosts', row.agentId ?? '')}
              testId="system-host"
            />
          )
        }
      </QueryView>
      <More query={list} />
    </section>
  );
}

type Day = Omit<Standing, 'systemId' | 'systemName' | 'agencyId' | 'agencyName'>;

function Prove({ day }: { readonly day: string }) {
  const text = useText(messages);
  const action = useAction();
  const [proof, setProof] = useState<{ readonly proved: boolean; readonly seq: number | null } | null>(null);
  if (proof !== null) {
    return (
      <Badge tone={proof.proved ? 'good' : 'bad'}>
        {proof.proved ? text('compliance.proved', { seq: proof.seq ?? 0 }) : text('compliance.changed')}
      </Badge>
    );
  }
  return (
    <button
      type="button"
      className="vg-link"
      disabled={action.busy}
      onClick={() =>
        void action.run(async () => {
          const found = await complianceApi.prove(day);
          setProof({ proved: found.proved, seq: found.auditSeq });
          return undefined;
        })
      }
    >
      {text('compliance.prove')}
    </button>
  );
}

export function SnapshotsTab({ system }: { readonly system: SystemView }) {
  const text = useText(messages);
  const { number } = useI18n();
  const percent = usePercent();
  const id = String(system.id);
  const trend = useQuery({
    queryKey: ['compliance', 'trend', id],
    queryFn: ({ signal }) => complianceApi.trend(id, signal),
    staleTime: 60_000,
  });
  const columns: readonly Column<Day>[] = [
    {
      key: 'day',
      label: text('compliance.day'),
      width: '120px',
      cell: (row) => (
        <Link to={`${pathOf('compliance', 'systems', id)}?day=${row.day}`}>{dayText(row.day)}</Link>
      ),
    },
    {
      key: 'score',
      label: text('compliance.score'),
      width: '180px',
      cell: (row) => (
        <span className="vg-score-row" title={row.score.arithmetic}>
          <strong>{percent(row.score.percent)}</strong>
          <ScoreBar score={row.score} />
        </span>
      ),
    },
    {
      key: 'sum',
      label: text('compliance.sum'),
      needs: 'medium',
      cell: (row) => <code>{row.score.arithmetic}</code>,
    },
    {
      key: 'coverage',
      label: text('compliance.assessed'),
      width: '112px',
      numeric: true,
      needs: 'medium',
      cell: (row) => percent(row.score.coveragePercent),
    },
    {
      key: 'hosts',
      label: text('compliance.hosts'),
      width: '84px',
      numeric: true,
      needs: 'narrow',
      cell: (row) => number(row.hosts),
    },
    {
      key: 'proof',
      label: text('compliance.proof'),
      width: '190px',
      needs: 'narrow',
      cell: (row) => <Prove day={row.day} />,
    },
  ];
  return (
    <section className="vg-card">
      <QueryView query={trend}>
        {({ days }) =>
          days.length === 0 ? (
            <EmptyState title={text('compliance.noDays')}>
              <p>{text('compliance.noDaysText')}</p>
            </EmptyState>
          ) : (
            <>
              <TrendBars days={days} />
              <DataTable
                caption={text('compliance.tab.snapshots')}
                columns={columns}
                rows={days.toReversed()}
                keyOf={(row) => row.day}
                testId="snapshot-row"
              />
            </>
          )
        }
      </QueryView>
    </section>
  );
}

/** The score day by day; the table below says the same in numbers. */
function TrendBars({ days }: { readonly days: readonly Day[] }) {
  const text = useText(messages);
  const percent = usePercent();
  const shown = days.slice(-180);
  return (
    <MiniBars
      label={text('compliance.trend')}
      places={Math.max(30, shown.length)}
      bars={shown.map(({ day, score }, place) => ({
        key: day,
        place,
        share: (score.percent ?? 0) / 100,
        title: `${dayText(day)}: ${percent(score.percent)}`,
      }))}
    />
  );
}
