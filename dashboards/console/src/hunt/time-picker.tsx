/** When to look: the last while by a list, or a beginning and an end by the browser's own pickers. */
import { ranges, type SearchTime } from '../events/event-search.ts';
import { isoOf, localTime } from '../format/local-time.ts';
import { useText } from '../i18n/use-text.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { rangeLabels } from './hunt-labels.ts';
import { messages } from './messages.ts';

const between = 'between';
const dayMs = 86_400_000;

type Props = { readonly time: SearchTime; readonly onChange: (time: SearchTime) => void };

export function TimePicker({ time, onChange }: Props) {
  const text = useText(messages);
  const choose = (value: string) => {
    const range = ranges.find((known) => known === value);
    if (range !== undefined) onChange({ kind: 'range', range });
    if (value !== between) return;
    const now = Date.now();
    onChange({
      kind: 'between',
      from: new Date(now - dayMs).toISOString(),
      to: new Date(now).toISOString(),
    });
  };
  return (
    <span className="vg-time-picker">
      <FilterSelect
        labelled
        label={text('hunt.time')}
        value={time.kind === 'range' ? time.range : between}
        options={[
          ...ranges.map((range) => ({ value: range, label: text(rangeLabels[range]) })),
          { value: between, label: text('hunt.range.between') },
        ]}
        onChange={choose}
        testId="hunt-range"
      />
      {time.kind === 'range' ? null : (
        <>
          <input
            className="vg-input"
            type="datetime-local"
            aria-label={text('hunt.from')}
            value={localTime(time.from)}
            data-testid="hunt-from"
            onChange={(event) => onChange({ ...time, from: isoOf(event.target.value) })}
          />
          <input
            className="vg-input"
            type="datetime-local"
            aria-label={text('hunt.to')}
            value={localTime(time.to)}
            data-testid="hunt-to"
            onChange={(event) => onChange({ ...time, to: isoOf(event.target.value) })}
          />
        </>
      )}
    </span>
  );
}
