/** Who has a working calendar of their own, and how many agencies go by each. */
import { useQuery } from '@tanstack/react-query';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { calendarsKey, readCalendars, type Calendar } from './calendar-api.ts';
import { messages } from './calendar-messages.ts';
import { weekText } from './calendar-words.ts';
import './calendars.css';

type Row = {
  /** Null: the usual week. */
  readonly agencyId: number | null;
  readonly name: string;
  readonly calendar: Calendar;
  readonly agencies: number;
};

const addressOf = (key: string | null) =>
  key === null || key === 'usual' ? '/administration/calendars' : pathOf('administration', 'calendars', key);

export default function CalendarsPage() {
  const text = useText(messages);
  const { language, number } = useI18n();
  const agencies = useAgencies();
  const query = useQuery({ queryKey: calendarsKey, queryFn: ({ signal }) => readCalendars(signal) });
  const rows: readonly Row[] =
    query.data === undefined
      ? []
      : [
          {
            agencyId: null,
            name: text('calendars.usual'),
            calendar: query.data.usual.calendar,
            agencies: query.data.usual.agencies,
          },
          ...query.data.calendars.map(({ agencyName, ...one }) => ({ ...one, name: agencyName })),
        ];
  const keyOf = ({ agencyId }: Row) => (agencyId === null ? 'usual' : String(agencyId));
  const current = useListKeys({ keys: rows.map(keyOf), openKey: null, addressOf });
  const columns: readonly Column<Row>[] = [
    {
      key: 'agency',
      label: text('calendars.agency'),
      wrap: true,
      cell: (row) =>
        row.agencyId === null ? (
          <>
            {row.name}
            <div className="vg-hint">{text('calendars.usualText')}</div>
          </>
        ) : (
          <Link to={addressOf(String(row.agencyId))} className="vg-row-link">
            <LineText value={row.name} />
          </Link>
        ),
    },
    {
      key: 'week',
      label: text('calendars.week'),
      width: '150px',
      cell: ({ calendar }) => weekText(language, calendar),
    },
    {
      key: 'hours',
      label: text('calendars.hours'),
      width: '130px',
      cell: ({ calendar }) => `${calendar.from}–${calendar.to}`,
    },
    {
      key: 'holidays',
      label: text('calendars.holidays'),
      width: '110px',
      needs: 'medium',
      cell: ({ calendar }) => text(calendar.vietnamHolidays ? 'calendars.yes' : 'calendars.no'),
    },
    {
      key: 'off',
      label: text('calendars.ownOff'),
      width: '130px',
      numeric: true,
      needs: 'medium',
      cell: ({ calendar }) => number(calendar.daysOff.length),
    },
    {
      key: 'work',
      label: text('calendars.ownWork'),
      width: '140px',
      numeric: true,
      needs: 'wide',
      cell: ({ calendar }) => number(calendar.workDays.length),
    },
    {
      key: 'agencies',
      label: text('calendars.users'),
      width: '120px',
      numeric: true,
      cell: (row) => number(row.agencies),
    },
  ];
  return (
    <Page
      title={text('calendars.title')}
      summary={
        query.data === undefined ? undefined : text('calendars.summary', { n: query.data.calendars.length })
      }
      toolbar={
        <FilterSelect
          label={text('calendars.open')}
          labelled
          testId="calendar-open"
          all={text('calendars.pick')}
          value=""
          options={agencies.map(({ id, name }) => ({ value: String(id), label: visibleString(name, 120) }))}
          onChange={(id) => navigate(addressOf(id))}
        />
      }
    >
      <p className="vg-hint vg-calendar-text">{text('calendars.text')}</p>
      <QueryView query={query}>
        {() => (
          <section className="vg-card">
            <DataTable
              caption={text('calendars.caption')}
              columns={columns}
              rows={rows}
              keyOf={keyOf}
              addressOf={(row) => addressOf(keyOf(row))}
              currentKey={current}
              testId="calendar-row"
            />
          </section>
        )}
      </QueryView>
    </Page>
  );
}
