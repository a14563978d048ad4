/** The state of the watch in one line: what burns (and filters the list), who is here, what flows. */
import { useQuery } from '@tanstack/react-query';
import type { Severity } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { useMay } from '../shell/me.ts';
import { SeverityIcon, severityLabel } from '../ui/severity.tsx';
import { GuideLink } from '../ui/page.tsx';
import { severities } from './alert-filters.ts';
import { messages } from './alert-messages.ts';
import { ProposalsLink } from './proposals-link.tsx';

const refreshMs = 10_000;

type Props = {
  readonly chosen: readonly Severity[];
  readonly onToggle: (severity: Severity) => void;
};

export function OverviewStrip({ chosen, onToggle }: Props) {
  const { t, number, compact } = useI18n();
  const text = useText(messages);
  const mayBulk = useMay('alert:bulk');
  const { data } = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.overview(signal),
    refetchInterval: refreshMs,
  });
  const eventsPerSecond = data?.eventsPerSecond ?? null;
  const rate = eventsPerSecond === null ? '–' : number(Math.round(eventsPerSecond * 10) / 10);
  return (
    <section className="vg-strip" aria-label={t('overview.label')}>
      <div className="vg-strip-severities" role="group" aria-label={t('overview.bySeverity')}>
        {severities.map((severity) => {
          const count = data?.alertsOpenBySeverity[severity] ?? 0;
          return (
            <button
              key={severity}
              type="button"
              className="vg-strip-severity"
              data-severity={severity}
              data-zero={count === 0}
              aria-pressed={chosen.includes(severity)}
              data-testid={`severity-${severity}`}
              onClick={() => onToggle(severity)}
            >
              <SeverityIcon severity={severity} />
              <span className="vg-strip-count">{data === undefined ? '–' : number(count)}</span>
              <span className="vg-strip-word">{t(severityLabel[severity])}</span>
            </button>
          );
        })}
      </div>
      <dl className="vg-strip-facts">
        <div>
          <dt>{t('overview.agents')}</dt>
          <dd>
            <Link to="/hosts">
              {data === undefined ? '–' : `${number(data.agentsOnline)}/${number(data.agentsTotal)}`}
            </Link>
          </dd>
        </div>
        <div title={data === undefined ? undefined : number(data.eventsStored)}>
          <dt>{t('overview.events')}</dt>
          <dd>
            <Link to="/events">{data === undefined ? '–' : compact(data.eventsStored)}</Link>
          </dd>
        </div>
        <div>
          <dt>{t('overview.rate')}</dt>
          <dd>{rate}</dd>
        </div>
        <div>
          <dt>{t('overview.rules')}</dt>
          <dd>
            <Link to="/rules">
              {data === undefined ? '–' : number(data.rulesLoaded)}
              {data !== undefined && data.rulesRejected > 0 ? (
                <span className="vg-strip-bad"> {t('overview.rejected', { n: data.rulesRejected })}</span>
              ) : null}
            </Link>
          </dd>
        </div>
      </dl>
      <ProposalsLink />
      {mayBulk ? (
        <Link to="/jobs" className="vg-link">
          {text('triage.jobs')}
        </Link>
      ) : null}
      <GuideLink />
    </section>
  );
}
