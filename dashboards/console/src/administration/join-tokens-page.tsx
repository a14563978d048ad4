/** Join tokens: who may let hosts in, made here with the commands to run, revoked here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { readJoinTokens, revokeJoinToken, type JoinToken, type MadeJoinToken } from './administration-api.ts';
import { messages } from './administration-messages.ts';
import { CreateToken } from './create-token.tsx';
import { MadeToken } from './made-token.tsx';

const stateLabel: Readonly<Record<JoinToken['state'], readonly [LabelOf<typeof messages>, Tone]>> = {
  usable: ['joinTokenState.usable', 'good'],
  'used-up': ['joinTokenState.usedUp', 'quiet'],
  expired: ['joinTokenState.expired', 'quiet'],
  revoked: ['joinTokenState.revoked', 'quiet'],
};

export default function JoinTokensPage() {
  const { number } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const may = useMay('join-token:write');
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<MadeJoinToken | null>(null);
  const [revoking, setRevoking] = useState<JoinToken | null>(null);
  const query = useQuery({
    queryKey: ['administration', 'join-tokens'],
    queryFn: ({ signal }) => readJoinTokens(signal),
    refetchInterval: 30_000,
  });
  const revoke = async (token: JoinToken) => {
    await revokeJoinToken(token.id);
    await client.invalidateQueries({ queryKey: ['administration', 'join-tokens'] });
    return { text: text('joinTokens.revoked') };
  };
  const columns: readonly Column<JoinToken>[] = [
    {
      key: 'state',
      label: text('joinTokens.state'),
      width: '132px',
      cell: ({ state }) => <Badge tone={stateLabel[state][1]}>{text(stateLabel[state][0])}</Badge>,
    },
    {
      key: 'note',
      label: text('joinTokens.note'),
      cell: ({ note, id }) => <LineText value={note === '' ? id : note} />,
    },
    {
      key: 'agency',
      label: text('joinTokens.agency'),
      needs: 'narrow',
      cell: ({ agencyName }) => <LineText value={agencyName} />,
    },
    {
      key: 'group',
      label: text('joinTokens.group'),
      needs: 'wide',
      cell: ({ group }) => (group === null ? '—' : <LineText value={group} />),
    },
    {
      key: 'uses',
      label: text('joinTokens.uses'),
      numeric: true,
      width: '110px',
      cell: ({ uses, usesMax }) => `${number(uses)}/${number(usesMax)}`,
    },
    {
      key: 'approve',
      label: text('joinTokens.approve'),
      needs: 'wide',
      width: '100px',
      cell: ({ approve }) => (approve ? '✓' : '—'),
    },
    {
      key: 'expires',
      label: text('joinTokens.expires'),
      needs: 'medium',
      cell: ({ expiresAt }) => <AbsoluteTime iso={expiresAt} />,
    },
    {
      key: 'by',
      label: text('joinTokens.by'),
      needs: 'medium',
      cell: ({ createdBy }) => <LineText value={createdBy} />,
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '110px',
            cell: (token: JoinToken) =>
              token.state === 'usable' ? (
                <Button
                  size="small"
                  aria-haspopup="dialog"
                  onClick={() => setRevoking(token)}
                  data-testid="revoke-join-token"
                >
                  {text('joinTokens.revoke')}
                </Button>
              ) : null,
          },
        ]
      : []),
  ];
  return (
    <Page
      title={text('joinTokens.title')}
      layout="list"
      summary={
        query.data === undefined
          ? undefined
          : text('joinTokens.summary', {
              n: query.data.joinTokens.filter(({ state }) => state === 'usable').length,
            })
      }
      actions={
        may ? (
          <Button
            type="primary"
            aria-haspopup="dialog"
            onClick={() => setCreating(true)}
            data-testid="new-join-token"
          >
            {text('joinTokens.create')}
          </Button>
        ) : undefined
      }
    >
      <QueryView query={query}>
        {({ joinTokens }) =>
          joinTokens.length === 0 ? (
            <EmptyState title={text('joinTokens.none')}>
              <p>{text('joinTokens.noneText')}</p>
            </EmptyState>
          ) : (
            <DataTable
              caption={text('joinTokens.caption')}
              columns={columns}
              rows={joinTokens}
              keyOf={({ id }) => id}
              testId="join-token-row"
              dataOf={({ state }) => ({ 'data-state': state })}
            />
          )
        }
      </QueryView>
      {creating ? <CreateToken onMade={setMade} onClose={() => setCreating(false)} /> : null}
      {made === null ? null : <MadeToken made={made} onClose={() => setMade(null)} />}
      {revoking === null ? null : (
        <FormDialog
          title={text('joinTokens.revokeTitle', {
            id: revoking.note === '' ? revoking.id : visibleString(revoking.note, 80),
          })}
          submitLabel={text('joinTokens.revoke')}
          danger
          testId="revoke-token"
          onSubmit={() => revoke(revoking)}
          onClose={() => setRevoking(null)}
        >
          <p>{text('joinTokens.revokeText')}</p>
        </FormDialog>
      )}
    </Page>
  );
}
