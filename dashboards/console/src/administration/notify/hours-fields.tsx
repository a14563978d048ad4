/** Fields for hours, quiet time and digests. */
import { severities } from '../../alerts/alert-filters.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { Chips } from '../../ui/chips.tsx';
import { CheckField, SelectField, TextField } from '../../ui/form-fields.tsx';
import { severityLabel } from '../../ui/severity.tsx';
import { weekDays, type HoursForm, type QuietForm } from './hours.ts';
import { dayLabel, hoursLabel, messages } from './hours-messages.ts';

const kinds = ['always', 'working', 'off-hours', 'window'] as const;

function WindowFields({
  value,
  onChange,
}: {
  readonly value: HoursForm;
  readonly onChange: (value: HoursForm) => void;
}) {
  const text = useText(messages);
  return (
    <>
      <div className="vg-form-row">
        <TextField
          label={text('hours.from')}
          type="time"
          required
          value={value.from}
          onChange={(from) => onChange({ ...value, from })}
        />
        <TextField
          label={text('hours.to')}
          hint={text('hours.over')}
          type="time"
          required
          value={value.to}
          onChange={(to) => onChange({ ...value, to })}
        />
      </div>
      <Chips
        label={text('hours.days')}
        chips={weekDays.map((day) => ({ value: String(day), label: text(dayLabel[day] ?? 'hours.day1') }))}
        chosen={value.days.map(String)}
        onToggle={(chosen) => {
          const day = Number(chosen);
          const days = value.days.includes(day)
            ? value.days.filter((one) => one !== day)
            : [...value.days, day].toSorted((a, b) => a - b);
          if (days.length > 0) onChange({ ...value, days });
        }}
      />
    </>
  );
}

export function HoursFields({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: HoursForm;
  readonly onChange: (value: HoursForm) => void;
}) {
  const text = useText(messages);
  return (
    <>
      <SelectField
        label={label}
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind })}
        choices={kinds.map((kind) => ({ value: kind, label: text(hoursLabel[kind]) }))}
      />
      {value.kind === 'window' ? <WindowFields value={value} onChange={onChange} /> : null}
    </>
  );
}

export function QuietFields({
  value,
  onChange,
}: {
  readonly value: QuietForm;
  readonly onChange: (value: QuietForm) => void;
}) {
  const { t } = useI18n();
  const text = useText(messages);
  return (
    <>
      <CheckField
        label={text('quiet.on')}
        hint={text('quiet.text')}
        checked={value.quiet}
        onChange={(quiet) => onChange({ ...value, quiet })}
      />
      {value.quiet ? (
        <>
          <WindowFields
            value={value.quietHours}
            onChange={(quietHours) => onChange({ ...value, quietHours })}
          />
          <SelectField
            label={text('quiet.severity')}
            value={value.quietSeverity}
            onChange={(quietSeverity) => onChange({ ...value, quietSeverity })}
            choices={severities.map((severity) => ({
              value: severity,
              label: t(severityLabel[severity]),
            }))}
          />
        </>
      ) : null}
      <TextField
        label={text('quiet.digest')}
        hint={text('quiet.digestHint')}
        value={value.digest}
        onChange={(digest) => onChange({ ...value, digest })}
      />
    </>
  );
}
