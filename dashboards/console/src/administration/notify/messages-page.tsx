/** What was sent, what waits and what was given up, with the receiver's answer; what was given up can be tried again. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { LabelOf } from '../../i18n/messages.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useQueryState } from '../../router/use-query.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Chips } from '../../ui/chips.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { messages } from './message-messages.ts';
import { readMessages, retryMessage, type Message } from './notify-api.ts';
import { messages as notifyMessages } from './notify-messages.ts';
import { NotifyTabs } from './notify-tabs.tsx';

const states = ['waiting', 'sent', 'dead'] as const;
const limit = 500;
const stateLabel: Readonly<Record<Message['state'], LabelOf<typeof messages>>> = {
  waiting: 'sent.waiting',
  sent: 'sent.sent',
  dead: 'sent.dead',
};
const tones: Readonly<Record<Message['state'], Tone>> = { waiting: 'info', sent: 'good', dead: 'bad' };

export default function MessagesPage() {
  const { number } = useI18n();
  const text = useText(messages);
  const notifyText = useText(notifyMessages);
  const state = useQueryState();
  const mayWrite = useMay('notify:write');
  const client = useQueryClient();
  const action = useAction();
  const wanted = state.oneOf('state', states);
  const channel = state.get('channel');
  const query = useQuery({
    queryKey: ['notify', 'messages', wanted],
    queryFn: ({ signal }) => readMessages({ state: wanted, limit }, signal),
    refetchInterval: 15_000,
  });
  const rows = (query.data?.messages ?? []).filter(
    ({ channelId }) => channel === '' || String(channelId) === channel,
  );
  const columns: readonly Column<Message>[] = [
    {
      key: 'state',
      label: text('sent.state'),
      width: '130px',
      cell: (row) => <Badge tone={tones[row.state]}>{text(stateLabel[row.state])}</Badge>,
    },
    {
      key: 'created',
      label: text('sent.created'),
      width: '160px',
      cell: ({ createdAt }) => (
        <span className="vg-time">
          <AbsoluteTime iso={createdAt} />
        </span>
      ),
    },
    {
      key: 'channel',
      label: text('sent.channel'),
      cell: (row) => (
        <>
          <Link to={pathOf('administration', 'notifications', String(row.channelId))}>
            <LineText value={row.channel} />
          </Link>
          {row.person === null ? null : (
            <span className="vg-muted">
              {' '}
              · {text('sent.person', { name: visibleString(row.person, 64) })}
            </span>
          )}
        </>
      ),
    },
    {
      key: 'items',
      label: text('sent.items'),
      width: '80px',
      numeric: true,
      needs: 'narrow',
      cell: ({ items }) => number(items),
    },
    {
      key: 'attempts',
      label: text('sent.attempts'),
      width: '80px',
      numeric: true,
      needs: 'medium',
      cell: ({ attempts }) => number(attempts),
    },
    {
      key: 'outcome',
      label: text('sent.outcome'),
      wrap: true,
      cell: (row) => (
        <>
          <LineText value={row.problem ?? row.answer ?? '—'} />
          {row.refused.length === 0 ? null : (
            <span className="vg-warn">
              {' '}
              {notifyText('notify.refused')}: <LineText value={row.refused.join(', ')} />
            </span>
          )}
          {row.nextAt === null || row.state !== 'waiting' ? null : (
            <span className="vg-muted">
              {' '}
              · {text('sent.next')} <RelativeTime iso={row.nextAt} />
            </span>
          )}
        </>
      ),
    },
    ...(mayWrite
      ? [
          {
            key: 'retry',
            label: '',
            width: '100px',
            cell: (row: Message) =>
              row.state === 'dead' ? (
                <button
                  type="button"
                  className="vg-link"
                  disabled={action.busy}
                  data-testid="message-retry"
                  onClick={() =>
                    void action.run(async () => {
                      await retryMessage(row.id);
                      await client.invalidateQueries({ queryKey: ['notify', 'messages'] });
                      return { text: text('sent.retried') };
                    })
                  }
                >
                  {text('sent.retry')}
                </button>
              ) : null,
          },
        ]
      : []),
  ];
  return (
    <Page
      title={notifyText('notify.title')}
      layout="plain"
      parts={<NotifyTabs current="messages" />}
      toolbar={
        <Chips
          label={text('sent.state')}
          chips={states.map((value) => ({ value, label: text(stateLabel[value]) }))}
          chosen={states.filter((value) => value === wanted)}
          onToggle={(value) => state.set({ state: value === wanted ? '' : value })}
        />
      }
    >
      <div className="vg-scroll">
        <QueryView query={query}>
          {() => (
            <>
              {rows.some((row) => row.state === 'dead') ? (
                <p className="vg-hint vg-list-note">{text('sent.deadText')}</p>
              ) : null}
              {rows.length === 0 ? (
                <EmptyState title={text('sent.none')}>
                  <p>{text('sent.noneText')}</p>
                  <Link to="/administration/notifications">{text('sent.toChannels')}</Link>
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('sent.caption')}
                  columns={columns}
                  rows={rows}
                  keyOf={({ id }) => id}
                  testId="message-row"
                  dataOf={(row) => ({ 'data-state': row.state })}
                />
              )}
            </>
          )}
        </QueryView>
      </div>
    </Page>
  );
}
