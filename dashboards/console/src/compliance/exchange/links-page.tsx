/** Links to the national centre: where documents go, when, and how each stands; one opened beside the list. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { exchangeApi, type ExchangeLink } from './exchange-api.ts';
import { ExchangeFrame } from './exchange-frame.tsx';
import { messages } from './exchange-messages.ts';
import { LinkPanel, ScheduleText } from './link-panel.tsx';

const home = '/compliance/exchange/links';

export default function LinksPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const list = useQuery({
    queryKey: ['exchange', 'links'],
    queryFn: ({ signal }) => exchangeApi.links(signal),
    refetchInterval: 30_000,
  });
  const rows = list.data?.links ?? [];
  const addressOf = (key: string | null) =>
    key === null ? home : pathOf('compliance', 'exchange', 'links', key);
  const current = useListKeys({ keys: rows.map((row) => String(row.id)), openKey: id, addressOf });
  const columns: readonly Column<ExchangeLink>[] = [
    {
      key: 'name',
      label: text('exchange.name'),
      cell: (row) => (
        <Link to={addressOf(String(row.id))}>
          <LineText value={row.name} />
        </Link>
      ),
    },
    {
      key: 'state',
      label: text('exchange.state'),
      width: '190px',
      cell: (row) =>
        row.failures > 0 ? (
          <Badge tone="bad">{text('exchange.failures', { n: row.failures })}</Badge>
        ) : (
          <Badge tone={row.enabled ? 'good' : 'quiet'}>
            {row.enabled ? text('exchange.enabled') : text('exchange.disabled')}
          </Badge>
        ),
    },
    {
      key: 'address',
      label: text('exchange.address'),
      needs: 'medium',
      cell: ({ settings }) =>
        settings.address === undefined ? (
          <span className="vg-muted">{text('exchange.noAddress')}</span>
        ) : (
          <LineText value={settings.address} />
        ),
    },
    {
      key: 'every',
      label: text('exchange.every'),
      needs: 'wide',
      cell: (row) => <ScheduleText link={row} />,
    },
    {
      key: 'next',
      label: text('exchange.next'),
      width: '150px',
      needs: 'wide',
      cell: ({ nextAt }) => (nextAt === null ? '—' : <AbsoluteTime iso={nextAt} />),
    },
    {
      key: 'accepted',
      label: text('exchange.accepted'),
      width: '150px',
      needs: 'narrow',
      cell: ({ acceptedAt }) => (acceptedAt === null ? '—' : <RelativeTime iso={acceptedAt} />),
    },
  ];
  return (
    <ExchangeFrame tab="links">
      <Split
        list={
          <QueryView query={list}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('exchange.noLinks')}>
                  <p>{text('exchange.noLinksText')}</p>
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('exchange.links')}
                  columns={columns}
                  rows={rows}
                  keyOf={(row) => String(row.id)}
                  addressOf={(row) => addressOf(String(row.id))}
                  currentKey={current}
                  testId="exchange-link-row"
                />
              )
            }
          </QueryView>
        }
        panel={id === null ? null : <LinkPanel id={Number(id)} closeTo={home} />}
      />
    </ExchangeFrame>
  );
}
