/** Alerts that lie in a case, in the order in which they began. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { stateLabel, titleOf } from '../alerts/labels.ts';
import type { Alert } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { alertPath } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { casesApi, type CaseDetail } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

const noIds = { ids: '' };

function AddAlerts({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const { refresh } = useCaseAct();
  const { value, change, drop } = useDraft(`case:${number}:alerts`, noIds);
  return (
    <FormDialog
      title={text('cases.addAlerts')}
      submitLabel={text('cases.add')}
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await casesApi.addAlerts(
          number,
          value.ids.split(/[\s,;]+/u).filter((id) => id !== ''),
        );
        await refresh();
        return { text: text('cases.alertsAdded') };
      }}
    >
      <TextArea
        label={text('cases.alertIds')}
        hint={text('cases.alertIdsHint')}
        required
        code
        value={value.ids}
        onChange={(ids) => change({ ids })}
      />
    </FormDialog>
  );
}

export function AlertsTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const { t, language } = useI18n();
  const may = useMay('case:write') && detail.state !== 'closed';
  const act = useCaseAct();
  const [adding, setAdding] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ['cases', 'alerts', detail.number],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => casesApi.alerts(detail.number, pageParam, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.alerts) ?? [];
  const columns: readonly Column<Alert>[] = [
    {
      key: 'severity',
      label: t('column.severity'),
      width: '118px',
      cell: (row) => <SeverityLabel severity={row.severity} />,
    },
    {
      key: 'title',
      label: text('cases.alert'),
      cell: (row) => (
        <Link to={alertPath(row.id)}>
          <LineText value={titleOf(row, language)} />
        </Link>
      ),
    },
    {
      key: 'host',
      label: text('cases.host'),
      width: '170px',
      needs: 'narrow',
      cell: (row) => <LineText value={row.hostname ?? '—'} />,
    },
    {
      key: 'state',
      label: t('column.state'),
      width: '120px',
      needs: 'medium',
      cell: (row) => t(stateLabel[row.state]),
    },
    {
      key: 'seen',
      label: text('cases.lastSeen'),
      width: '120px',
      needs: 'medium',
      cell: (row) => <RelativeTime iso={row.lastSeen} />,
    },
    ...(may
      ? [
          {
            key: 'remove',
            label: '',
            width: '88px',
            cell: (row: Alert) => (
              <button
                type="button"
                className="vg-link"
                onClick={() =>
                  void act.run(async () => {
                    await casesApi.removeAlert(detail.number, row.id);
                    return {
                      text: text('cases.alertRemoved'),
                      undo: () => casesApi.addAlerts(detail.number, [row.id]),
                    };
                  })
                }
              >
                {text('cases.takeOut')}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <section className="vg-card" aria-label={text('cases.tab.alerts')}>
      {may ? (
        <div className="vg-section-head">
          <span />
          <button type="button" className="vg-button" aria-haspopup="dialog" onClick={() => setAdding(true)}>
            {text('cases.addAlerts')}
          </button>
        </div>
      ) : null}
      <QueryView query={list}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={text('cases.noAlerts')}>
              <Link to="/alerts">{text('cases.noAlertsText')}</Link>
            </EmptyState>
          ) : (
            <DataTable
              caption={text('cases.tab.alerts')}
              columns={columns}
              rows={rows}
              keyOf={(row) => row.id}
              addressOf={(row) => alertPath(row.id)}
              testId="case-alert"
            />
          )
        }
      </QueryView>
      <More query={list} />
      {adding ? <AddAlerts number={detail.number} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}
