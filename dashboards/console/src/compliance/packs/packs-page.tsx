/** Inspection packs: those that were asked for, newest first; one opened beside the list, a new one by a form. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import type { LabelOf } from '../../i18n/messages.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { isOver } from '../../jobs/job-api.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { EmptyState } from '../../ui/notices.tsx';
import { useNow } from '../../ui/now.ts';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { PackDialog } from './pack-dialog.tsx';
import { PackPanel } from './pack-panel.tsx';
import { keptUntil, packsApi, resultOf, type PackJob } from './packs-api.ts';
import { messages } from './packs-messages.ts';

const home = '/compliance/packs';

type Label = LabelOf<typeof messages>;

function stateOf(job: PackJob, nowMs: number): readonly [Label, Tone] {
  if (job.state === 'failed' || job.state === 'rejected') return ['packs.state.failed', 'bad'];
  if (job.state === 'cancelled') return ['packs.state.cancelled', 'quiet'];
  if (job.state !== 'done') return ['packs.state.running', 'info'];
  return keptUntil(job) < nowMs ? ['packs.state.over', 'quiet'] : ['packs.state.done', 'good'];
}

export default function PacksPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const { number } = useI18n();
  const size = useFileSize();
  const now = useNow();
  const [making, setMaking] = useState(false);
  const list = useQuery({
    queryKey: ['packs', 'jobs'],
    queryFn: ({ signal }) => packsApi.jobs(signal),
    refetchInterval: ({ state }) => (state.data?.jobs.some((job) => !isOver(job)) === true ? 3_000 : 30_000),
  });
  const rows = list.data?.jobs ?? [];
  const addressOf = (key: string | null) => (key === null ? home : pathOf('compliance', 'packs', key));
  const current = useListKeys({ keys: rows.map((row) => row.id), openKey: id, addressOf });
  const columns: readonly Column<PackJob>[] = [
    {
      key: 'name',
      label: text('packs.name'),
      cell: (row) => (
        <Link to={addressOf(row.id)}>
          <LineText value={resultOf(row.result)?.name ?? '—'} />
        </Link>
      ),
    },
    {
      key: 'state',
      label: text('packs.state'),
      width: '150px',
      cell: (row) => {
        const [label, tone] = stateOf(row, now);
        return <Badge tone={tone}>{text(label)}</Badge>;
      },
    },
    {
      key: 'size',
      label: text('packs.sizeFull'),
      width: '110px',
      numeric: true,
      needs: 'medium',
      cell: (row) => {
        const result = resultOf(row.result);
        return result === undefined ? `${number(row.done)}/${number(row.total)}` : size(result.bytes);
      },
    },
    {
      key: 'by',
      label: text('packs.by'),
      width: '170px',
      needs: 'wide',
      cell: (row) => <LineText value={row.requestedBy} />,
    },
    {
      key: 'kept',
      label: text('packs.kept'),
      width: '170px',
      needs: 'wide',
      cell: (row) =>
        row.state === 'done' ? <AbsoluteTime iso={new Date(keptUntil(row)).toISOString()} /> : '—',
    },
    {
      key: 'at',
      label: text('packs.when'),
      width: '130px',
      needs: 'narrow',
      cell: (row) => <RelativeTime iso={row.requestedAt} />,
    },
  ];
  return (
    <Page
      title={text('packs.heading')}
      layout="plain"
      actions={
        <Button aria-haspopup="dialog" type="primary" data-testid="pack-new" onClick={() => setMaking(true)}>
          {text('packs.make')}
        </Button>
      }
    >
      <Split
        list={
          <QueryView query={list}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('packs.none')}>
                  <p>{text('packs.about')}</p>
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('packs.heading')}
                  columns={columns}
                  rows={rows}
                  keyOf={(row) => row.id}
                  addressOf={(row) => addressOf(row.id)}
                  currentKey={current}
                  testId="pack-row"
                />
              )
            }
          </QueryView>
        }
        panel={id === null ? null : <PackPanel id={id} closeTo={home} />}
      />
      {making ? <PackDialog onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}
