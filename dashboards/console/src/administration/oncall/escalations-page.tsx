/** Escalations as cards: from what they begin, their steps in words, on or off. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { Icon } from '../../shell/icons.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { severityLabel } from '../../ui/severity.tsx';
import { useAction } from '../../ui/use-action.ts';
import '../operating.css';
import { hoursText, messages as hoursMessages } from '../notify/hours-messages.ts';
import { readChannels } from '../notify/notify-api.ts';
import { messages as notifyMessages } from '../notify/notify-messages.ts';
import { NotifyTabs } from '../notify/notify-tabs.tsx';
import { EscalationDialog } from './escalation-dialog.tsx';
import {
  readEscalation,
  readEscalations,
  readRosters,
  removePlan,
  saveEscalation,
  type Escalation,
} from './oncall-api.ts';
import { messages } from './oncall-messages.ts';
import { RemovePlanDialog } from './remove-plan.tsx';

function Steps({ plan }: { readonly plan: Escalation }) {
  const text = useText(messages);
  const channels = useQuery({
    queryKey: ['notify', 'channels'],
    queryFn: ({ signal }) => readChannels(signal),
  });
  const rosters = useQuery({ queryKey: ['oncall', 'rosters'], queryFn: ({ signal }) => readRosters(signal) });
  const channelOf = (id: number) =>
    visibleString(channels.data?.channels.find((one) => one.id === id)?.name ?? `#${id}`, 80);
  const whoOf = (id: number | undefined) =>
    id === undefined
      ? text('escalate.ofChannel')
      : text('escalate.onDuty', {
          name: visibleString(rosters.data?.plans.find((one) => one.id === id)?.name ?? `#${id}`, 80),
        });
  return (
    <ol className="vg-ladder">
      {plan.settings.steps.map(({ afterMinutes, channelId, rosterId }, index) => (
        // The steps' order is what they are.
        // oxlint-disable-next-line no-array-index-key
        <li key={index}>
          {afterMinutes === 0
            ? text('escalate.stepNow', { channel: channelOf(channelId), who: whoOf(rosterId) })
            : text('escalate.step', { n: afterMinutes, channel: channelOf(channelId), who: whoOf(rosterId) })}
        </li>
      ))}
    </ol>
  );
}

function Card({
  plan,
  onOpen,
}: {
  readonly plan: Escalation;
  readonly onOpen: (act: 'edit' | 'remove') => void;
}) {
  const { t } = useI18n();
  const text = useText(messages);
  const inHours = useText(hoursMessages);
  const notifyText = useText(notifyMessages);
  const mayWrite = useMay('notify:write');
  const client = useQueryClient();
  const agencies = useAgencies();
  const action = useAction();
  const { settings } = plan;
  const turn = async (enabled: boolean, ifMatch: string | undefined) => {
    const body = { name: plan.name, agencyId: plan.agencyId, settings: { ...settings, enabled } };
    await saveEscalation(plan.id, body, ifMatch);
    await client.invalidateQueries({ queryKey: ['oncall'] });
  };
  return (
    <section className="vg-card" data-testid="escalation" data-name={plan.name}>
      <div className="vg-section-head">
        <h2>
          <LineText value={plan.name} />
        </h2>
        <Badge tone={settings.enabled ? 'good' : 'quiet'}>
          {text(settings.enabled ? 'escalate.enabled' : 'escalate.off')}
        </Badge>
      </div>
      <p className="vg-hint vg-card-lead">
        {text('escalate.beginsIs', {
          severity: t(severityLabel[settings.severityMin]).toLocaleLowerCase(),
          agency: visibleString(
            agencies.find(({ id }) => id === plan.agencyId)?.name ?? String(plan.agencyId),
            120,
          ),
          hours: hoursText(settings.hours, inHours),
        })}
      </p>
      <Steps plan={plan} />
      {mayWrite ? (
        <div className="vg-buttons">
          <Button aria-haspopup="dialog" onClick={() => onOpen('edit')} data-testid="escalation-edit">
            {text('escalate.edit')}
          </Button>
          <Button
            loading={action.busy}
            onClick={() =>
              void action.run(async () => {
                const on = !settings.enabled;
                await turn(on, `"${plan.version}"`);
                return {
                  text: text(on ? 'escalate.switchedOn' : 'escalate.switchedOff'),
                  undo: () => turn(!on, undefined),
                };
              })
            }
          >
            {notifyText(settings.enabled ? 'notify.switchOff' : 'notify.switchOn')}
          </Button>
          <Button danger aria-haspopup="dialog" onClick={() => onOpen('remove')}>
            {text('roster.remove')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** Read anew before it is edited, with the version to change it by. */
function Edit({ id, onClose }: { readonly id: number; readonly onClose: () => void }) {
  const query = useQuery({
    queryKey: ['oncall', 'escalation', id],
    queryFn: ({ signal }) => readEscalation(String(id), signal),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <QueryView query={query}>
      {({ body, etag }) => (
        <EscalationDialog plan={body} etag={etag} onSaved={() => undefined} onClose={onClose} />
      )}
    </QueryView>
  );
}

export default function EscalationsPage() {
  const text = useText(messages);
  const notifyText = useText(notifyMessages);
  const mayWrite = useMay('notify:write');
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<{ readonly act: 'edit' | 'remove'; readonly plan: Escalation } | null>(
    null,
  );
  const query = useQuery({
    queryKey: ['oncall', 'escalations'],
    queryFn: ({ signal }) => readEscalations(signal),
  });
  const add = () => setAdding(true);
  const close = () => setOpen(null);
  return (
    <Page
      title={notifyText('notify.title')}
      layout="plain"
      parts={<NotifyTabs current="escalations" />}
      actions={
        mayWrite ? (
          <Button type="primary" icon={<Icon name="plus" />} onClick={add} data-testid="escalation-add">
            {text('escalate.add')}
          </Button>
        ) : undefined
      }
    >
      <div className="vg-body">
        <p className="vg-hint vg-card-lead">{text('escalate.text')}</p>
        <QueryView query={query}>
          {({ plans }) =>
            plans.length === 0 ? (
              <EmptyState title={text('escalate.none')}>
                <p>{text('escalate.noneText')}</p>
                {mayWrite ? (
                  <p>
                    <button type="button" className="vg-button" onClick={add}>
                      {text('escalate.add')}
                    </button>
                  </p>
                ) : null}
              </EmptyState>
            ) : (
              plans.map((plan) => <Card key={plan.id} plan={plan} onOpen={(act) => setOpen({ act, plan })} />)
            )
          }
        </QueryView>
      </div>
      {adding ? <EscalationDialog onSaved={() => undefined} onClose={() => setAdding(false)} /> : null}
      {open?.act === 'edit' ? <Edit id={open.plan.id} onClose={close} /> : null}
      {open?.act === 'remove' ? (
        <RemovePlanDialog
          name={open.plan.name}
          explanation={text('escalate.removeText')}
          remove={() => removePlan('escalations', open.plan.id)}
          restore={() => {
            const { name, agencyId, settings } = open.plan;
            return saveEscalation(null, { name, agencyId, settings });
          }}
          onRemoved={() => undefined}
          onClose={close}
        />
      ) : null}
    </Page>
  );
}
