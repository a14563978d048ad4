/** Channels that notices go to: who is told of what and when, and whether it works. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import { Icon } from '../../shell/icons.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { severityLabel } from '../../ui/severity.tsx';
import { RelativeTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelPanel } from './channel-panel.tsx';
import { kindLabel, stateOf, whereOf } from './channel-words.ts';
import { hoursText, messages as hoursMessages, quietTexts } from './hours-messages.ts';
import { readChannels, type Channel } from './notify-api.ts';
import { messages } from './notify-messages.ts';
import { NotifyTabs } from './notify-tabs.tsx';

const base = '/administration/notifications';
const addressOf = (id: string | null) => (id === null ? base : pathOf('administration', 'notifications', id));

export default function ChannelsPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const { t } = useI18n();
  const text = useText(messages);
  const inHours = useText(hoursMessages);
  const mayWrite = useMay('notify:write');
  const agencies = useAgencies();
  const [adding, setAdding] = useState(false);
  const query = useQuery({
    queryKey: ['notify', 'channels'],
    queryFn: ({ signal }) => readChannels(signal),
    refetchInterval: 30_000,
  });
  const rows = query.data?.channels ?? [];
  const current = useListKeys({ keys: rows.map(({ id }) => String(id)), openKey: openId, addressOf });
  const agencyName = (agencyId: number) =>
    visibleString(agencies.find(({ id }) => id === agencyId)?.name ?? String(agencyId), 80);
  const columns: readonly Column<Channel>[] = [
    {
      key: 'state',
      label: text('notify.state'),
      width: '140px',
      cell: (channel) => {
        const { tone, label } = stateOf(channel);
        return <Badge tone={tone}>{text(label)}</Badge>;
      },
    },
    {
      key: 'name',
      label: text('notify.name'),
      cell: (channel) => (
        <Link to={addressOf(String(channel.id))} className="vg-row-link">
          <LineText value={channel.name} />
        </Link>
      ),
    },
    {
      key: 'where',
      label: text('notify.where'),
      needs: 'medium',
      cell: (channel) => (
        <span title={text(kindLabel[channel.settings.kind])}>
          <LineText value={whereOf(channel)} />
        </span>
      ),
    },
    {
      key: 'told',
      label: text('notify.told'),
      wrap: true,
      cell: (channel) =>
        text('notify.toldIs', {
          severity: t(severityLabel[channel.severityMin]).toLocaleLowerCase(),
          agency: agencyName(channel.agencyId),
        }),
    },
    {
      key: 'when',
      label: text('notify.when'),
      wrap: true,
      needs: 'wide',
      cell: ({ routing }) =>
        [
          hoursText(routing.hours, inHours),
          ...quietTexts(routing, inHours, (severity) => t(severityLabel[severity])),
        ].join('; '),
    },
    {
      key: 'last',
      label: text('notify.last'),
      width: '120px',
      needs: 'narrow',
      cell: ({ lastMessageAt }) =>
        lastMessageAt === null ? (
          <span className="vg-muted">{text('notify.never')}</span>
        ) : (
          <RelativeTime iso={lastMessageAt} />
        ),
    },
  ];
  return (
    <Page
      title={text('notify.title')}
      layout="plain"
      parts={<NotifyTabs current="channels" />}
      actions={
        <>
          <Link to="/my/notifications">{text('notify.personalLink')}</Link>
          {mayWrite ? (
            <Button
              type="primary"
              icon={<Icon name="plus" />}
              aria-haspopup="dialog"
              onClick={() => setAdding(true)}
              data-testid="channel-add"
            >
              {text('notify.add')}
            </Button>
          ) : null}
        </>
      }
    >
      <Split
        list={
          <QueryView query={query}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('notify.none')}>
                  <p>{text('notify.noneText')}</p>
                  {mayWrite ? (
                    <p>
                      <button
                        type="button"
                        className="vg-button"
                        aria-haspopup="dialog"
                        onClick={() => setAdding(true)}
                      >
                        {text('notify.add')}
                      </button>
                    </p>
                  ) : null}
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('notify.caption')}
                  columns={columns}
                  rows={rows}
                  keyOf={({ id }) => String(id)}
                  addressOf={({ id }) => addressOf(String(id))}
                  currentKey={current}
                  testId="channel-row"
                />
              )
            }
          </QueryView>
        }
        panel={
          openId === null ? null : (
            <ChannelPanel key={openId} id={openId} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
      {adding ? (
        <ChannelDialog
          onSaved={({ id }) => navigate(addressOf(String(id)))}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Page>
  );
}
