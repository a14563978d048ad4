/** A year as twelve months. Where it may be changed each day is a button: arrows move between them, the space bar turns one. */
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { dayText } from '../../format/day.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Calendar } from './calendar-api.ts';
import { addDays, stateOf, weekDayOf, weeksOf, type DayState, type Holidays } from './calendar-days.ts';
import { messages } from './calendar-messages.ts';
import { monthName, stateLabel, weekDayName } from './calendar-words.ts';

const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
const weekDays = [1, 2, 3, 4, 5, 6, 7] as const;
const steps = new Map([
  ['ArrowLeft', -1],
  ['ArrowRight', 1],
  ['ArrowUp', -7],
  ['ArrowDown', 7],
]);
const legend = [
  'work',
  'rest',
  'holiday',
  'exchange',
  'own-off',
  'own-work',
] as const satisfies readonly DayState[];

type Props = {
  readonly calendar: Calendar;
  readonly holidays: Holidays;
  readonly year: number;
  /** Undefined: it is only looked at. */
  readonly onToggle: ((day: string) => void) | undefined;
};

export function YearGrid({ calendar, holidays, year, onToggle }: Props) {
  const text = useText(messages);
  const { language } = useI18n();
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const first = `${year}-01-01`;
  const [at, setAt] = useState(first);
  const current = at.startsWith(`${year}-`) ? at : first;
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = steps.get(event.key);
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = addDays(current, step);
    if (!next.startsWith(`${year}-`)) return;
    event.preventDefault();
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  };
  const day = (one: string) => {
    const state = stateOf(calendar, holidays, one);
    const label = `${weekDayName(language, weekDayOf(one), 'long')} ${dayText(one)}: ${text(stateLabel[state])}`;
    const shown = { className: 'vg-day', 'data-state': state, 'data-day': one, title: label };
    const said = (
      <>
        <span aria-hidden="true">{Number(one.slice(8))}</span>
        <span className="vg-sr">{label}</span>
      </>
    );
    if (onToggle === undefined) return <span {...shown}>{said}</span>;
    return (
      <button
        {...shown}
        type="button"
        aria-pressed={state === 'own-off' || state === 'own-work'}
        tabIndex={one === current ? 0 : -1}
        onFocus={() => setAt(one)}
        onClick={() => onToggle(one)}
      >
        {said}
      </button>
    );
  };
  return (
    <>
      <ul className="vg-day-legend">
        {legend.map((state) => (
          <li key={state}>
            <span className="vg-day" data-state={state} aria-hidden="true">
              7
            </span>
            {text(stateLabel[state])}
          </li>
        ))}
      </ul>
      <div ref={grid} className="vg-year" data-testid="calendar-year" onKeyDown={move}>
        {months.map((month) => (
          <section key={month} className="vg-month" aria-labelledby={`${id}-${month}`}>
            <h3 id={`${id}-${month}`}>{monthName(language, year, month)}</h3>
            <table aria-labelledby={`${id}-${month}`}>
              <thead>
                <tr>
                  {weekDays.map((one) => (
                    <th key={one} scope="col" abbr={weekDayName(language, one, 'long')}>
                      {weekDayName(language, one, 'short')}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {weeksOf(year, month).map((week) => (
                  <tr key={week.find((one) => one !== null)}>
                    {week.map((one, place) => (
                      <td key={weekDays[place]}>{one === null ? null : day(one)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
    </>
  );
}
