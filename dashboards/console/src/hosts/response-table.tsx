/** Commands as a table, with what the second person decides. */
import Button from 'antd/es/button';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { useMay, useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { RelativeTime } from '../ui/times.tsx';
import type { Decision } from './response-dialogs.tsx';
import { actionLabel, CommandWords, isOwn, ResponseStateBadge } from './response-parts.tsx';
import type { Response } from './responses-types.ts';
import { messages } from './responses-messages.ts';

type WhatOf = (response: Response) => string;

export function useWhatOf(): WhatOf {
  const text = useText(messages);
  return ({ command, hostname }) => `${text(actionLabel[command.action])}, ${visibleString(hostname)}`;
}

/** Approve, reject or withdraw, for who may. */
export function DecideButtons(props: {
  readonly response: Response;
  readonly onDecide: (decision: Decision) => void;
}) {
  const { response, onDecide } = props;
  const text = useText(messages);
  const whatOf = useWhatOf();
  const me = useMe();
  const may = useMay('response:approve');
  if (response.state !== 'requested') return null;
  const own = isOwn(response.requestedBy, me.username);
  const decide = (decision: 'approve' | 'reject') =>
    onDecide({ kind: 'response', id: response.id, decision, what: whatOf(response) });
  if (!may) return null;
  return (
    <span className="vg-row-acts">
      {own ? null : (
        <Button
          size="small"
          type="primary"
          aria-haspopup="dialog"
          onClick={() => decide('approve')}
          data-testid="approve-response"
        >
          {text('responses.approve')}
        </Button>
      )}
      <Button size="small" aria-haspopup="dialog" onClick={() => decide('reject')}>
        {text(own ? 'responses.withdraw' : 'responses.reject')}
      </Button>
    </span>
  );
}

export function ResponseTable(props: {
  readonly rows: readonly Response[];
  readonly currentKey?: string | null;
  readonly addressOf: (id: string) => string;
  readonly onDecide?: (decision: Decision) => void;
  readonly withHost?: boolean;
}) {
  const { rows, currentKey, addressOf, onDecide, withHost = true } = props;
  const text = useText(messages);
  const columns: readonly Column<Response>[] = [
    {
      key: 'state',
      label: text('responses.state'),
      width: '136px',
      cell: ({ state }) => <ResponseStateBadge state={state} />,
    },
    {
      key: 'action',
      label: text('responses.action'),
      cell: (response) => (
        <Link to={addressOf(response.id)} className="vg-row-link">
          <CommandWords response={response} />
        </Link>
      ),
    },
    ...(withHost
      ? [
          {
            key: 'host',
            label: text('responses.host'),
            cell: (response: Response) => <LineText value={response.hostname} />,
          },
        ]
      : []),
    {
      key: 'reason',
      label: text('responses.reason'),
      needs: 'medium',
      cell: ({ reason }) => <LineText value={reason} />,
    },
    {
      key: 'by',
      label: text('responses.by'),
      needs: 'wide',
      width: '120px',
      cell: ({ requestedBy }) => <LineText value={requestedBy} />,
    },
    {
      key: 'decided',
      label: text('responses.decidedBy'),
      needs: 'wide',
      width: '120px',
      cell: ({ decidedBy }) => (decidedBy === null ? '—' : <LineText value={decidedBy} />),
    },
    {
      key: 'at',
      label: text('responses.at'),
      width: '120px',
      needs: 'narrow',
      cell: ({ requestedAt }) => (
        <span className="vg-time">
          <RelativeTime iso={requestedAt} />
        </span>
      ),
    },
    ...(onDecide === undefined
      ? []
      : [
          {
            key: 'acts',
            label: '',
            width: '170px',
            cell: (response: Response) => <DecideButtons response={response} onDecide={onDecide} />,
          },
        ]),
  ];
  return (
    <DataTable
      caption={text('responses.caption')}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      addressOf={({ id }) => addressOf(id)}
      currentKey={currentKey}
      testId="response-row"
      dataOf={({ state }) => ({ 'data-state': state })}
    />
  );
}
