/** A draft of a request to the agency of an alert: the template that fits writes it, people put it right before it is sent. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { navigate } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { api } from '../session/session-store.ts';
import { LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextField, TextArea } from '../ui/form-fields.tsx';
import { messages } from './request-messages.ts';
import { requestsApi } from './requests-api.ts';

type Props = { readonly alertIds: readonly string[]; readonly onClose: () => void };

const idsOf = (text: string) => text.split(/[\s,;]+/u).filter((id) => id !== '');

export default function NewRequestDialog({ alertIds, onClose }: Props) {
  const text = useText(messages);
  const { language } = useI18n();
  const client = useQueryClient();
  const key = alertIds.join(',');
  const templates = useQuery({
    queryKey: ['requests', 'templates'],
    queryFn: ({ signal }) => requestsApi.templates(signal),
    staleTime: 600_000,
  });
  const first = alertIds[0];
  const alert = useQuery({
    queryKey: ['alert', first],
    enabled: first !== undefined,
    queryFn: ({ signal }) => api.alert(first ?? '', signal),
  });
  const begin = useMemo(() => ({ alerts: key, template: '', dueOn: '' }), [key]);
  const { value, change, drop } = useDraft(`request:new:${key}`, begin);
  const chosen = templates.data?.templates.find(({ id }) => id === value.template);
  return (
    <FormDialog
      title={text('request.new')}
      submitLabel={text('request.makeDraft')}
      testId="request-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const made = await requestsApi.create({
          alertIds: idsOf(value.alerts),
          ...(value.template === '' ? {} : { template: value.template }),
          ...(value.dueOn === '' ? {} : { dueOn: value.dueOn }),
        });
        await client.invalidateQueries({ queryKey: ['requests'] });
        window.setTimeout(() => navigate(pathOf('requests', made.id)), 0);
        return { text: text('request.made', { agency: made.agencyName }) };
      }}
    >
      {alert.data === undefined ? null : (
        <p className="vg-hint">
          {text('request.about')} <LineText value={titleOf(alert.data, language)} /> ·{' '}
          <LineText value={alert.data.agencyName} />
        </p>
      )}
      <TextArea
        label={text('request.alertIds')}
        hint={text('request.alertIdsHint')}
        code
        rows={2}
        required
        testId="request-alerts"
        value={value.alerts}
        onChange={(alerts) => change({ alerts })}
      />
      <div className="vg-form-row">
        <SelectField
          label={text('request.template')}
          empty={text('request.fitting')}
          value={value.template}
          choices={(templates.data?.templates ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(template) => change({ template })}
        />
        <TextField
          label={text('request.dueOn')}
          hint={text('request.dueHint')}
          type="date"
          value={value.dueOn}
          onChange={(dueOn) => change({ dueOn })}
        />
      </div>
      {chosen === undefined ? null : (
        <div className="vg-hint">
          <strong>
            <LineText value={chosen.title} />
          </strong>
          <ol className="vg-request-steps">
            {chosen.steps.map((step) => (
              <li key={step}>
                <LineText value={step} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </FormDialog>
  );
}
