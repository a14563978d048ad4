/** One command: who asked and approved, what the host says of it, and what undoes it. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { searchQuery } from '../events/event-search.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay, useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Facts } from '../ui/facts.tsx';
import { FieldList } from '../ui/field-list.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { undoOf } from './command-form.ts';
import { hostAddress } from './host-table.tsx';
import { DecideDialog, RequestDialog, type Decision } from './response-dialogs.tsx';
import { CommandWords, isOwn, ResponseStateBadge } from './response-parts.tsx';
import { DecideButtons, useWhatOf } from './response-table.tsx';
import { readResponse } from './responses-api.ts';
import type { Response, ResponseState } from './responses-types.ts';
import { messages } from './responses-messages.ts';

/** States that move by themselves: looked at more often. */
const moving: ReadonlySet<ResponseState> = new Set(['approved', 'sent', 'accepted']);
const quickMs = 3_000;
const slowMs = 15_000;
export const refreshOf = (responses: readonly Response[] | undefined) =>
  responses?.some(({ state }) => moving.has(state)) === true ? quickMs : slowMs;

export function ResponsePanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const whatOf = useWhatOf();
  const me = useMe();
  const mayRequest = useMay('response:request');
  const [decision, setDecision] = useState<Decision | null>(null);
  const [undoing, setUndoing] = useState(false);
  const query = useQuery({
    queryKey: ['hosts', 'responses', 'one', id],
    queryFn: ({ signal }) => readResponse(id, signal),
    refetchInterval: ({ state }) => refreshOf(state.data === undefined ? undefined : [state.data]),
  });
  const response = query.data;
  const undo =
    response?.state === 'done' && !response.dryRun ? undoOf(response.command, response.id) : undefined;
  return (
    <SidePanel
      label={text('responses.panel')}
      openKey={id}
      testId="response-panel"
      title={response === undefined ? '…' : <CommandWords response={response} />}
      top={response === undefined ? undefined : <ResponseStateBadge state={response.state} />}
      onClose={onClose}
      actions={
        response === undefined ? undefined : (
          <>
            <DecideButtons response={response} onDecide={setDecision} />
            {undo !== undefined && mayRequest ? (
              <Button
                size="small"
                aria-haspopup="dialog"
                onClick={() => setUndoing(true)}
                data-testid="undo-response"
              >
                {text('responses.undo')}
              </Button>
            ) : null}
          </>
        )
      }
    >
      <QueryView query={query}>
        {(shown) => (
          <>
            {shown.state === 'requested' && isOwn(shown.requestedBy, me.username) ? (
              <p className="vg-hint">{text('responses.ownWaits')}</p>
            ) : null}
            <Section title={whatOf(shown)}>
              <Facts
                facts={[
                  [
                    text('responses.host'),
                    <Link key="host" to={hostAddress(shown.agentId, 'responses')}>
                      <LineText value={shown.hostname} />
                    </Link>,
                  ],
                  [text('responses.reason'), <LineText key="reason" value={shown.reason} />],
                  [text('responses.by'), <LineText key="by" value={shown.requestedBy} />],
                  [text('responses.at'), <AbsoluteTime key="at" iso={shown.requestedAt} />],
                  shown.decidedBy === null
                    ? null
                    : [text('responses.decidedBy'), <LineText key="decided" value={shown.decidedBy} />],
                  shown.decidedReason === null || shown.decidedReason === ''
                    ? null
                    : [text('responses.decision'), <LineText key="why" value={shown.decidedReason} />],
                  shown.sentAt === null
                    ? null
                    : [text('responses.sent'), <AbsoluteTime key="s" iso={shown.sentAt} />],
                  shown.endedAt === null
                    ? [text('responses.expires'), <AbsoluteTime key="x" iso={shown.expiresAt} />]
                    : [text('responses.ended'), <AbsoluteTime key="e" iso={shown.endedAt} />],
                  shown.message === null
                    ? null
                    : [text('responses.told'), <LineText key="m" value={shown.message} />],
                ]}
              />
            </Section>
            {shown.detail === null || Object.keys(shown.detail).length === 0 ? null : (
              <Section title={text('responses.detail')}>
                <FieldList fields={shown.detail} />
              </Section>
            )}
            {shown.command.action === 'collect-bundle' && shown.state === 'done' ? (
              <Link
                to={href(
                  '/events',
                  searchQuery({
                    agentId: shown.agentId,
                    channel: 'response',
                    time: { kind: 'between', from: shown.requestedAt, to: null },
                  }),
                )}
              >
                {text('responses.bundleEvents')}
              </Link>
            ) : null}
          </>
        )}
      </QueryView>
      {decision === null ? null : <DecideDialog decision={decision} onClose={() => setDecision(null)} />}
      {undoing && response !== undefined ? (
        <RequestDialog
          agentId={response.agentId}
          hostname={response.hostname}
          preset={undo}
          quarantined={[{ value: response.id, label: response.id.slice(0, 8) }]}
          onClose={() => setUndoing(false)}
        />
      ) : null}
    </SidePanel>
  );
}
