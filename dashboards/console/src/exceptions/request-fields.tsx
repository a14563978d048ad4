/** The parts of the form of an exception: what it takes, and where and until when. */
import { useQuery } from '@tanstack/react-query';
import { AgencyField } from '../api/agency-field.tsx';
import type { AlertDetail } from '../api/types.ts';
import { useText } from '../i18n/use-text.ts';
import { api } from '../session/session-store.ts';
import { visibleString } from '../text/visible-text.ts';
import { Chips } from '../ui/chips.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { readFieldLines, type ExceptionForm, type How } from './exception-form.ts';
import { dayLabels, howLabels } from './exception-words.ts';
import { messages } from './messages.ts';

type Props = {
  readonly form: ExceptionForm;
  readonly change: (next: Partial<ExceptionForm>) => void;
};

const days = [1, 2, 3, 4, 5, 6, 7] as const;

/** What the newest event of the alert has, which the exception may ask for. */
function fieldsOf(alert: AlertDetail): Readonly<Record<string, string>> {
  const matched = alert.detections[0]?.matched ?? {};
  const texts = Object.entries({ ...alert.entity, ...matched }).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return Object.fromEntries(texts);
}

function AlertFields({ form, change, alert }: Props & { readonly alert: AlertDetail }) {
  const text = useText(messages);
  const known = fieldsOf(alert);
  return (
    <fieldset className="vg-fieldset">
      <legend>{text('except.alertFields')}</legend>
      {Object.entries(known).map(([name, value]) => (
        <CheckField
          key={name}
          label={visibleString(`${name} = ${value}`, 200)}
          checked={form.alertFields.includes(name)}
          onChange={(checked) =>
            change({
              alertFields: checked
                ? [...form.alertFields, name]
                : form.alertFields.filter((one) => one !== name),
            })
          }
        />
      ))}
    </fieldset>
  );
}

function WindowFields({ form, change }: Props) {
  const text = useText(messages);
  const once = form.repeats === 'once';
  return (
    <>
      <div className="vg-form-row">
        <SelectField<ExceptionForm['repeats']>
          label={text('except.repeats')}
          value={form.repeats}
          onChange={(repeats) =>
            change(
              repeats === 'once' ? { repeats, from: '', to: '' } : { repeats, from: '22:00', to: '02:00' },
            )
          }
          choices={[
            { value: 'weekly', label: text('except.repeats.weekly') },
            { value: 'once', label: text('except.repeats.once') },
          ]}
        />
        <TextField
          label={text('except.from')}
          type={once ? 'datetime-local' : 'time'}
          required
          value={form.from}
          onChange={(from) => change({ from })}
        />
        <TextField
          label={text('except.to')}
          type={once ? 'datetime-local' : 'time'}
          required
          value={form.to}
          onChange={(to) => change({ to })}
        />
      </div>
      {once ? null : (
        <Chips
          label={text('except.days')}
          chips={days.map((day) => ({ value: String(day), label: text(dayLabels[day]) }))}
          chosen={form.days.map(String)}
          onToggle={(value) => {
            const day = Number(value);
            change({
              days: form.days.includes(day)
                ? form.days.filter((one) => one !== day)
                : [...form.days, day].toSorted((a, b) => a - b),
            });
          }}
        />
      )}
    </>
  );
}

export function ConditionFields({
  form,
  change,
  alert,
}: Props & { readonly alert: AlertDetail | undefined }) {
  const text = useText(messages);
  const read = readFieldLines(form.fields);
  const ways: readonly How[] = [
    ...(alert === undefined ? [] : (['alert'] as const)),
    'fields',
    'condition',
    'window',
  ];
  return (
    <>
      <SelectField<How>
        label={text('except.how')}
        value={form.how}
        onChange={(how) => change({ how })}
        choices={ways.map((way) => ({ value: way, label: text(howLabels[way]) }))}
        testId="exception-how"
      />
      {form.how === 'alert' && alert !== undefined ? (
        <AlertFields form={form} change={change} alert={alert} />
      ) : null}
      {form.how === 'fields' ? (
        <TextArea
          label={text('except.fields')}
          hint={text('except.fieldsHint')}
          code
          rows={3}
          required
          value={form.fields}
          onChange={(fields) => change({ fields })}
          fault={read.kind === 'bad' ? text('except.badLine', { n: read.line }) : undefined}
          testId="exception-fields"
        />
      ) : null}
      {form.how === 'condition' ? (
        <TextArea
          label={text('except.how.condition')}
          code
          rows={6}
          required
          maxLength={16_384}
          value={form.condition}
          onChange={(condition) => change({ condition })}
        />
      ) : null}
      {form.how === 'window' ? <WindowFields form={form} change={change} /> : null}
      <TextArea
        label={text('except.ruleIds')}
        hint={text('except.ruleHint')}
        code
        rows={2}
        value={form.rules}
        onChange={(rules) => change({ rules })}
        testId="exception-rules"
      />
      {form.rules.trim() === '' ? (
        <CheckField
          label={text('except.allRules')}
          checked={form.allRules}
          onChange={(allRules) => change({ allRules })}
        />
      ) : null}
    </>
  );
}

export function ScopeFields({ form, change }: Props) {
  const text = useText(messages);
  const hosts = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    staleTime: 60_000,
  });
  const shown = (hosts.data?.agents ?? []).filter(
    ({ agencyId }) => form.agencyId === '' || String(agencyId) === form.agencyId,
  );
  return (
    <>
      <div className="vg-form-row">
        <AgencyField
          label={text('except.agency')}
          value={form.agencyId}
          onChange={(agencyId) => change({ agencyId })}
          empty={text('except.own.agency')}
        />
        <SelectField
          label={text('except.host')}
          value={form.agentId === '' ? 'any' : form.agentId}
          onChange={(agentId) => change({ agentId: agentId === 'any' ? '' : agentId })}
          choices={[
            { value: 'any', label: text('except.anyHost') },
            ...shown.map(({ id, hostname }) => ({ value: id, label: visibleString(hostname) })),
          ]}
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('except.expiresAt')}
          hint={text('except.termHint')}
          type="date"
          required={form.how !== 'window'}
          value={form.expiresOn}
          onChange={(expiresOn) => change({ expiresOn })}
        />
        <TextField
          label={text('except.reviewAt')}
          type="date"
          value={form.reviewOn}
          onChange={(reviewOn) => change({ reviewOn })}
        />
      </div>
    </>
  );
}
