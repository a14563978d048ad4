/** Open alerts by severity and age, how many come each day, and which agencies carry the most risk. */
import { severities } from '../alerts/alert-filters.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import type { ChartTone, Span } from '../ui/chart-data.ts';
import { SeverityLabel, severityLabel } from '../ui/severity.tsx';
import { TimeChart } from '../ui/time-chart.tsx';
import { Card } from './card.tsx';
import type { Watch } from './overview-api.ts';
import { messages } from './overview-messages.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Bounds of the ages, as the server counts them: from, until how long ago. */
const ages: readonly {
  readonly label: LabelOf<typeof messages>;
  readonly from: number | null;
  readonly to: number | null;
}[] = [
  { label: 'watch.ageHours', from: 4 * hourMs, to: null },
  { label: 'watch.ageDay', from: dayMs, to: 4 * hourMs },
  { label: 'watch.ageWeek', from: 7 * dayMs, to: dayMs },
  { label: 'watch.ageOlder', from: null, to: 7 * dayMs },
];

const chartTone: Readonly<Record<(typeof severities)[number], ChartTone>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  informational: 'informational',
};

/** A number that leads to the alerts it counts; a nought leads nowhere. */
function Count({ n, to, label }: { readonly n: number; readonly to: string; readonly label: string }) {
  const { number } = useI18n();
  if (n === 0) return <span className="vg-muted">0</span>;
  return (
    <Link to={to} aria-label={`${label}: ${number(n)}`}>
      {number(n)}
    </Link>
  );
}

export function OpenCard({ watch }: { readonly watch: Watch }) {
  const { t } = useI18n();
  const text = useText(messages);
  const at = Date.parse(watch.at);
  const ago = (ms: number | null) => (ms === null ? '' : new Date(at - ms).toISOString());
  return (
    <Card
      title={text('watch.open')}
      testId="overview-open"
      aside={<Link to="/alerts">{text('watch.queue')}</Link>}
    >
      <div className="vg-table-place">
        <table className="vg-table vg-data-table">
          <caption className="vg-sr">{text('watch.openCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{text('watch.severity')}</th>
              <th scope="col" className="vg-num">
                {text('watch.total')}
              </th>
              {ages.map(({ label }) => (
                <th key={label} scope="col" className="vg-num vg-needs-narrow">
                  {text(label)}
                </th>
              ))}
              <th scope="col" className="vg-num">
                {text('watch.free')}
              </th>
              <th scope="col" className="vg-num">
                {text('watch.late')}
              </th>
            </tr>
          </thead>
          <tbody>
            {watch.open.map((row) => {
              const { severity } = row;
              const word = t(severityLabel[severity]);
              return (
                <tr key={severity} data-severity={severity}>
                  <td>
                    <SeverityLabel severity={severity} />
                  </td>
                  <td className="vg-num">
                    <Count n={row.open} label={word} to={href('/alerts', { severity })} />
                  </td>
                  {ages.map(({ label, from, to }, index) => (
                    <td key={label} className="vg-num vg-needs-narrow">
                      <Count
                        n={row.ages[index] ?? 0}
                        label={`${word}, ${text(label)}`}
                        to={href('/alerts', { severity, from: ago(from), to: ago(to) })}
                      />
                    </td>
                  ))}
                  <td className="vg-num">
                    <Count
                      n={row.free}
                      label={`${word}, ${text('watch.free')}`}
                      to={href('/alerts', { severity, assignee: 'none' })}
                    />
                  </td>
                  <td className={row.overdue > 0 ? 'vg-num vg-warn' : 'vg-num'}>
                    <Count
                      n={row.overdue}
                      label={`${word}, ${text('watch.late')}`}
                      to={href('/alerts', { severity, due: 'overdue' })}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function TrendCard({ watch }: { readonly watch: Watch }) {
  const { t } = useI18n();
  const text = useText(messages);
  const opened = watch.days.reduce(
    (sum, day) => sum + Object.values(day.opened).reduce((all, n) => all + n, 0),
    0,
  );
  const closed = watch.days.reduce((sum, day) => sum + day.closed, 0);
  const open = ({ fromMs, toMs }: Span) =>
    navigate(
      href('/alerts', {
        state: 'all',
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
      }),
    );
  return (
    <Card
      title={text('watch.trend')}
      testId="overview-trend"
      aside={<span className="vg-hint">{text('watch.trendSum', { opened, closed })}</span>}
    >
      <TimeChart
        label={text('watch.trend')}
        times={watch.days.map(({ start }) => Date.parse(start))}
        stepMs={dayMs}
        shape="bars"
        stack
        height={176}
        onSpan={open}
        series={severities
          .filter((severity) => watch.days.some((day) => (day.opened[severity] ?? 0) > 0))
          .map((severity) => ({
            key: severity,
            label: t(severityLabel[severity]),
            tone: chartTone[severity],
            values: watch.days.map((day) => day.opened[severity] ?? 0),
          }))}
      />
    </Card>
  );
}

export function AgenciesCard({ watch }: { readonly watch: Watch }) {
  const { number } = useI18n();
  const text = useText(messages);
  const most = Math.max(1, ...watch.agencies.map(({ risk }) => risk));
  return (
    <Card title={text('watch.agencies')} testId="overview-agencies">
      <p className="vg-hint">{text('watch.agenciesHow')}</p>
      {watch.agencies.length === 0 ? (
        <p className="vg-muted">{text('watch.agenciesNone')}</p>
      ) : (
        <div className="vg-table-place">
          <table className="vg-table vg-data-table">
            <caption className="vg-sr">{text('watch.agencies')}</caption>
            <thead>
              <tr>
                <th scope="col">{text('watch.agency')}</th>
                <th scope="col" className="vg-num">
                  {text('watch.alerts')}
                </th>
                <th scope="col" className="vg-num">
                  {text('watch.seriousShort')}
                </th>
                <th scope="col" className="vg-watch-risk">
                  {text('watch.risk')}
                </th>
              </tr>
            </thead>
            <tbody>
              {watch.agencies.map((row) => (
                <tr key={row.agencyId}>
                  <td className="vg-wrap">
                    <Link
                      to={href('/alerts', {
                        agency: String(row.agencyId),
                        kind: 'detection',
                        view: 'plain',
                      })}
                    >
                      <LineText value={row.agencyName} />
                    </Link>
                  </td>
                  <td className="vg-num">{number(row.open)}</td>
                  <td className={row.serious > 0 ? 'vg-num vg-strong' : 'vg-num vg-muted'}>
                    {number(row.serious)}
                  </td>
                  <td className="vg-watch-risk">
                    <span>{number(row.risk)}</span>
                    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                      <rect width={(row.risk / most) * 100} height="6" />
                    </svg>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
