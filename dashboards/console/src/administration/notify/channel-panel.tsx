/** One channel: what it is told of and when, whether it works, a test with the receiver's own answer, and its acts. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { href } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { BlockText, LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { severityLabel } from '../../ui/severity.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { kindLabel, stateOf, whereOf } from './channel-words.ts';
import { hoursText, messages as hoursMessages, quietTexts } from './hours-messages.ts';
import {
  changeChannel,
  readChannel,
  removeChannel,
  testChannel,
  type Channel,
  type TestAnswer,
} from './notify-api.ts';
import { messages } from './notify-messages.ts';

const minuteMs = 60_000;

function useNotifyChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['notify'] });
}

function TestSection({ channel }: { readonly channel: Channel }) {
  const text = useText(messages);
  const changed = useNotifyChanged();
  const action = useAction();
  const [answer, setAnswer] = useState<TestAnswer | null>(null);
  return (
    <Section
      title={text('notify.test')}
      actions={
        <Button
          loading={action.busy}
          data-testid="channel-test"
          onClick={() =>
            void action.run(async () => {
              setAnswer(null);
              setAnswer(await testChannel(channel.id));
              await changed();
              return undefined;
            })
          }
        >
          {text('notify.test')}
        </Button>
      }
    >
      {answer === null ? null : (
        <div role="status" data-testid="channel-answer" data-taken={answer.taken}>
          <p>
            <Badge tone={answer.taken ? 'good' : 'bad'}>
              {text(answer.taken ? 'notify.testTaken' : 'notify.testFailed')}
            </Badge>
          </p>
          <p className="vg-hint">{text('notify.answer')}</p>
          <BlockText value={answer.answer} />
          {answer.refused.length === 0 ? null : (
            <p className="vg-warn">
              {text('notify.refused')}: <LineText value={answer.refused.join(', ')} />
            </p>
          )}
        </div>
      )}
    </Section>
  );
}

function RemoveDialog({
  channel,
  onRemoved,
  onClose,
}: {
  readonly channel: Channel;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  return (
    <FormDialog
      title={text('notify.removeTitle', { name: visibleString(channel.name, 80) })}
      submitLabel={text('notify.remove')}
      danger
      testId="channel-remove-form"
      onSubmit={async () => {
        await removeChannel(channel.id);
        onRemoved();
        // Not the channel itself: its panel is leaving, and it is no more.
        await client.invalidateQueries({
          queryKey: ['notify'],
          predicate: ({ queryKey }) => queryKey[1] !== 'channel',
        });
        return { text: text('notify.removed') };
      }}
      onClose={onClose}
    >
      <p>{text('notify.removeText')}</p>
    </FormDialog>
  );
}

function ChannelFacts({ channel }: { readonly channel: Channel }) {
  const { t } = useI18n();
  const text = useText(messages);
  const inHours = useText(hoursMessages);
  const agencies = useAgencies();
  const agency = agencies.find(({ id }) => id === channel.agencyId)?.name ?? String(channel.agencyId);
  const { settings, routing } = channel;
  return (
    <Facts
      facts={[
        [text('notify.kind'), text(kindLabel[settings.kind])],
        [text('notify.where'), <LineText key="w" value={whereOf(channel)} />],
        settings.kind === 'email'
          ? [
              text('notify.host'),
              <LineText key="h" value={`${settings.host}:${settings.port} (${settings.security})`} />,
            ]
          : null,
        [
          text('notify.told'),
          text('notify.toldIs', {
            severity: t(severityLabel[channel.severityMin]).toLocaleLowerCase(),
            agency: visibleString(agency, 120),
          }),
        ],
        [
          text('notify.when'),
          <span key="when">
            {[
              hoursText(routing.hours, inHours),
              ...quietTexts(routing, inHours, (severity) => t(severityLabel[severity])),
              text('notify.windowFact', {
                n: Math.round(channel.windowMs / minuteMs),
                max: channel.messagesPerHourMax,
              }),
            ].map((line) => (
              <span key={line} className="vg-line">
                {line}
              </span>
            ))}
          </span>,
        ],
        [text('notify.secrets'), text(channel.hasSecrets ? 'notify.secretsYes' : 'notify.secretsNo')],
        [
          text('notify.last'),
          channel.lastMessageAt === null ? (
            text('notify.never')
          ) : (
            <RelativeTime key="l" iso={channel.lastMessageAt} />
          ),
        ],
        channel.failingSince === null
          ? null
          : [text('notify.since'), <AbsoluteTime key="f" iso={channel.failingSince} />],
        channel.problem === null
          ? null
          : [text('notify.problem'), <LineText key="p" value={channel.problem} />],
      ]}
    />
  );
}

export function ChannelPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const mayWrite = useMay('notify:write');
  const action = useAction();
  const changed = useNotifyChanged();
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const query = useQuery({
    queryKey: ['notify', 'channel', id],
    queryFn: ({ signal }) => readChannel(id, signal),
  });
  const channel = query.data?.body;
  const close = () => setOpen(null);
  const turn = async (enabled: boolean, ifMatch: string | undefined) => {
    if (channel === undefined) return;
    await changeChannel(channel.id, { enabled }, ifMatch);
    await changed();
  };
  const state = channel === undefined ? undefined : stateOf(channel);
  return (
    <SidePanel
      label={text('notify.panel')}
      title={channel === undefined ? '…' : <LineText value={channel.name} />}
      top={state === undefined ? undefined : <Badge tone={state.tone}>{text(state.label)}</Badge>}
      openKey={id}
      testId="channel-panel"
      onClose={onClose}
      actions={
        mayWrite && channel !== undefined ? (
          <>
            <Button
              type="primary"
              aria-haspopup="dialog"
              onClick={() => setOpen('edit')}
              data-testid="channel-edit"
            >
              {text('notify.edit')}
            </Button>
            <Button
              loading={action.busy}
              data-testid="channel-switch"
              onClick={() =>
                void action.run(async () => {
                  const on = !channel.enabled;
                  await turn(on, query.data?.etag);
                  return {
                    text: text(on ? 'notify.switchedOn' : 'notify.switchedOff'),
                    undo: () => turn(!on, undefined),
                  };
                })
              }
            >
              {text(channel.enabled ? 'notify.switchOff' : 'notify.switchOn')}
            </Button>
            <Button
              danger
              aria-haspopup="dialog"
              onClick={() => setOpen('remove')}
              data-testid="channel-remove"
            >
              {text('notify.remove')}
            </Button>
          </>
        ) : undefined
      }
    >
      <QueryView query={query}>
        {({ body, etag }) => (
          <>
            <ChannelFacts channel={body} />
            {mayWrite && body.enabled ? <TestSection channel={body} /> : null}
            <Link to={href('/administration/messages', { channel: String(body.id) })}>
              {text('notify.seeMessages')}
            </Link>
            {open === 'edit' ? (
              <ChannelDialog channel={body} etag={etag} onSaved={() => undefined} onClose={close} />
            ) : null}
            {open === 'remove' ? <RemoveDialog channel={body} onRemoved={onClose} onClose={close} /> : null}
          </>
        )}
      </QueryView>
    </SidePanel>
  );
}
