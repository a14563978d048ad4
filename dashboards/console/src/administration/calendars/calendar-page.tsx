/** When one agency is at work: its week and hours, and a year of days that can be marked. What is changed here is a draft until it is saved. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { dayOf } from '../../format/day.ts';
import { queryString } from '../../api/http.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useQueryState } from '../../router/use-query.ts';
import { useDraft } from '../../session/drafts.ts';
import type { PageProps } from '../../shell/area.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { download } from '../../ui/download.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/form-fields.tsx';
import { errorText } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useAction } from '../../ui/use-action.ts';
import {
  calendarsKey,
  clearCalendar,
  putBack,
  readCalendar,
  setCalendar,
  type AgencyCalendar,
  type Calendar,
} from './calendar-api.ts';
import { sameCalendar, sumOf, toggleDay } from './calendar-days.ts';
import { messages } from './calendar-messages.ts';
import { sourceText, weekDayName, weekText } from './calendar-words.ts';
import { DaysDialog } from './days-dialog.tsx';
import { SpanForm } from './span-form.tsx';
import { YearGrid } from './year-grid.tsx';
import '../operating.css';
import './calendars.css';

const zones = ['Asia/Ho_Chi_Minh', 'Asia/Bangkok', 'Asia/Tokyo', 'Europe/Berlin', 'UTC'];
const [yearMin, yearMax] = [1970, 9_999];
type Asking = 'import' | 'clear';

export default function CalendarPage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const text = useText(messages);
  const query = useQueryState();
  const mayWrite = useMay('agency:write');
  const action = useAction();
  const { language } = useI18n();
  const [asking, setAsking] = useState<Asking | null>(null);
  const asked = Number(query.get('year'));
  const year =
    Number.isInteger(asked) && asked >= yearMin && asked <= yearMax
      ? asked
      : Number(dayOf(Date.now()).slice(0, 4));
  const read = useQuery({
    queryKey: [...calendarsKey, 'one', id, year],
    queryFn: ({ signal }) => readCalendar(id, year, signal),
    placeholderData: (before) => before,
  });
  const found = read.data?.body;
  const close = () => setAsking(null);
  const toYear = (next: number) => query.set({ year: String(next) });
  return (
    <Page
      title={found === undefined ? text('calendars.title') : <LineText value={found.agencyName} />}
      back={{ to: '/administration/calendars', label: text('calendars.title') }}
      summary={found === undefined ? undefined : sourceText(text, found)}
      actions={
        found === undefined ? null : (
          <>
            {mayWrite && found.source === 'own' ? (
              <Button aria-haspopup="dialog" onClick={() => setAsking('clear')} data-testid="calendar-clear">
                {text('calendar.clear')}
              </Button>
            ) : null}
            {mayWrite ? (
              <Button
                aria-haspopup="dialog"
                onClick={() => setAsking('import')}
                data-testid="calendar-import"
              >
                {text('calendar.import')}
              </Button>
            ) : null}
            <Button
              onClick={() =>
                void action.run(async () => {
                  const path = `/agencies/${found.agencyId}/calendar/days${queryString({ year, language })}`;
                  await download(path, `ngay-nghi-${year}.csv`);
                  return undefined;
                })
              }
            >
              {text('calendar.download')}
            </Button>
          </>
        )
      }
    >
      <QueryView query={read}>
        {({ body, etag }) => (
          <>
            <Editor
              key={body.agencyId}
              found={body}
              etag={etag}
              year={year}
              toYear={toYear}
              mayWrite={mayWrite}
            />
            {asking === 'import' ? <DaysDialog before={body} etag={etag} onClose={close} /> : null}
            {asking === 'clear' ? <ClearDialog before={body} etag={etag} onClose={close} /> : null}
          </>
        )}
      </QueryView>
    </Page>
  );
}

type EditorProps = {
  readonly found: AgencyCalendar;
  readonly etag: string | undefined;
  readonly year: number;
  readonly toYear: (year: number) => void;
  readonly mayWrite: boolean;
};

function Editor({ found, etag, year, toYear, mayWrite }: EditorProps) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const first = useMemo(() => found.calendar, [found.calendar]);
  const draft = useDraft(`calendar:${found.agencyId}`, first);
  const calendar = draft.value;
  // Of the year that is shown; an older answer stays in view while another year is fetched.
  const holidays = found.year === year ? found.holidays : null;
  const { worked, off, exchanged } = sumOf(calendar, holidays, year);
  const isDirty = draft.dirty && !sameCalendar(calendar, found.calendar);
  const refresh = () => client.invalidateQueries({ queryKey: calendarsKey });
  const save = () =>
    void action.run(
      async () => {
        await setCalendar(found.agencyId, calendar, etag);
        draft.drop();
        await refresh();
        return {
          text: text('calendar.saved'),
          undo: async () => {
            await putBack(found);
            await refresh();
          },
        };
      },
      { quiet: true },
    );
  return (
    <>
      <section className="vg-card">
        <h2>{text('calendar.hoursTitle')}</h2>
        {mayWrite ? (
          <HoursForm calendar={calendar} onChange={draft.change} />
        ) : (
          <HoursText calendar={calendar} />
        )}
      </section>
      <section className="vg-card">
        <div className="vg-section-head">
          <h2>{text('calendar.year', { year: String(year) })}</h2>
          <span className="vg-buttons">
            <Button
              size="small"
              disabled={year <= yearMin}
              onClick={() => toYear(year - 1)}
              data-testid="year-before"
            >
              {text('calendar.before')}
            </Button>
            <Button
              size="small"
              disabled={year >= yearMax}
              onClick={() => toYear(year + 1)}
              data-testid="year-after"
            >
              {text('calendar.after')}
            </Button>
          </span>
        </div>
        <p role="status">{text('calendar.sum', { worked, off, exchanged })}</p>
        {calendar.vietnamHolidays && found.year === year ? (
          <p className={holidays?.isAnnounced === true ? 'vg-hint' : 'vg-warn'}>
            {text(
              holidays === null
                ? 'calendar.unknownYear'
                : holidays.isAnnounced
                  ? 'calendar.announced'
                  : 'calendar.statute',
              { year: String(year) },
            )}
          </p>
        ) : null}
        {mayWrite ? (
          <>
            <p className="vg-hint">{text('calendar.clickText')}</p>
            <SpanForm calendar={calendar} year={year} onChange={draft.change} />
          </>
        ) : null}
        <YearGrid
          calendar={calendar}
          holidays={holidays}
          year={year}
          onToggle={mayWrite ? (day) => draft.change(toggleDay(calendar, holidays, day)) : undefined}
        />
      </section>
      {isDirty ? (
        <div className="vg-save-bar" role="region" aria-label={text('calendar.dirty')}>
          <div>
            <strong>{text('calendar.dirty')}</strong>
            <div className="vg-hint">
              {text(found.source === 'own' ? 'calendar.willChange' : 'calendar.willOwn')}
              {found.below === 0 ? null : <> {text('calendar.alsoBelow', { n: found.below })}</>}
            </div>
            <div role="alert" className="vg-form-error">
              {calendar.from >= calendar.to
                ? text('calendar.wrongHours')
                : action.error === null
                  ? null
                  : errorText(action.error, t)}
            </div>
          </div>
          <span className="vg-buttons">
            <Button onClick={draft.drop} data-testid="calendar-drop">
              {text('calendar.drop')}
            </Button>
            <Button
              type="primary"
              disabled={calendar.from >= calendar.to}
              loading={action.busy}
              onClick={save}
              data-testid="calendar-save"
            >
              {text('calendar.save')}
            </Button>
          </span>
        </div>
      ) : null}
    </>
  );
}

function HoursText({ calendar }: { readonly calendar: Calendar }) {
  const { language } = useI18n();
  const { from, to, timeZone } = calendar;
  return <p>{`${weekText(language, calendar)} · ${from}–${to} (${timeZone})`}</p>;
}

function HoursForm({
  calendar,
  onChange,
}: {
  readonly calendar: Calendar;
  readonly onChange: (next: Partial<Calendar>) => void;
}) {
  const text = useText(messages);
  const { language } = useI18n();
  const { weekDays } = calendar;
  return (
    <div className="vg-form">
      <fieldset className="vg-form-set">
        <legend>{text('calendar.weekDays')}</legend>
        <div className="vg-week-days">
          {[1, 2, 3, 4, 5, 6, 7].map((day) => (
            <CheckField
              key={day}
              label={weekDayName(language, day, 'long')}
              checked={weekDays.includes(day)}
              testId={`week-day-${day}`}
              onChange={(checked) =>
                onChange({
                  weekDays: checked
                    ? [...weekDays, day].toSorted((a, b) => a - b)
                    : weekDays.filter((one) => one !== day),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      <div className="vg-form-row">
        <TextField
          label={text('calendar.from')}
          type="time"
          required
          value={calendar.from}
          onChange={(from) => onChange({ from })}
          testId="calendar-from"
        />
        <TextField
          label={text('calendar.to')}
          type="time"
          required
          value={calendar.to}
          fault={calendar.from >= calendar.to ? text('calendar.wrongHours') : undefined}
          onChange={(to) => onChange({ to })}
          testId="calendar-to"
        />
        <SelectField
          label={text('calendar.zone')}
          value={calendar.timeZone}
          choices={[...new Set([calendar.timeZone, ...zones])].map((zone) => ({ value: zone, label: zone }))}
          onChange={(timeZone) => onChange({ timeZone })}
        />
      </div>
      <CheckField
        label={text('calendar.vietnamHolidays')}
        hint={text('calendar.vietnamHint')}
        checked={calendar.vietnamHolidays}
        onChange={(vietnamHolidays) => onChange({ vietnamHolidays })}
        testId="vietnam-holidays"
      />
    </div>
  );
}

function ClearDialog({
  before,
  etag,
  onClose,
}: {
  readonly before: AgencyCalendar;
  readonly etag: string | undefined;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: calendarsKey });
  return (
    <FormDialog
      title={text('calendar.clearTitle', { name: visibleString(before.agencyName, 80) })}
      submitLabel={text('calendar.clear')}
      danger
      testId="calendar-clear-form"
      onSubmit={async () => {
        await clearCalendar(before.agencyId, etag);
        await refresh();
        return {
          text: text('calendar.cleared'),
          undo: async () => {
            await putBack(before);
            await refresh();
          },
        };
      }}
      onClose={onClose}
    >
      <p>
        {text('calendar.clearText')}
        {before.below === 0 ? null : <> {text('calendar.alsoBelow', { n: before.below })}</>}
      </p>
    </FormDialog>
  );
}
