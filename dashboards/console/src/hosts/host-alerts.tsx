/** Alerts of one host. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Alert } from '../api/types.ts';
import { entityOf, stateLabel, titleOf } from '../alerts/labels.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { alertPath, href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { LineText } from '../text/safe-text.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { messages } from './host-messages.ts';
import type { HostTabProps } from './host-page.tsx';

export function AlertList({ agentId, state }: { readonly agentId: string; readonly state: 'open' | 'all' }) {
  const { t, number, language } = useI18n();
  const text = useText(messages);
  const query = useInfiniteQuery({
    queryKey: ['hosts', 'alerts', agentId, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.alerts(
        {
          agentId,
          limit: 50,
          ...(state === 'open' ? { state } : {}),
          ...(pageParam === undefined ? {} : { after: pageParam }),
        },
        signal,
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const columns: readonly Column<Alert>[] = [
    {
      key: 'severity',
      label: t('column.severity'),
      width: '128px',
      cell: ({ severity }) => <SeverityLabel severity={severity} />,
    },
    {
      key: 'title',
      label: t('column.alert'),
      cell: (alert) => (
        <Link to={alertPath(alert.id)} className="vg-row-link">
          <LineText value={titleOf(alert, language)} />
        </Link>
      ),
    },
    {
      key: 'entity',
      label: t('column.entity'),
      needs: 'medium',
      cell: (alert) => <LineText value={entityOf(alert)} />,
    },
    {
      key: 'count',
      label: t('column.count'),
      width: '80px',
      numeric: true,
      cell: ({ count }) => number(count),
    },
    {
      key: 'last',
      label: t('column.lastSeen'),
      width: '120px',
      needs: 'narrow',
      cell: ({ lastSeen }) => (
        <span className="vg-time">
          <RelativeTime iso={lastSeen} />
        </span>
      ),
    },
    {
      key: 'state',
      label: t('column.state'),
      width: '124px',
      cell: (alert) => (
        <span className="vg-state" data-state={alert.state}>
          {t(stateLabel[alert.state])}
        </span>
      ),
    },
  ];
  return (
    <QueryView query={query}>
      {({ pages }) => {
        const rows = pages.flatMap(({ alerts }) => alerts);
        if (rows.length === 0) return <p className="vg-hint">{text('host.noAlerts')}</p>;
        return (
          <>
            <DataTable
              caption={text('host.alertsCaption')}
              columns={columns}
              rows={rows}
              keyOf={({ id }) => id}
              addressOf={({ id }) => alertPath(id)}
              testId="host-alert-row"
            />
            <More query={query} />
          </>
        );
      }}
    </QueryView>
  );
}

export default function HostAlerts({ agent }: HostTabProps) {
  const text = useText(messages);
  return (
    <div className="vg-body">
      <section className="vg-card">
        <div className="vg-section-head">
          <h2>{text('host.latest')}</h2>
          <Link to={href('/alerts', { agent: agent.id, state: 'all' })}>{text('host.allAlerts')}</Link>
        </div>
        <AlertList agentId={agent.id} state="open" />
      </section>
    </div>
  );
}
