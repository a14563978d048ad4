/** Rosters: who is on duty now, until when, and who comes next. */
import { useQueries, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import { Icon } from '../../shell/icons.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import '../operating.css';
import { messages as notifyMessages } from '../notify/notify-messages.ts';
import { NotifyTabs } from '../notify/notify-tabs.tsx';
import { readRosters, readTurns, type Roster } from './oncall-api.ts';
import { messages } from './oncall-messages.ts';
import { RosterDialog } from './roster-dialog.tsx';
import { PersonName, RosterPanel, turnDays } from './roster-panel.tsx';

const addressOf = (id: string | null) =>
  id === null ? '/administration/on-call' : pathOf('administration', 'on-call', id);

export default function RostersPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const text = useText(messages);
  const notifyText = useText(notifyMessages);
  const mayWrite = useMay('notify:write');
  const [adding, setAdding] = useState(false);
  const query = useQuery({ queryKey: ['oncall', 'rosters'], queryFn: ({ signal }) => readRosters(signal) });
  const rows = query.data?.plans ?? [];
  const turns = useQueries({
    queries: rows.map(({ id }) => ({
      queryKey: ['oncall', 'turns', id],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => readTurns(id, turnDays, signal),
      refetchInterval: 60_000,
    })),
  });
  const turnsOf = (row: Roster) => turns[rows.indexOf(row)]?.data?.turns ?? [];
  const current = useListKeys({ keys: rows.map(({ id }) => String(id)), openKey: openId, addressOf });
  const columns: readonly Column<Roster>[] = [
    {
      key: 'name',
      label: text('roster.name'),
      cell: (row) => (
        <Link to={addressOf(String(row.id))} className="vg-row-link">
          <LineText value={row.name} />
        </Link>
      ),
    },
    {
      key: 'now',
      label: text('roster.now'),
      cell: (row) => {
        const [now] = turnsOf(row);
        if (now === undefined) return '…';
        return (
          <>
            <b>
              <PersonName person={now.person} />
            </b>{' '}
            <span className="vg-muted">
              {text('roster.until')} <AbsoluteTime iso={now.to} />
            </span>
          </>
        );
      },
    },
    {
      key: 'next',
      label: text('roster.next'),
      needs: 'medium',
      cell: (row) => {
        const next = turnsOf(row)[1];
        return next === undefined ? '—' : <PersonName person={next.person} />;
      },
    },
  ];
  const add = () => setAdding(true);
  return (
    <Page
      title={notifyText('notify.title')}
      layout="plain"
      parts={<NotifyTabs current="on-call" />}
      actions={
        mayWrite ? (
          <Button type="primary" icon={<Icon name="plus" />} onClick={add} data-testid="roster-add">
            {text('roster.add')}
          </Button>
        ) : undefined
      }
    >
      <Split
        list={
          <QueryView query={query}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('roster.none')}>
                  <p>{text('roster.noneText')}</p>
                  {mayWrite ? (
                    <p>
                      <button type="button" className="vg-button" onClick={add}>
                        {text('roster.add')}
                      </button>
                    </p>
                  ) : null}
                </EmptyState>
              ) : (
                <DataTable
                  caption={notifyText('notify.rosters')}
                  columns={columns}
                  rows={rows}
                  keyOf={({ id }) => String(id)}
                  addressOf={({ id }) => addressOf(String(id))}
                  currentKey={current}
                  testId="roster-row"
                />
              )
            }
          </QueryView>
        }
        panel={
          openId === null ? null : (
            <RosterPanel key={openId} id={openId} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
      {adding ? (
        <RosterDialog
          onSaved={({ id }) => navigate(addressOf(String(id)))}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Page>
  );
}
