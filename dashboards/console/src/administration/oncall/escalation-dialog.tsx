/** The form of an escalation: from what it begins, and its steps in the order of their time. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
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
import { hoursForm, hoursOf } from '../notify/hours.ts';
import { HoursFields } from '../notify/hours-fields.tsx';
import { readChannels } from '../notify/notify-api.ts';
import { readRosters, saveEscalation, type Escalation, type NewEscalation } from './oncall-api.ts';
import { messages } from './oncall-messages.ts';

type StepForm = {
  readonly key: string;
  readonly after: string;
  readonly channelId: string;
  readonly rosterId: string;
};

const stepsMax = 10;
let made = 0;
const stepForm = (step?: Escalation['settings']['steps'][number], after = '0'): StepForm => ({
  key: String((made += 1)),
  after: step === undefined ? after : String(step.afterMinutes),
  channelId: step === undefined ? '' : String(step.channelId),
  rosterId: step?.rosterId === undefined ? '' : String(step.rosterId),
});

const formOf = (plan: Escalation | undefined) => ({
  name: plan?.name ?? '',
  agencyId: plan === undefined ? '' : String(plan.agencyId),
  severityMin: plan?.settings.severityMin ?? ('critical' as const),
  hours: hoursForm(plan?.settings.hours ?? 'always'),
  steps: plan === undefined ? [stepForm()] : plan.settings.steps.map((step) => stepForm(step)),
});
type Form = ReturnType<typeof formOf>;

const bodyOf = (form: Form, enabled: boolean): NewEscalation => ({
  name: form.name.trim(),
  agencyId: Number(form.agencyId),
  settings: {
    severityMin: form.severityMin,
    hours: hoursOf(form.hours),
    enabled,
    steps: form.steps.map(({ after, channelId, rosterId }) => ({
      afterMinutes: Number(after),
      channelId: Number(channelId),
      ...(rosterId === '' ? {} : { rosterId: Number(rosterId) }),
    })),
  },
});

function Steps({
  steps,
  onChange,
}: {
  readonly steps: readonly StepForm[];
  readonly onChange: (steps: StepForm[]) => void;
}) {
  const text = useText(messages);
  const channels = useQuery({
    queryKey: ['notify', 'channels'],
    queryFn: ({ signal }) => readChannels(signal),
  });
  const rosters = useQuery({ queryKey: ['oncall', 'rosters'], queryFn: ({ signal }) => readRosters(signal) });
  const put = (key: string, next: Partial<StepForm>) =>
    onChange(steps.map((one) => (one.key === key ? { ...one, ...next } : one)));
  return (
    <fieldset className="vg-form-set">
      <legend>{text('escalate.steps')}</legend>
      {channels.data?.channels.length === 0 ? (
        <p className="vg-warn">{text('escalate.needsChannel')}</p>
      ) : null}
      {steps.map((step, index) => (
        <div key={step.key} className="vg-form-row vg-person-row">
          <TextField
            label={text('escalate.after')}
            type="number"
            min={Number(steps[index - 1]?.after ?? 0)}
            max={1_440}
            required
            value={step.after}
            onChange={(after) => put(step.key, { after })}
          />
          <SelectField
            label={text('escalate.channel')}
            required
            empty="—"
            value={step.channelId}
            onChange={(channelId) => put(step.key, { channelId })}
            choices={(channels.data?.channels ?? []).map(({ id, name }) => ({
              value: String(id),
              label: visibleString(name, 100),
            }))}
            testId="step-channel"
          />
          <SelectField
            label={text('escalate.roster')}
            value={step.rosterId === '' ? 'none' : step.rosterId}
            onChange={(rosterId) => put(step.key, { rosterId: rosterId === 'none' ? '' : rosterId })}
            choices={[
              { value: 'none', label: text('escalate.ofChannel') },
              ...(rosters.data?.plans ?? []).map(({ id, name }) => ({
                value: String(id),
                label: visibleString(name, 100),
              })),
            ]}
            testId="step-roster"
          />
          {steps.length > 1 ? (
            <button
              type="button"
              className="vg-link"
              aria-label={text('escalate.dropStep', { n: index + 1 })}
              onClick={() => onChange(steps.filter(({ key }) => key !== step.key))}
            >
              {text('roster.dropOverride')}
            </button>
          ) : null}
        </div>
      ))}
      {steps.length < stepsMax ? (
        <button
          type="button"
          className="vg-link"
          data-testid="step-add"
          onClick={() =>
            onChange([...steps, stepForm(undefined, String(Number(steps.at(-1)?.after ?? 0) + 10))])
          }
        >
          {text('escalate.addStep')}
        </button>
      ) : null}
    </fieldset>
  );
}

type Props = {
  readonly plan?: Escalation;
  readonly etag?: string | undefined;
  readonly onSaved: (plan: Escalation) => void;
  readonly onClose: () => void;
};

export function EscalationDialog({ plan, etag, onSaved, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const agencies = useAgencies();
  const first = useMemo(() => {
    const form = formOf(plan);
    const only = agencies.length === 1 ? String(agencies[0]?.id ?? '') : '';
    return form.agencyId === '' ? { ...form, agencyId: only } : form;
  }, [agencies, plan]);
  const draft = useDraft(`escalation:${plan?.id ?? 'new'}`, first);
  const { value: form, change } = draft;
  const isOn = plan?.settings.enabled ?? true;
  const changed = () => client.invalidateQueries({ queryKey: ['oncall'] });
  return (
    <FormDialog
      title={
        plan === undefined
          ? text('escalate.add')
          : text('roster.editTitle', { name: visibleString(plan.name, 80) })
      }
      submitLabel={text('roster.save')}
      wide
      testId="escalation-form"
      onSubmit={async () => {
        const saved = await saveEscalation(plan?.id ?? null, bodyOf(form, isOn), etag);
        await changed();
        onSaved(saved);
        return {
          text: text('roster.saved'),
          ...(plan === undefined
            ? {}
            : {
                undo: async () => {
                  await saveEscalation(plan.id, bodyOf(formOf(plan), isOn));
                  await changed();
                },
              }),
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <p className="vg-hint">{text('escalate.text')}</p>
          <Begin form={form} change={change} error={error} />
          <Steps steps={form.steps} onChange={(steps) => change({ steps })} />
        </>
      )}
    </FormDialog>
  );
}

function Begin({
  form,
  change,
  error,
}: {
  readonly form: Form;
  readonly change: (next: Partial<Form>) => void;
  readonly error: unknown;
}) {
  const { t } = useI18n();
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <>
      <div className="vg-form-row">
        <TextField
          label={text('roster.name')}
          required
          autoFocus
          maxLength={100}
          value={form.name}
          onChange={(name) => change({ name })}
          fault={faultOf('name')}
          testId="escalation-name"
        />
        <AgencyField
          label={text('roster.agency')}
          required
          value={form.agencyId}
          onChange={(agencyId) => change({ agencyId })}
          testId="escalation-agency"
        />
        <SelectField
          label={text('escalate.severity')}
          value={form.severityMin}
          onChange={(severityMin) => change({ severityMin })}
          choices={severities.map((severity) => ({ value: severity, label: t(severityLabel[severity]) }))}
        />
      </div>
      <HoursFields
        label={text('escalate.hours')}
        value={form.hours}
        onChange={(hours) => change({ hours })}
      />
    </>
  );
}
