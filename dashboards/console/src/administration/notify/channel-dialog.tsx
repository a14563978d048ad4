/** The form of a channel: where it goes, what it is told of, and when. Secrets are typed anew or stay as they are. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AgencyField } from '../../api/agency-field.tsx';
import { severities } from '../../alerts/alert-filters.ts';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { severityLabel } from '../../ui/severity.tsx';
import { ChannelPlace } from './channel-place.tsx';
import { channelForm, channelPatch, leadsElsewhere, newChannel, type ChannelForm } from './channel-form.ts';
import { kindLabel } from './channel-words.ts';
import { HoursFields, QuietFields } from './hours-fields.tsx';
import { messages as hoursMessages } from './hours-messages.ts';
import { addChannel, changeChannel, type Channel } from './notify-api.ts';
import { messages } from './notify-messages.ts';

const kinds = ['email', 'webhook', 'syslog'] as const;

type Props = {
  /** Left out: a new one. */
  readonly channel?: Channel;
  readonly etag?: string | undefined;
  readonly onSaved: (channel: Channel) => void;
  readonly onClose: () => void;
};

function Fields({
  form,
  change,
  channel,
  error,
}: {
  readonly form: ChannelForm;
  readonly change: (next: Partial<ChannelForm>) => void;
  readonly channel: Channel | undefined;
  readonly error: unknown;
}) {
  const { t } = useI18n();
  const text = useText(messages);
  const hoursText = useText(hoursMessages);
  const faultOf = useFaultOf(error);
  return (
    <>
      <div className="vg-form-row">
        <TextField
          label={text('notify.name')}
          required
          autoFocus
          maxLength={100}
          value={form.name}
          onChange={(name) => change({ name })}
          fault={faultOf('name')}
          testId="channel-name"
        />
        <SelectField
          label={text('notify.kind')}
          value={form.kind}
          onChange={(kind) => change({ kind })}
          choices={kinds.map((kind) => ({ value: kind, label: text(kindLabel[kind]) }))}
          testId="channel-kind"
        />
      </div>
      <ChannelPlace
        form={form}
        change={change}
        keepsSecrets={channel?.hasSecrets === true && !leadsElsewhere(form, channel)}
        faultOf={faultOf}
      />
      {channel?.hasSecrets === true && leadsElsewhere(form, channel) ? (
        <p className="vg-warn" role="status">
          {text('notify.secretsGo')}
        </p>
      ) : null}
      <div className="vg-form-row">
        <SelectField
          label={text('notify.severity')}
          value={form.severityMin}
          onChange={(severityMin) => change({ severityMin })}
          choices={severities.map((severity) => ({ value: severity, label: t(severityLabel[severity]) }))}
          testId="channel-severity"
        />
        {channel === undefined ? (
          <AgencyField
            label={text('notify.agency')}
            hint={text('notify.agencyHint')}
            required
            value={form.agencyId}
            onChange={(agencyId) => change({ agencyId })}
            testId="channel-agency"
          />
        ) : null}
      </div>
      <HoursFields
        label={hoursText('hours.label')}
        value={form.hours}
        onChange={(hours) => change({ hours })}
      />
      <QuietFields value={form.quiet} onChange={(quiet) => change({ quiet })} />
      <div className="vg-form-row">
        <TextField
          label={text('notify.window')}
          hint={text('notify.windowHint')}
          type="number"
          min={0}
          max={1_440}
          required
          value={form.windowMinutes}
          onChange={(windowMinutes) => change({ windowMinutes })}
          testId="channel-window"
        />
        <TextField
          label={text('notify.hourly')}
          hint={text('notify.hourlyHint')}
          type="number"
          min={1}
          max={1_000}
          required
          value={form.hourly}
          onChange={(hourly) => change({ hourly })}
        />
      </div>
    </>
  );
}

export function ChannelDialog({ channel, etag, onSaved, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const agencies = useAgencies();
  const first = useMemo(() => {
    const form = channelForm(channel);
    // Who sees one agency only means that one.
    const only = agencies.length === 1 ? String(agencies[0]?.id ?? '') : '';
    return form.agencyId === '' ? { ...form, agencyId: only } : form;
  }, [agencies, channel]);
  const draft = useDraft(`notify-channel:${channel?.id ?? 'new'}`, first);
  return (
    <FormDialog
      title={
        channel === undefined
          ? text('notify.add')
          : text('notify.editTitle', { name: visibleString(channel.name, 80) })
      }
      submitLabel={text('notify.save')}
      wide
      testId="channel-form"
      onSubmit={async () => {
        const saved =
          channel === undefined
            ? await addChannel(newChannel(draft.value))
            : await changeChannel(channel.id, channelPatch(draft.value, channel), etag);
        await client.invalidateQueries({ queryKey: ['notify'] });
        onSaved(saved);
        return { text: text('notify.saved') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => <Fields form={draft.value} change={draft.change} channel={channel} error={error} />}
    </FormDialog>
  );
}
