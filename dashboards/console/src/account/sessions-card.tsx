/** One's own sessions: where each began, when it was used; others are ended here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { endSession, readSessions, type OwnSession } from './account-api.ts';
import { messages } from './account-messages.ts';
import { clientName } from './client-name.ts';

const sessionsKey = ['account', 'sessions'] as const;

function Client({ client }: { readonly client: string | null }) {
  const text = useText(messages);
  const { browser, system } = clientName(client);
  const name =
    browser === undefined || system === undefined
      ? (browser ?? system ?? visibleString(client ?? text('account.unknownClient'), 60))
      : text('account.clientOn', { browser, system });
  return <span title={client === null ? undefined : visibleString(client, 256)}>{name}</span>;
}

export function SessionsCard() {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const query = useQuery({
    queryKey: sessionsKey,
    queryFn: ({ signal }) => readSessions(signal),
    refetchInterval: 60_000,
  });
  const others = (query.data?.sessions ?? []).filter(({ isCurrent }) => !isCurrent);
  const end = (sessions: readonly OwnSession[]) =>
    void action.run(async () => {
      for (const { id } of sessions) await endSession(id);
      await client.invalidateQueries({ queryKey: sessionsKey });
      return { text: text('account.ended', { n: sessions.length }) };
    });
  const columns: readonly Column<OwnSession>[] = [
    {
      key: 'client',
      label: text('account.session'),
      cell: ({ client: said, isCurrent }) => (
        <>
          <Client client={said} /> {isCurrent ? <Badge tone="good">{text('account.current')}</Badge> : null}
        </>
      ),
    },
    {
      key: 'address',
      label: text('account.address'),
      needs: 'narrow',
      cell: ({ address }) => (address === null ? '—' : <LineText value={address} />),
    },
    {
      key: 'began',
      label: text('account.began'),
      needs: 'medium',
      cell: ({ createdAt }) => <AbsoluteTime iso={createdAt} />,
    },
    {
      key: 'used',
      label: text('account.lastUsed'),
      cell: ({ lastUsedAt }) => <RelativeTime iso={lastUsedAt} />,
    },
    {
      key: 'acts',
      label: '',
      width: '110px',
      cell: (session) =>
        session.isCurrent ? null : (
          <Button
            size="small"
            disabled={action.busy}
            data-testid="session-end"
            onClick={() => end([session])}
          >
            {text('account.end')}
          </Button>
        ),
    },
  ];
  return (
    <section className="vg-card vg-account-card">
      <div className="vg-section-head">
        <h2>{text('account.sessions')}</h2>
        {others.length < 2 ? null : (
          <Button size="small" loading={action.busy} onClick={() => end(others)}>
            {text('account.endOthers')}
          </Button>
        )}
      </div>
      <p className="vg-hint">{text('account.sessionsText')}</p>
      <QueryView query={query}>
        {({ sessions }) => (
          <DataTable
            caption={text('account.sessions')}
            columns={columns}
            rows={sessions}
            keyOf={({ id }) => id}
            testId="session-row"
          />
        )}
      </QueryView>
    </section>
  );
}
