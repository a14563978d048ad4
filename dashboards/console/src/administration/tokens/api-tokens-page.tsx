/** API tokens: who may ask as a machine, with what rights, when each was used last; made and revoked here. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import { Icon } from '../../shell/icons.tsx';
import { useMay } from '../../shell/me.ts';
import { roleLabel } from '../../shell/role-label.ts';
import '../../styles/administration.css';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { MakeTokenDialog } from './make-token-dialog.tsx';
import { TokenPanel } from './token-panel.tsx';
import { tokenState } from './token-words.ts';
import { apiTokensKey, readApiTokens, type ApiToken, type MadeApiToken } from './tokens-api.ts';
import { messages } from './tokens-messages.ts';

const addressOf = (id: string | null): string =>
  id === null ? '/administration/api-tokens' : pathOf('administration', 'api-tokens', id);

export default function ApiTokensPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const text = useText(messages);
  const { t, dateTime } = useI18n();
  const mayWrite = useMay('api-token:write');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<MadeApiToken | null>(null);
  const agencies = useAgencies();
  const names = useMemo(() => new Map(agencies.map(({ id, name }) => [id, name])), [agencies]);
  const agencyOf = ({ agencyId }: ApiToken) => names.get(agencyId) ?? String(agencyId);
  const query = useQuery({
    queryKey: apiTokensKey,
    queryFn: ({ signal }) => readApiTokens(signal),
    refetchInterval: 30_000,
  });
  const tokens = query.data?.apiTokens ?? [];
  const open = tokens.find(({ id }) => id === openId);
  const current = useListKeys({ keys: tokens.map(({ id }) => id), openKey: openId, addressOf });
  const columns: readonly Column<ApiToken>[] = [
    {
      key: 'state',
      label: text('apiTokens.state'),
      width: '132px',
      cell: ({ state }) => <Badge tone={tokenState[state][1]}>{text(tokenState[state][0])}</Badge>,
    },
    {
      key: 'name',
      label: text('apiTokens.name'),
      cell: ({ id, name }) => (
        <Link to={addressOf(id)} className="vg-row-link">
          <LineText value={name === '' ? text('apiTokens.unnamed') : name} />
        </Link>
      ),
    },
    {
      key: 'rights',
      label: text('apiTokens.rights'),
      width: '170px',
      cell: ({ role, permissions }) =>
        permissions !== null
          ? text('apiTokens.someRights', { n: permissions.length })
          : role === 'api'
            ? text('apiTokens.lookOnly')
            : t(roleLabel[role]),
    },
    {
      key: 'agency',
      label: text('apiTokens.agency'),
      needs: 'medium',
      cell: (token) => <LineText value={agencyOf(token)} />,
    },
    {
      key: 'used',
      label: text('apiTokens.used'),
      width: '150px',
      needs: 'narrow',
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? text('apiTokens.never') : <RelativeTime iso={lastUsedAt} />,
    },
    {
      key: 'expires',
      label: text('apiTokens.expires'),
      width: '170px',
      needs: 'wide',
      cell: ({ expiresAt }) => <AbsoluteTime iso={expiresAt} />,
    },
    {
      key: 'by',
      label: text('apiTokens.by'),
      width: '140px',
      needs: 'wide',
      cell: ({ createdBy }) => <LineText value={createdBy} />,
    },
  ];
  return (
    <Page
      title={text('apiTokens.title')}
      layout="plain"
      summary={
        query.data === undefined
          ? undefined
          : text('apiTokens.summary', { n: tokens.filter(({ state }) => state === 'usable').length })
      }
      actions={
        mayWrite ? (
          <Button
            type="primary"
            icon={<Icon name="plus" />}
            data-testid="new-api-token"
            onClick={() => setMaking(true)}
          >
            {text('apiTokens.make')}
          </Button>
        ) : undefined
      }
    >
      <Split
        list={
          <QueryView query={query}>
            {() =>
              tokens.length === 0 ? (
                <EmptyState title={text('apiTokens.none')}>
                  <p>{text('apiTokens.noneText')}</p>
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('apiTokens.caption')}
                  columns={columns}
                  rows={tokens}
                  keyOf={({ id }) => id}
                  addressOf={({ id }) => addressOf(id)}
                  currentKey={current}
                  testId="api-token-row"
                  dataOf={({ name, state }) => ({ 'data-name': name, 'data-state': state })}
                />
              )
            }
          </QueryView>
        }
        panel={
          open === undefined ? null : (
            <TokenPanel
              key={open.id}
              token={open}
              agencyName={agencyOf(open)}
              onClose={() => navigate(addressOf(null))}
            />
          )
        }
      />
      {making ? <MakeTokenDialog onMade={setMade} onClose={() => setMaking(false)} /> : null}
      {made === null ? null : (
        <ShownOnce
          title={text('apiTokens.madeTitle')}
          secret={made.token}
          copyLabel={text('apiTokens.copy')}
          testId="made-api-token"
          onClose={() => setMade(null)}
        >
          <p>{text('apiTokens.madeText', { time: dateTime(made.expiresAt) })}</p>
        </ShownOnce>
      )}
    </Page>
  );
}
