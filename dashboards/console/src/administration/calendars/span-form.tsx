/** Marks several days at once, such as those of Tết. */
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { SelectField, TextField } from '../../ui/form-fields.tsx';
import type { Calendar } from './calendar-api.ts';
import { daysBetween, markDays } from './calendar-days.ts';
import { messages } from './calendar-messages.ts';
import { markLabel, type Mark } from './calendar-words.ts';

const kinds = ['off', 'working', 'usual'] as const satisfies readonly Mark[];
const spanDaysMax = 62;

type Props = {
  readonly calendar: Calendar;
  readonly year: number;
  readonly onChange: (next: Pick<Calendar, 'daysOff' | 'workDays'>) => void;
};

export function SpanForm({ calendar, year, onChange }: Props) {
  const text = useText(messages);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [kind, setKind] = useState<Mark>('off');
  const days = from === '' ? [] : daysBetween(from, to === '' ? from : to, spanDaysMax);
  const bounds = { min: `${year}-01-01`, max: `${year}-12-31` };
  return (
    <form
      className="vg-form-set"
      aria-label={text('span.title')}
      onSubmit={(event) => {
        event.preventDefault();
        onChange(markDays(calendar, days, kind));
        setFrom('');
        setTo('');
      }}
    >
      <div className="vg-form-row vg-person-row">
        <TextField
          label={text('span.from')}
          type="date"
          required
          {...bounds}
          value={from}
          onChange={setFrom}
          testId="span-from"
        />
        <TextField
          label={text('span.to')}
          type="date"
          min={from === '' ? bounds.min : from}
          max={bounds.max}
          value={to}
          onChange={setTo}
          testId="span-to"
        />
        <SelectField
          label={text('span.kind')}
          value={kind}
          choices={kinds.map((one) => ({ value: one, label: text(markLabel[one]) }))}
          onChange={setKind}
          testId="span-kind"
        />
        <button type="submit" className="vg-button" disabled={days.length === 0} data-testid="span-do">
          {text('span.do')}
        </button>
      </div>
    </form>
  );
}
