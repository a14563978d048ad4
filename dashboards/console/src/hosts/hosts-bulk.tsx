/** What is done to the chosen hosts at once. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useMay } from '../shell/me.ts';
import { useAction } from '../ui/use-action.ts';
import type { Selection } from '../ui/use-selection.ts';
import { MoveDialog, RevokeDialog, toldOf } from './host-dialogs.tsx';
import type { HostRow } from './host-rows.ts';
import { approveAgents } from './hosts-api.ts';
import { messages } from './hosts-messages.ts';
import { refreshHosts } from './use-hosts.ts';

const BulkResponse = lazy(() => import('./bulk-response.tsx'));

type Props = {
  readonly selection: Selection;
  readonly rows: readonly HostRow[];
  /** All that match the filters. */
  readonly found: readonly HostRow[];
};

/** The server takes so many at a time. */
const idsMax = 1_000;

export default function HostsBulk({ selection, rows, found }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const mayWrite = useMay('agent:write');
  const mayRespond = useMay('response:request');
  const [open, setOpen] = useState<'move' | 'revoke' | 'respond' | null>(null);
  const chosen = rows.filter(({ agent }) => selection.has(agent.id));
  const ids = chosen.map(({ agent }) => agent.id).slice(0, idsMax);
  const pending = chosen.filter(({ agent }) => agent.state === 'pending').map(({ agent }) => agent.id);
  const approve = () =>
    action.run(async () => {
      const acts = await approveAgents(pending);
      await refreshHosts(client);
      selection.clear();
      return toldOf(acts, text('hosts.approved', { n: acts.changed.length }), text);
    });
  const close = () => setOpen(null);
  return (
    <div className="vg-bulk-bar" data-testid="hosts-bulk">
      <strong role="status">{text('hosts.selected', { n: selection.keys.size })}</strong>
      {found.length > selection.keys.size && found.length <= idsMax ? (
        <button
          type="button"
          className="vg-link"
          onClick={() => selection.toggleAll(found.map(({ agent }) => agent.id))}
        >
          {text('hosts.selectAll', { n: found.length })}
        </button>
      ) : null}
      {mayWrite && pending.length > 0 ? (
        <Button size="small" type="primary" loading={action.busy} onClick={() => void approve()}>
          {text('hosts.approve')}
        </Button>
      ) : null}
      {mayRespond ? (
        <Button
          size="small"
          aria-haspopup="dialog"
          onClick={() => setOpen('respond')}
          data-testid="bulk-respond"
        >
          {text('hosts.respond')}
        </Button>
      ) : null}
      {mayWrite ? (
        <>
          <Button size="small" aria-haspopup="dialog" onClick={() => setOpen('move')} data-testid="bulk-move">
            {text('hosts.move')}
          </Button>
          <Button
            size="small"
            danger
            aria-haspopup="dialog"
            onClick={() => setOpen('revoke')}
            data-testid="bulk-revoke"
          >
            {text('hosts.revoke')}
          </Button>
        </>
      ) : null}
      <button type="button" className="vg-link" onClick={selection.clear}>
        {text('hosts.unselect')}
      </button>
      {open === 'move' ? <MoveDialog ids={ids} onClose={close} onDone={selection.clear} /> : null}
      {open === 'revoke' ? <RevokeDialog ids={ids} onClose={close} onDone={selection.clear} /> : null}
      {open === 'respond' ? (
        <Suspense fallback={null}>
          <BulkResponse ids={ids} onClose={close} onDone={selection.clear} />
        </Suspense>
      ) : null}
    </div>
  );
}
